"""``python -m tools.mutants.forking DATABASE``, in a clone: runs pytest in forks of itself, for tools.mutants.bench.

It runs in the environment that has the tests' packages. Each line on its input asks for a run, and is answered by a
line. What a first run imported from outside the clone is then imported here, once, for all later ones.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

_OPTIONS: Final = (
    # what is imported before pytest begins can't get its better messages of failed asserts, and does not need them
    "-W", "ignore::pytest.PytestAssertRewriteWarning",
    "-x", "-q", "-p", "no:randomly", "-p", "no:schemathesis", "-p", "no:cacheprovider",
)  # fmt: skip
_SHOWN: Final = 4000


def main() -> None:
    """Serves until its input ends."""
    sys.dont_write_bytecode = True  # mutants follow each other too fast for a file's time to tell them apart
    answers = os.dup(1)
    os.dup2(2, 1)
    imported = False
    with tempfile.TemporaryDirectory() as folder, _database(sys.argv[1]) as url:
        os.environ["TEST_DATABASE_URL"] = url
        found = Path(folder) / "imported"
        for line in sys.stdin:
            request = json.loads(line)
            answer = _run(request["tests"], request["timeout"], Path(folder) / "output", found)
            if answer["passed"] and not imported:
                _import(found)
                imported = True
            with suppress(BrokenPipeError):  # who asked has been stopped meanwhile
                os.write(answers, (json.dumps(answer) + "\n").encode())


@contextmanager
def _database(wanted: str) -> Iterator[str]:
    """The address that was given; for an empty one, that of a server which all runs share."""
    if wanted:
        yield wanted
    else:
        from rig.postgres import Postgres

        with Postgres(durable=False) as postgres:
            yield postgres.url()


def _run(tests: list[str], timeout: float, output: Path, found: Path) -> dict[str, Any]:
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        _be_pytest(tests, output, found)
    status = _wait(child, started + timeout)
    shown = output.read_text(errors="replace")[-_SHOWN:] if output.exists() else ""
    return {"passed": status == 0, "seconds": time.monotonic() - started, "output": shown}


def _wait(child: int, deadline: float) -> int:
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        if time.monotonic() > deadline:
            with suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
        time.sleep(0.02)


def _be_pytest(tests: list[str], output: Path, found: Path) -> None:
    status = 1
    try:
        os.setsid()  # so that a run that hangs ends with all that it started
        printed = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(printed, 1)
        os.dup2(printed, 2)
        import pytest

        status = int(pytest.main([*_OPTIONS, *tests]))
        found.write_text("\n".join(_from_outside()))
    finally:
        os._exit(status)


def _from_outside() -> list[str]:
    """The modules that this process has imported, but for those of the clone: one of them is the mutant."""
    clone = str(Path.cwd()) + os.sep
    files = {name: getattr(module, "__file__", None) for name, module in list(sys.modules.items())}
    return [name for name, file in files.items() if file and not file.startswith(clone) and "__" not in name]


def _import(found: Path) -> None:
    for name in found.read_text().split():
        with suppress(Exception):  # some can be imported in their own order only; then the tests do it again
            importlib.import_module(name)


if __name__ == "__main__":
    main()
