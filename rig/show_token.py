"""`rig token`: a token for the API of a running rig."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from rig.arguments import DEFAULT_DATA
from rig.data_folder import DataFolder
from rig.errors import RigError
from rig.issuer import EXPIRES, Issuer, kept_key
from rig.template_source import LOCAL_TENANT


class NoTokenError(RigError):
    """Nobody would take one."""


@dataclass(frozen=True)
class TokenOptions:
    """What `rig token` was asked for; `expires` is in seconds."""

    template: Path
    data: DataFolder
    tenant: str | None
    subject: str
    operator: bool = False
    expires: int = EXPIRES
    scope: str | None = None


def run(options: TokenOptions) -> int:
    """Prints it, and nothing else."""
    claims = {} if options.scope is None else {"scope": options.scope}
    token = running_issuer(options.template, options.data).token(
        options.tenant, options.subject, operator=options.operator, expires=options.expires, **claims
    )
    sys.stdout.write(f"{token}\n")
    return 0


def running_issuer(template: Path, data: DataFolder) -> Issuer:
    """Whose tokens the rig of this data folder takes.

    Raises:
        NoTokenError: no rig is running there, or everybody may call it.
    """
    from rig.system import read_stack

    state = data.read_state()
    if state is None:
        raise NoTokenError(f"no system runs on {data.path}: start one with `rig up --auth jwt`")
    if not state.asks_for_tokens:
        raise NoTokenError(f"the system on {data.path} asks for no token: start it with `rig up --auth jwt`")
    return Issuer(kept_key(data.issuer_key), read_stack(template, state.parameters))


def how_to_get_one(data: DataFolder) -> str:
    """A line to paste."""
    folder = "" if data.path == DEFAULT_DATA.absolute() else f" --data {shlex.quote(os.path.relpath(data.path))}"
    return f"calls need a token: python -m rig token --tenant {LOCAL_TENANT} --subject me{folder}"
