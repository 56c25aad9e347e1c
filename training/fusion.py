"""Compares what the signals of a search may weigh: ``python -m training.fusion``.

Photos that are not kept apart live in homes with invented names, and are asked for by the questions of
`training.questions` and by those names. Every question is looked up once; what its signals say is then fused with other
weights, one weight moved at a time, and by reciprocal ranks. Nothing is written: `search.fusion.WEIGHTS` is the choice.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.progress import track
from rich.table import Table
from sqlalchemy.orm import Session

from benchmarks.queries import Kind
from benchmarks.retrieval import World, by_name, database, world_of
from benchmarks.retrieval_report import BY_MEANING, BY_NAME
from benchmarks.retrieval_scores import Asked, Outcome, mean_precision, mean_reciprocal_rank, of_kinds
from roomlens.schemas import QueryRequest
from roomlens.search.candidates import gather
from roomlens.search.fusion import WEIGHTS, fuse
from roomlens.search.question import read
from roomlens.search.ranking import FIRST
from training.searching import gallery, questions

Signals = Mapping[str, Mapping[int, float]]
Order = Callable[[Signals], list[int]]

# What is tried for each signal beside the vectors', which weighs 1.
TRIED: Mapping[str, Sequence[float]] = {
    "text": (0.0, 0.05, 0.10, 0.15, 0.20, 0.30, 0.50, 1.0),
    "listing": (0.0, 0.10, 0.20, 0.30, 0.40, 0.50, 1.0),
    "tags": (0.0, 0.05, 0.10, 0.15, 0.20, 0.30, 0.50),
    "rooms": (0.0, 0.05, 0.10, 0.15, 0.20, 0.30, 0.50),
}
# The constant of reciprocal rank fusion: Cormack, Clarke and Buettcher, SIGIR 2009.
_RANK_CONSTANT = 60
_HOMES_FROM = 216  # the names are the benchmark's, there are no more of them; addresses and references are others


@dataclass(frozen=True)
class Looked:
    """A question and what each signal says of its photos."""

    asked: Asked
    signals: Signals


@dataclass(frozen=True)
class Score:
    """Precision@5 and MRR of the questions by what a photo shows, and of those by name."""

    meaning: tuple[float, float]
    name: tuple[float, float]

    @property
    def mean(self) -> float:
        """Of all four, which count alike."""
        return (sum(self.meaning) + sum(self.name)) / 4


def asked_of(world: World) -> list[Asked]:
    """The questions of development, with the photos of the rooms that answer them, and the homes by name."""
    found = []
    for kind, text, rooms in questions():
        shown = [one for one, photo in zip(world.ids, world.photos, strict=True) if photo.room in rooms]
        found.append(Asked(text, Kind(kind), frozenset(shown)))
    return [one for one in (*found, *by_name(world)) if one.right]


def looked_up(world: World, asked: Sequence[Asked], console: Console) -> list[Looked]:
    """What every signal says of the photos that a hybrid search considers."""
    found = []
    for one in track(asked, f"{len(asked)} questions", console=console, transient=True):
        question = read(world.session, QueryRequest(query=one.text))
        found.append(Looked(one, gather(world.session, question, FIRST).signals))
    return found


def by_weights(weights: Mapping[str, float]) -> Order:
    """The order of the search with other weights."""
    return lambda signals: [one.key for one in fuse(signals, weights)]


def by_vector(signals: Signals) -> list[int]:
    """The order of the vectors alone."""
    return [one.key for one in fuse({"vector": signals["vector"]})]


def by_ranks(signals: Signals) -> list[int]:
    """Reciprocal rank fusion of all signals, each weighing the same.

    Equals share the better rank, or the order of the rows would decide between all photos of a room that is asked for;
    a photo of which a signal says 0 has no rank by it.
    """
    total = {
        one.key: sum(1 / (_RANK_CONSTANT + rank) for name, rank in one.ranks.items() if signals[name][one.key] > 0)
        for one in fuse(signals)
    }
    return sorted(total, key=lambda key: (-total[key], key))


def by_ranks_of_words(signals: Signals) -> list[int]:
    """The same of vectors and words alone, as it is mostly done."""
    return by_ranks({name: signals[name] for name in signals if name not in ("tags", "rooms")})


def scored(looked: Sequence[Looked], order: Order) -> Score:
    """How good an order is."""
    outcomes = [Outcome(one.asked, tuple(order(one.signals)), ()) for one in looked]
    halves = [of_kinds(outcomes, kinds) for kinds in (BY_MEANING, BY_NAME)]
    meaning, name = ((mean_precision(half), mean_reciprocal_rank(half)) for half in halves)
    return Score(meaning, name)


def compared(looked: Sequence[Looked]) -> Table:
    """The weights in force beside the vectors alone and reciprocal ranks."""
    table = Table("order", *_COLUMNS, title="ways to fuse", title_justify="left")
    ways = {
        "vectors alone": by_vector,
        "reciprocal ranks": by_ranks,
        "the same of vectors and words": by_ranks_of_words,
        "weights in force": by_weights(WEIGHTS),
    }
    for name, order in ways.items():
        table.add_row(name, *_cells(scored(looked, order)))
    return table


def moved(looked: Sequence[Looked], name: str) -> Table:
    """One weight at each of its values, the others as they are in force."""
    table = Table(name, *_COLUMNS, title=f"the weight of {name}", title_justify="left")
    for value in TRIED[name]:
        mark = " (in force)" if value == WEIGHTS[name] else ""
        table.add_row(f"{value:.2f}{mark}", *_cells(scored(looked, by_weights({**WEIGHTS, name: value}))))
    return table


_COLUMNS = ("by meaning P@5", "MRR", "by name P@5", "MRR", "mean")


def _cells(score: Score) -> list[str]:
    return [f"{number:.3f}" for number in (*score.meaning, *score.name, score.mean)]


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    argparse.ArgumentParser(prog="python -m training.fusion", description=__doc__.split("\n")[0]).parse_args(arguments)
    console = Console()
    photos = gallery(console).photos
    with database("sqlite") as engine, Session(engine) as session:
        world = world_of(session, photos, console, first=_HOMES_FROM)
        looked = looked_up(world, asked_of(world), console)
    console.print(compared(looked))
    for name in TRIED:
        console.print(moved(looked, name))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
