"""`rig lint`: a listing's photos held against rules, by the API of a running system or of one started for a folder.

It knows Roomlens by its API alone, as the demonstration does (`rig.demo`): the engine and its rules are Roomlens' own.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rig.data_folder import DataFolder
from rig.errors import RigError
from rig.template_source import DATABASE_PARAMETER, LOCAL_TENANT

if TYPE_CHECKING:
    from rig.demo import DemoSession

ROUTE: Final = "POST /api/listings/{listing_id}/lint"
SEVERITIES: Final = ("error", "warning", "info")
CLEAN, FOUND, NOT_DONE = 0, 1, 2
_HOST: Final = "127.0.0.1"


class LintError(RigError):
    """What was asked for can't be looked at."""


@dataclass(frozen=True)
class LintOptions:
    """What `rig lint` was asked for. `pack`: a name, or a file of YAML; None is the default of the API."""

    listing: str
    pack: str | None
    as_json: bool
    fail_on: str
    template: Path
    data: DataFolder
    tenant: str = LOCAL_TENANT
    parameters: Mapping[str, str] = field(default_factory=dict)


def run(options: LintOptions) -> int:
    """Prints what was found. 0: nothing as grave as `fail_on`; 1: something; 2: it could not be looked at."""
    from rich.console import Console

    from rig.demo import DemoError, images_of
    from rig.lint_view import show

    try:
        wanted = read_wanted(options.pack)
        with _looked_at(options, wanted) as (session, listing_id):
            answer = lint(session, listing_id, wanted)
            images = images_of(session, listing_id)
    except (RigError, DemoError, OSError) as error:
        sys.stderr.write(f"rig: {error}\n")
        return NOT_DONE
    if not images:
        sys.stderr.write(f"rig: listing {listing_id} has no photos\n")
        return NOT_DONE
    if options.as_json:
        sys.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False) + "\n")
    else:
        show(Console(), answer, {image["id"]: image["filename"] for image in images})
    return FOUND if is_grave(answer, options.fail_on) else CLEAN


def is_grave(answer: Mapping[str, Any], fail_on: str) -> bool:
    """Whether a finding is as grave as `fail_on`, or graver."""
    grave = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    return any(finding["severity"] in grave for finding in answer["findings"])


def read_wanted(pack: str | None) -> dict[str, Any]:
    """The request's body: a pack by its name, or what a file says.

    Raises:
        LintError: there is no such file, or it is no YAML.
    """
    if pack is None:
        return {}
    path = Path(pack)
    if path.suffix not in (".yaml", ".yml"):
        return {"rule_pack": pack}
    import yaml

    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        json.dumps(told)  # a date, or a list that holds itself, can't be sent
    except OSError as error:
        raise LintError(f"the rule pack {path} can't be read: {error.strerror}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise LintError(f"the rule pack {path} is no YAML{where}") from None
    except (ValueError, TypeError, RecursionError) as error:
        raise LintError(f"the rule pack {path} can't be sent: {error}") from None
    if not isinstance(told, dict):
        raise LintError(f"the rule pack {path} is no mapping: it needs name, version, title and rules")
    return {"pack": told}


@contextmanager
def _looked_at(options: LintOptions, wanted: Mapping[str, Any]) -> Iterator[tuple[DemoSession, int]]:
    """A system that holds the listing, and the listing's id. Raises LintError, DemoError."""
    if options.listing.isdecimal():
        yield _running(options), int(options.listing)
        return
    from rig.demo import listing_of, read_folder, take_in

    (home,) = read_folder(Path(options.listing))
    with _started(options) as session:
        listing = listing_of(session, home)
        lint(session, listing["id"], wanted)  # what is wrong with a pack is told before the photos are looked at
        take_in(session, listing, home)
        yield session, listing["id"]


def lint(session: DemoSession, listing_id: int, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What the API finds. Raises DemoError."""
    from rig.demo import call

    return call(session, "POST", f"/api/listings/{listing_id}/lint", dict(wanted))


def _running(options: LintOptions) -> DemoSession:
    from rig.show_token import running_issuer

    state = options.data.read_state()
    if state is None:
        raise LintError(f"no system runs on {options.data.path}: start `rig up`, or give a folder of photos")
    session = _session(state.api_url, state.s3_url, "")
    if not state.asks_for_tokens:
        return session
    token = running_issuer(options.template, options.data).token(options.tenant, "lint")
    return replace(session, token=token)


@contextmanager
def _started(options: LintOptions) -> Iterator[DemoSession]:
    """A system in this process, with its database in a file that goes with it."""
    from rig.cloud import Cloud
    from rig.system import first_bucket, listen, read_stack, serving

    if ROUTE not in read_stack(options.template, options.parameters).routes:
        raise LintError(f"{options.template} has no {ROUTE}")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rig-lint-")))
        log = stack.enter_context((folder / "functions.log").open("w"))
        stack.enter_context(redirect_stdout(log))  # what functions write is not the result
        address = f"sqlite:///{folder / 'lint.sqlite'}"
        listener = stack.enter_context(listen(_HOST, 0))
        api_url = f"http://{_HOST}:{listener.getsockname()[1]}"
        parameters = {**options.parameters, DATABASE_PARAMETER: address}
        cloud = stack.enter_context(
            Cloud(options.template, parameters, api_url=api_url, enforce_timeouts=False, enforce_permissions=False)
        )
        _make_tables(address)
        stack.enter_context(serving(cloud, listener))
        yield _session(api_url, cloud.s3_url, first_bucket(cloud.stack))


def _make_tables(address: str) -> None:
    """Not by the history of the schema, which is PostgreSQL's. Only now can the functions' code be imported."""
    from roomlens.dialects import new_engine
    from roomlens.models import Base

    engine = new_engine(address)
    Base.metadata.create_all(engine)
    engine.dispose()


def _session(api_url: str, s3_url: str, bucket: str) -> DemoSession:
    """Progress goes to stderr: the result may be read by a program."""
    from rich.console import Console

    from rig.demo import DemoSession

    return DemoSession(api_url, s3_url, bucket, None, Console(stderr=True))
