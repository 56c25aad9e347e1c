"""What happened in the drill, and what came of each photo, as tables."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.faults.audit import Verdict
from benchmarks.faults.weather import Happening, in_order


def show_weather(console: Console, happened: Sequence[Happening], missed: Sequence[str]) -> None:
    """Each fault with its time and what it hit."""
    table = Table("at", "what went wrong", "", title="Weather", title_justify="left", box=None, pad_edge=False)
    for happening in in_order(happened):
        table.add_row(f"{happening.at:6.1f} s", happening.what, happening.hit)
    console.print(table if happened else "Weather: calm.")
    for what in missed:
        console.print(f"[yellow]{what}[/]")
    console.print()


def show_counts(console: Console, verdict: Verdict, further: Sequence[tuple[str, object]]) -> None:
    """The counts, and everything that is neither one thing nor the other."""
    table = Table("", "photos", title="In the end", title_justify="left", box=None, pad_edge=False)
    table.columns[1].justify = "right"
    table.add_row("sent", str(verdict.sent))
    table.add_row("rows", str(verdict.rows))
    table.add_row("analysed once, found by both vectors", str(verdict.analysed))
    table.add_row("failed, with the reason", str(verdict.failed.total()))
    for reason, count in sorted(verdict.failed.items()):
        table.add_row(f"  {reason}", str(count))
    table.add_row("anything in between", str(verdict.sent - verdict.analysed - verdict.failed.total()))
    for what, counted in further:
        table.add_row(what, str(counted))
    console.print(table)
    for fault in verdict.faults:
        console.print(f"[red]{fault}[/]")
