"""How fast and how steady the tests are: ``python -m benchmarks.suite``.

Runs them as a person would, each run a process of its own, and shows every figure beside its target. The times are
those of this machine as it is now: take them while nothing else runs, when time and processor time are nearly the
same. ``--repeat 10`` runs the fast tests ten times, each in another random order, and names every test that failed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from benchmarks.figures import Figure, show_figures
from benchmarks.pytest_runs import ROOT, OnProgress, Run, run_pytest, summary

FAST = ("-m", "not slow")
UNIT = ("-m", "unit")
ALONE = ("-n", "0")
PARALLEL = ("-n", "2", "--dist", "worksteal")
COVERED = ("layers/", "functions/")


@dataclass(frozen=True)
class Measured:
    """What one measurement found, and the test runs that it rests on."""

    figures: tuple[Figure, ...]
    runs: tuple[Run, ...] = ()


def unit(progress: OnProgress) -> Measured:
    """The tests that need no database and no process, in one process and in two as `make unit` runs them. Collected
    once before: bytecode is not written on the clock."""
    run_pytest([*UNIT, "--collect-only"])
    alone, two = run_pytest(UNIT, progress), run_pytest([*UNIT, *PARALLEL], progress)
    figures = (
        Figure("first result", alone.first or alone.seconds, 2, at_most=True, unit=" s", digits=2),
        Figure("in one process", alone.seconds, unit=" s", digits=1),
        Figure("in one process, processor time", alone.cpu, unit=" s", digits=1),
        Figure("in two processes (make unit)", two.seconds, 15, at_most=True, unit=" s", digits=1),
    )
    return Measured(figures, (alone, two))


def fast(progress: OnProgress) -> Measured:
    """All tests but the slow ones: in one process, and in two, as `pytest -m "not slow"` takes on two processors."""
    alone, two = run_pytest([*FAST, *ALONE], progress), run_pytest([*FAST, *PARALLEL], progress)
    figures = (
        Figure("in one process", alone.seconds, unit=" s", digits=1),
        Figure("in one process, processor time", alone.cpu, unit=" s", digits=1),
        Figure("in two processes", two.seconds, 60, at_most=True, unit=" s", digits=1),
    )
    return Measured(figures, (alone, two))


def isolation(progress: OnProgress) -> Measured:
    """What the fixture `db` costs a test on PostgreSQL, beside making all tables anew."""
    from benchmarks.isolation import measure

    found = measure(progress)
    figures = (
        Figure("a transaction rolled back, median", found.transaction, 5, at_most=True, unit=" ms", digits=2),
        Figure("all tables dropped and made, median", found.tables, unit=" ms", digits=1),
        Figure("times faster", found.tables / found.transaction, digits=0),
    )
    return Measured(figures)


def cloud(progress: OnProgress) -> Measured:
    """The fixture `cloud` in a fresh process, with all that it imports; and its reset between two tests."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.cloud_start"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        up = time.perf_counter() - started
        resets = json.loads(process.stdout.readline())["resets"]
    progress(1, 1)
    reset = 1e3 * statistics.median(resets)
    figures = (
        Figure("up, with its imports", up, 3, at_most=True, unit=" s", digits=2),
        Figure(f"reset, median of {len(resets)}", reset, 200, at_most=True, unit=" ms", digits=2),
    )
    return Measured(figures)


def coverage(progress: OnProgress) -> Measured:
    """Which share of lines and branches the fast tests reach."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        run = run_pytest([*FAST, *PARALLEL, "--cov", f"--cov-report=json:{report}"], progress)
        found = json.loads(report.read_text())
    figures = (Figure("of layers/ and functions/, with branches", covered(found), 95, unit=" %", digits=1),)
    return Measured(figures, (run,))


def covered(report: dict[str, dict[str, dict[str, dict[str, int]]]]) -> float:
    """The share of lines and branches in coverage's JSON that ran, of the files in COVERED, in percent."""
    files = [file["summary"] for name, file in report["files"].items() if name.startswith(COVERED)]
    there = sum(found["num_statements"] + found["num_branches"] for found in files)
    ran = sum(found["covered_lines"] + found["covered_branches"] for found in files)
    return 100 * ran / there if there else 0.0


def repeat(times: int, console: Console, progress: OnProgress) -> Measured:
    """The fast tests again and again, each time in another order."""
    runs = []
    for number in range(1, times + 1):
        runs.append(run := run_pytest([*FAST, *PARALLEL], progress))
        told = ", ".join(run.failures) or ("nothing failed" if run.clean else f"pytest ended with {run.status}")
        passed = run.counts.get("passed", 0)
        console.print(f"run {number}: seed {run.seed}, {run.seconds:.0f} s, {passed} passed, {told}")
    clean = sum(run.clean for run in runs)
    return Measured((Figure(f"of {times} runs, those in which nothing failed", clean, times, digits=0),), tuple(runs))


MEASUREMENTS: dict[str, tuple[str, Callable[[OnProgress], Measured]]] = {
    "unit": ("pytest -m unit", unit),
    "fast": ('pytest -m "not slow"', fast),
    "isolation": ("Isolation of a test on PostgreSQL", isolation),
    "cloud": ("The fixture cloud", cloud),
    "coverage": ("Branch coverage", coverage),
}
REPEAT = "repeat"
RUNS = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and prints. Returns the exit status: 1 when a test failed, whether or not a target is met."""
    options = _options(arguments)
    console = Console()
    runs: list[Run] = []
    for name in options.only or [*MEASUREMENTS, *([REPEAT] if options.repeat else [])]:
        again = ("Again and again, in random order", partial(repeat, options.repeat or RUNS, console))
        title, measure = MEASUREMENTS.get(name, again)
        measured = _watched(console, title, measure)
        show_figures(console, title, measured.figures)
        runs += measured.runs
    if runs:
        console.print(summary(runs))
    return 0 if all(run.clean for run in runs) else 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.suite", description=(__doc__ or "").split("\n")[0])
    names = [*MEASUREMENTS, REPEAT]
    only = f"measure only this; may be given more than once ({', '.join(names)})"
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", help=only)
    again = f"also run the fast tests N times, in random order (with --only {REPEAT}: {RUNS})"
    parser.add_argument("--repeat", type=int, metavar="N", default=0, help=again)
    options = parser.parse_args(arguments)
    if options.repeat < 0:
        parser.error("--repeat can't be negative")
    return options


def _watched(console: Console, title: str, measure: Callable[[OnProgress], Measured]) -> Measured:
    shown = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*shown, console=console, transient=True) as bar:
        task = bar.add_task(title, total=None)
        return measure(lambda done, total: bar.update(task, completed=done, total=total or None))


if __name__ == "__main__":
    raise SystemExit(main())
