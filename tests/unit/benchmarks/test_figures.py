"""Figures and their targets, as a person reads them."""

import io

import pytest
from rich.console import Console

from benchmarks.figures import Figure, show_figures


@pytest.mark.parametrize(
    ("figure", "met", "shown", "target"),
    [
        (Figure("accuracy", 0.96, 0.97), False, "0.960", ">= 0.97"),
        (Figure("accuracy", 0.97, 0.97), True, "0.970", ">= 0.97"),
        (Figure("time", 59.6, 60, at_most=True, unit=" ms"), True, "60 ms", "<= 60 ms"),
        (Figure("time", 2.004, 2, at_most=True, unit=" s", digits=2), False, "2.00 s", "<= 2 s"),
        (Figure("count", 12, digits=0), None, "12", ""),
    ],
)
def test_a_figure_stands_beside_its_target(figure: Figure, met: bool | None, shown: str, target: str) -> None:
    assert (figure.met, figure.shown, figure.shown_target) == (met, shown, target)


def test_the_table_says_what_is_met() -> None:
    console = Console(file=io.StringIO(), width=100)
    show_figures(console, "Times", [Figure("one", 1, 2, at_most=True), Figure("two", 3, 2, at_most=True)])
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert [line.split("│")[4].strip() for line in lines if "│" in line] == ["met", "not met"]
