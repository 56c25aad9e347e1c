"""The SAM CLI, as `make` puts it into an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tools.check_cloud.proofs import ROOT

SAM: Final = ROOT / ".venv-sam" / "bin" / "python"
BUILT: Final = ROOT / ".aws-sam" / "build"
"""Where `sam build` puts what it makes, as the documented commands expect it."""
RUNTIME: Final = f"python{sys.version_info.major}.{sys.version_info.minor}"
"""What can be built here: SAM looks for an interpreter of just this version."""


class NotProvedError(Exception):
    """Why a proof fails: for people, in as many lines as it takes."""


def environment() -> Mapping[str, str]:
    """What SAM runs with: its own interpreter first, no telemetry, and a region, which it asks for."""
    return {
        **os.environ,
        "PATH": f"{SAM.parent}{os.pathsep}{os.environ['PATH']}",
        "SAM_CLI_TELEMETRY": "0",
        "AWS_DEFAULT_REGION": "us-east-1",
    }


def run_sam(*arguments: str) -> tuple[int, str]:
    """The exit code and all that was printed.

    Raises:
        NotProvedError: `make` has not installed it.
    """
    return run_beside_sam("-m", "samcli", *arguments)


def run_beside_sam(*arguments: str) -> tuple[int, str]:
    """As `run_sam`, for another program of SAM's environment.

    Raises:
        NotProvedError: `make` has not installed it.
    """
    if not SAM.exists():
        raise NotProvedError("the SAM CLI is missing: `make check-cloud` and `make test` install it into .venv-sam")
    done = subprocess.run(
        [str(SAM), *arguments],
        cwd=ROOT,
        env=environment(),
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.returncode, done.stdout


def sam(*arguments: str) -> str:
    """What it printed.

    Raises:
        NotProvedError: it failed; says its last words.
    """
    code, output = run_sam(*arguments)
    if code:
        raise NotProvedError(output[-3000:])
    return output


def build(folder: Path, *, parameters: Mapping[str, str] | None = None) -> Path:
    """Builds every function and layer for the runtime of this Python; the built template.

    Raises:
        NotProvedError: `sam build` failed.
    """
    overrides = {"PythonRuntime": RUNTIME, **(parameters or {})}
    given = [f"{name}={value}" for name, value in overrides.items()]
    sam("build", "--build-dir", str(folder), "--parameter-overrides", *given)
    return folder / "template.yaml"


def ending(proof: Callable[[], str]) -> int:
    """The exit code of a proof's command. `proof` gives the figure, which is printed last, or raises why not."""
    try:
        print(proof())
    except NotProvedError as reason:
        print(reason)
        return 1
    return 0
