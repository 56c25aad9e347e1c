"""Runs pytest as a process of its own, reads what it writes while it writes it, and takes the time."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OnProgress = Callable[[int, int], None]
"""Is told how many tests have ended, and how many there are (0 while that isn't known)."""

# A line of `pytest -v` that gives a test's outcome: `test PASSED [ 2%]`, or with xdist `[gw0] [ 2%] PASSED test`.
_OUTCOME = r"(?:PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS)"
_RESULT = re.compile(rf"^\[gw\d+\] \[ *\d+%\] {_OUTCOME} |::.* {_OUTCOME}(?: \(.*\))? +\[ *\d+%\]$")
_SELECTED = re.compile(r"^(?:collecting \.\.\. )?collected (\d+) items?(?: / .*?(\d+) selected)?")
_WORKERS = re.compile(r"^\d+ workers? \[(\d+) items?\]")
_SEED = re.compile(r"^Using --randomly-seed=(\d+)")
_FAILURE = re.compile(r"^(?:FAILED|ERROR) (\S+)")
_COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|deselected|xfailed|xpassed|warnings?)\b")
_LAST = re.compile(r"^=+ .*\bin [\d.]+s.*=+$")


@dataclass(frozen=True)
class Run:
    """One run: seconds to the first result and to the end, of which the processor worked `cpu`; the counts of its
    last line, the seed, what failed."""

    first: float | None
    seconds: float
    cpu: float
    counts: dict[str, int]
    seed: int | None
    failures: tuple[str, ...]
    status: int

    @property
    def clean(self) -> bool:
        """Whether pytest ran to its end and nothing failed."""
        return self.status == 0


class Report:
    """What the lines of `pytest -v` say, fed one by one with the seconds since the start."""

    def __init__(self) -> None:
        self.first: float | None = None
        self.done = 0
        self.total = 0
        self.seed: int | None = None
        self.failures: list[str] = []
        self.counts: dict[str, int] = {}

    def read(self, line: str, seconds: float) -> None:
        """Takes the next line."""
        if failure := _FAILURE.match(line):
            self.failures.append(failure[1])
        elif _LAST.match(line):
            self.counts = {name.rstrip("s") if name.startswith("error") else name: int(count)
                           for count, name in _COUNT.findall(line)}  # fmt: skip
        elif _RESULT.search(line):
            self.done += 1
            if self.first is None:
                self.first = seconds
        elif seed := _SEED.match(line):
            self.seed = int(seed[1])
        elif total := _SELECTED.match(line) or _WORKERS.match(line):
            self.total = int(total[total.lastindex or 1])


def run_pytest(arguments: Sequence[str], on_progress: OnProgress | None = None) -> Run:
    """Runs `pytest -v` with these arguments, on this repository, as a person would."""
    report = Report()
    started, worked = time.perf_counter(), _worked()
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-v", "--color=no", *arguments],
        cwd=ROOT,
        # with bytecode kept, as Python does by itself: else pytest rewrites every assert in each run
        env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "", "PYTEST_ADDOPTS": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            report.read(line.rstrip(), time.perf_counter() - started)
            if on_progress is not None:
                on_progress(report.done, report.total)
        status = process.wait()
    finally:
        process.kill()
        process.wait()
    seconds = time.perf_counter() - started
    return Run(report.first, seconds, _worked() - worked, report.counts, report.seed, tuple(report.failures), status)


def _worked() -> float:
    """The processor time of all processes that this one has started and seen the end of, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def summary(runs: Iterable[Run]) -> str:
    """One line about several runs: how many were clean, and every test that failed in any."""
    runs = list(runs)
    failed = sorted({name for run in runs for name in run.failures})
    clean = sum(run.clean for run in runs)
    return f"{clean} of {len(runs)} runs passed" + (f"; failed: {', '.join(failed)}" if failed else "")
