"""What was measured, and what came of the photos, as tables."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.load.ledger import Ledger, Line
from benchmarks.load.proof import Verdict

_MOST_FAULTS = 20
WHAT_IS_MEASURED = (
    "Every client sends its next call as soon as it has an answer. Clients, functions, PostgreSQL and S3 share the"
    " processors, and a function of the rig has a few environments where Lambda would start one for each call that"
    " comes at the same time: these are times of a queue. Functions were started before the clock ran."
)


def show_lines(console: Console, title: str, lines: Sequence[Line]) -> None:
    """One line for each kind of call."""
    table = Table(title=title, title_justify="left")
    table.add_column("call", no_wrap=True)
    for column in ("answers", "errors", "p50 ms", "p95 ms", "p99 ms", "longest ms", "a second"):
        table.add_column(column, justify="right")
    for line in lines:
        errors = f"[red]{line.errors}[/]" if line.errors else "0"
        times = [f"{time:.0f}" for time in (line.p50, line.p95, line.p99, line.longest)]
        table.add_row(line.kind, str(line.calls), errors, *times, f"{line.rate:.1f}")
    console.print(table)
    console.print(WHAT_IS_MEASURED, style="dim")


def show_verdict(console: Console, ledger: Ledger, verdict: Verdict) -> None:
    """What went wrong, and whether a photo is lost."""
    wrong = [f"{count} × {what}" for what, count in ledger.errors().most_common()] + verdict.faults[:_MOST_FAULTS]
    if (more := len(verdict.faults) - _MOST_FAULTS) > 0:
        wrong.append(f"and {more} more")
    for line in wrong:  # they quote answers: a bracket there is no markup
        console.print(line, style="red", markup=False)
    later = sum(one.task_id is not None for one in ledger.taken)
    console.print(
        f"{verdict.answered} uploads were answered ({later} with a task): {verdict.right} are there with their own"
        f" bytes, analysed once; {verdict.answered - verdict.right} lost or wrong, {len(verdict.faults)} faults in all."
    )
