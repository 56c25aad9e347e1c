"""Whether chat names the right photos, and abstains where it should: ``python -m benchmarks.chat``.

The committed questions (`questions.yaml`) are asked of homes made of photos that were kept apart, by the embedded
composer, with its guard and its receipts, in a database of the command's own. Which photos are right, people's labels
say. Every question is asked twice: by what our model saw of the photos, and with people's labels in its place; what is
wrong only the first time, the model misread, and the rest is a question misread or not answered.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path[:0] = [str(ROOT / "layers" / "core"), str(ROOT / "layers" / "models")]

from rich.console import Console  # noqa: E402 - after the path
from rich.progress import track  # noqa: E402

from benchmarks.chat.asking import HALVES, STREET, Question, questions  # noqa: E402
from benchmarks.chat.report import report, tell_wrong  # noqa: E402
from benchmarks.chat.scoring import Outcome, is_right, wanted  # noqa: E402
from benchmarks.chat.street import House, build, plans  # noqa: E402
from benchmarks.chat.talking import ask  # noqa: E402
from benchmarks.photo_sets import SHARED  # noqa: E402
from benchmarks.retrieval import TENANT, database  # noqa: E402
from roomlens.chat.replies import Reply  # noqa: E402
from roomlens.db import SessionFactory  # noqa: E402
from roomlens.tenancy import acting_for  # noqa: E402

HOMES = 5  # of each kind, in each half


def replies(
    half: str, asked: Sequence[Question], *, count: int, people: bool, kind: str, console: Console
) -> list[tuple[Question, tuple[House, ...], Reply]]:
    """Every question of every home of its kind."""
    with database(kind) as engine, acting_for(TENANT), SessionFactory(bind=engine) as session:
        houses = build(session, plans(half, count), people=people, console=console)
        turns: list[tuple[Question, tuple[House, ...]]] = []
        for question in asked:
            if question.home == STREET:
                turns.append((question, tuple(houses)))
            else:
                turns += [(question, (house,)) for house in houses if house.kind == question.home]
        eyes = "people's labels" if people else "our model"
        return [
            (question, of, ask(session, question, None if question.home == STREET else of[0].listing_id))
            for question, of in track(turns, f"{half}, {eyes}: {len(turns)} questions", console=console, transient=True)
        ]


def measure(half: str, *, count: int, kind: str, console: Console) -> list[Outcome]:
    asked = [question for question in questions() if question.half == half]
    ours = replies(half, asked, count=count, people=False, kind=kind, console=console)
    peoples = replies(half, asked, count=count, people=True, kind=kind, console=console)
    outcomes = []
    for (question, houses, reply), (_, again, other) in zip(ours, peoples, strict=True):
        wants, wants_again = wanted(question, houses), wanted(question, again)
        if wants is not None and wants_again is not None:
            right = is_right(reply, question, wants)
            outcomes.append(Outcome(question, wants, reply, other, right, is_right(other, question, wants_again)))
    return outcomes


def _sign_here() -> None:
    """Receipts carry links to thumbnails, which are signed on this machine; nobody follows them."""
    for name in ("PHOTO_BUCKET", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        os.environ.setdefault(name, "benchmark")
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Returns the exit status: 0 whether or not the target is met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chat", description=__doc__.split("\n")[0])
    parser.add_argument("--homes", type=int, default=HOMES, metavar="N", help=f"of each kind (default {HOMES})")
    parser.add_argument("--half", choices=HALVES, action="append", help="only this one")
    parser.add_argument("--wrong", action="store_true", help="print the wrong replies of the tuning half")
    parser.add_argument("--database", choices=["postgres", "sqlite"], default="postgres")
    options = parser.parse_args(arguments)
    if options.homes < 1:
        parser.error("--homes must be at least 1")
    console = Console()
    if not SHARED.is_dir():
        console.print("The photo sets are not here (shared/photos beside the project): nothing is measured.")
        return 1
    _sign_here()
    outcomes = {
        half: measure(half, count=options.homes, kind=options.database, console=console)
        for half in options.half or HALVES
    }
    report(console, outcomes, options.homes)
    if options.wrong:
        tell_wrong(console, outcomes.get("tuning", []))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
