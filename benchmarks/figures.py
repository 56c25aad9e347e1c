"""Measured numbers beside their targets, and the table that shows them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One number, beside the target it has to reach if it has one. `digits` stand after the point; without it, as
    many as a number of this kind needs."""

    name: str
    value: float
    target: float | None = None
    at_most: bool = False
    unit: str = ""
    digits: int | None = None

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None when there is none."""
        if self.target is None:
            return None
        return self.value <= self.target if self.at_most else self.value >= self.target

    @property
    def shown(self) -> str:
        """The value with its unit."""
        digits = self.digits if self.digits is not None else 0 if self.unit else 3
        return f"{self.value:.{digits}f}{self.unit}"

    @property
    def shown_target(self) -> str:
        """The target with its direction and unit; empty when there is none."""
        if self.target is None:
            return ""
        return f"{'<=' if self.at_most else '>='} {self.target:g}{self.unit}"


def show_figures(console: Console, title: str, figures: Sequence[Figure]) -> None:
    """Prints one line for each figure: its value, its target, and whether that is met."""
    table = Table(title=title, title_justify="left")
    table.add_column("figure")
    table.add_column("value", justify="right")
    table.add_column("target", justify="right")
    table.add_column("")
    for figure in figures:
        verdict = {None: "", True: "[green]met[/]", False: "[red]not met[/]"}[figure.met]
        table.add_row(figure.name, figure.shown, figure.shown_target, verdict)
    console.print(table)


def machine() -> Figure:
    """How fast this machine is just now: a loop that takes 0.4 to 0.6 s on the one the targets were set on."""
    started = time.perf_counter()
    sum(range(20_000_000))
    return Figure("this machine: 20 million additions", time.perf_counter() - started, unit=" s", digits=2)
