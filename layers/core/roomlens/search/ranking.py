"""The photos of a pool in their order: fused, judged, cut, and sorted.

How far a list goes is bounded, and the bounds are part of what the API promises:
* by relevance, FIRST photos of each way of looking, and when a reader has seen those, LAST of each: at most LAST hits;
* by anything else, the BAND best hits that are no noise, sorted.
The photos of a deeper look come after those of the first one: so a list never changes under a reader's hands, and no
page repeats or leaves out what another has.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy.orm import Session

from roomlens.search.candidates import Pool, gather
from roomlens.search.fusion import Fused, fuse
from roomlens.search.kinds import COSINES, Relevance, Row
from roomlens.search.question import Question
from roomlens.search.relevance import judge_of

FIRST: Final = 128  # more than the largest page, so that one look is enough for it
LAST: Final = 1_000
BAND: Final = 500
_TAIL: Final = 16  # hits: relevance is judged by more than the score, so that the order of the two may differ a little
_LEAST: Final = {
    None: frozenset(Relevance),
    "noise": frozenset(Relevance),
    "weak": frozenset({Relevance.WEAK, Relevance.STRONG}),
    "strong": frozenset({Relevance.STRONG}),
}
_Thing = TypeVar("_Thing")


@dataclass(frozen=True)
class Ranked:
    """A photo in its place, before it is read."""

    row: Row
    fused: Fused
    relevance: Relevance
    strengths: Mapping[str, float]  # by signal

    @property
    def rank_before(self) -> int:
        """Its place by the first signal alone: by meaning or by look, and by words where only those were asked."""
        return next(iter(self.fused.ranks.values()), 1)


def ranked(pool: Pool, question: Question) -> list[Ranked]:
    """All photos of a pool, best first. Equal scores are ordered by the distance of their vectors, then by photo: those
    whose vectors point away from the question all score 0."""
    fused = sorted(fuse(pool.signals), key=lambda one: (-one.score, _last(pool.distances[one.key]), one.key))
    judge = judge_of(
        text_vector=question.text_vector,
        by_image=question.image_vector is not None,
        covered=question.understood.covered if question.understood else 0.0,
    )
    hits = []
    for one in fused:
        strengths = {name: known[one.key] for name, known in pool.signals.items()}
        hits.append(Ranked(pool.rows[one.key], one, judge.of(strengths), strengths))
    return hits


def _last(distance: float) -> float:
    """A vector without a direction has no distance, and comes last."""
    return math.inf if math.isnan(distance) else distance


def in_order(session: Session, question: Question, sort: str, wanted: int, least: str | None = None) -> list[Ranked]:
    """The first `wanted` hits, or more, or all that the bounds allow.

    Args:
        least: the least relevance of a hit.
    """
    if sort == "relevance":
        return by_relevance(session, question, wanted, least)
    return by_value(session, question, sort, least)


def by_relevance(session: Session, question: Question, wanted: int, least: str | None = None) -> list[Ranked]:
    """The first `wanted` hits, or more, or all that there are up to LAST."""
    first = gather(session, question, FIRST)
    hits = ranked(first, question)
    kept = at_least(hits, least)
    if len(kept) >= wanted or first.complete or not goes_on(hits, FIRST, least):
        return kept
    deeper = gather(session, question, LAST)
    others = [hit for hit in ranked(deeper, question) if hit.row.image_id not in first.rows]
    return (kept + at_least(others, least))[:LAST]


def by_value(session: Session, question: Question, sort: str, least: str | None = None) -> list[Ranked]:
    """The BAND best hits that are no noise, by a value of theirs."""
    hits = without_noise(ranked(gather(session, question, BAND), question))[:BAND]
    return sorted_by(at_least(hits, least), sort, lambda hit: hit.row)


def goes_on(hits: Sequence[Ranked], depth: int, least: str | None) -> bool:
    """Whether a deeper look than `depth` may bring more that is relevant enough.

    It brings what lies behind the last of these in their order, and behind the last that a vector brought: where words
    brought many that share one word with the question, the order may end with noise long before the vectors do.
    """
    by_vector = [
        sorted(hits, key=lambda hit: -hit.strengths[name])[:depth]
        for name in COSINES
        if hits and name in hits[0].strengths
    ]
    return any(at_least(some[-_TAIL:], least) for some in (hits, *by_vector))


def at_least(hits: Iterable[Ranked], least: str | None) -> list[Ranked]:
    return [hit for hit in hits if hit.relevance in _LEAST[least]]


def without_noise(hits: Iterable[Ranked]) -> list[Ranked]:
    return at_least(hits, Relevance.WEAK)


def sorted_by(things: Sequence[_Thing], sort: str, row_of: Callable[[_Thing], Row]) -> list[_Thing]:
    """Sorted by `captured_at`, `price`, `condition` or `natural_light` of a row; a minus in front is descending.

    What has no value comes last either way, and equal values are ordered by photo.
    """
    name, descending = sort.removeprefix("-"), sort.startswith("-")

    def place(thing: _Thing) -> tuple[bool, float, int]:
        row = row_of(thing)
        value = getattr(row, name)
        number = value.timestamp() if isinstance(value, datetime) else value
        return (value is None, 0.0 if value is None else -number if descending else number, row.image_id)

    return sorted(things, key=place)
