"""The tables of `python -m benchmarks.chat`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.chat.scoring import Outcome, share

TARGET = 0.85


def report(console: Console, outcomes: Mapping[str, Sequence[Outcome]], homes: int) -> None:
    """A table for each half, by kind of question."""
    for half, found in outcomes.items():
        asked = len({outcome.question.ask for outcome in found})
        table = Table(title=f"{half}: {asked} questions, each of up to {homes} homes", title_justify="left")
        for heading in (
            "kind",
            "asked",
            "right",
            "with people's eyes",
            "photos misread",
            "rooms joined",
            "question misread",
        ):
            table.add_column(heading, justify="left" if heading == "kind" else "right")
        for kind in dict.fromkeys(outcome.question.kind for outcome in found):
            _row(table, kind, [outcome for outcome in found if outcome.question.kind == kind])
        table.add_section()
        _row(table, "right photos named", [outcome for outcome in found if outcome.wanted.ids])
        _row(table, "right to abstain", [outcome for outcome in found if not outcome.wanted.ids])
        _row(table, "one answer is right", [outcome for outcome in found if not outcome.question.is_loose])
        _row(table, "several may be", [outcome for outcome in found if outcome.question.is_loose])
        table.add_section()
        _row(table, "total", found)
        console.print(table)
        total = share(outcome.right for outcome in found)
        word = "met" if total >= TARGET else "not met"
        console.print(f"{half}: {total:.1%} right, the target of {TARGET:.0%} is {word}.\n")


def _row(table: Table, name: str, outcomes: Sequence[Outcome]) -> None:
    causes = [outcome.cause for outcome in outcomes]
    table.add_row(
        name,
        str(len(outcomes)),
        f"{share(outcome.right for outcome in outcomes):.1%}",
        f"{share(outcome.right_with_peoples_eyes for outcome in outcomes):.1%}",
        str(causes.count("photos")),
        str(causes.count("number")),
        str(causes.count("question")),
    )


def tell_wrong(console: Console, outcomes: Sequence[Outcome]) -> None:
    """The replies that were wrong, with the photos that would have been right."""
    for outcome in outcomes:
        if not outcome.right:
            text = " / ".join(outcome.question.ask)
            reply = outcome.ours if outcome.cause == "photos" else outcome.peoples
            console.print(
                f"{outcome.question.home}: {text}\n  [{outcome.cause}] wanted {sorted(outcome.wanted.ids)}:"
                f" {reply.text} {reply.image_ids}",
                markup=False,
                highlight=False,
            )
