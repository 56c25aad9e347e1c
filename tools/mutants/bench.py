"""Where one worker tests its mutants: a clone, and a process that has imported everything but the project's own code.

A run of the tests is a fork of that process, so it costs a fifth of a new one: most of a short run is importing.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from tools.mutants.modules import ROOT, Part

# The interpreter that has the tests' packages; this process runs in an environment that has not.
_PYTHON: Final = ROOT / ".venv" / "bin" / "python"
_WHOLE_RUN: Final = 600  # seconds, while nothing is known of how long the tests take


class BenchError(Exception):
    """The tests can't be run, or fail while nothing is wrong; the message says how."""


@dataclass(frozen=True)
class Outcome:
    """Of one run of the tests. `output` is what they printed, its end."""

    passed: bool
    seconds: float
    output: str


class Bench:
    """A clone with its process. Use it as a context manager."""

    def __init__(self, clone: Path, part: Part) -> None:
        self.clone = clone
        self._tests = part.tests
        self._database = part.database

    def __enter__(self) -> Bench:
        command = [str(_PYTHON), "-m", "tools.mutants.forking", self._database]
        self._process = subprocess.Popen(
            command, cwd=self.clone, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()  # its sign to end
        self._process.wait()

    def prepare(self) -> float:
        """Imports what the tests need, and gives the seconds that they take while nothing is wrong.

        Raises BenchError when they fail even so.
        """
        for outcome in (self.run(_WHOLE_RUN), again := self.run(_WHOLE_RUN)):  # the first finds out what they need
            if not outcome.passed:
                raise BenchError(f"The tests fail without any mutant:\n{outcome.output}")
        return again.seconds

    def run(self, timeout: float) -> Outcome:
        """Runs the tests on what now stands in the clone."""
        return Outcome(**self._ask({"tests": self._tests, "timeout": timeout}))

    def _ask(self, request: dict[str, float | Sequence[str]]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise BenchError("The process that runs the tests has ended; what it printed says why.")
        answer: dict[str, Any] = json.loads(line)
        return answer
