"""How good the answers to a question are, from the photos that were found and those that are right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from benchmarks.queries import Kind
from roomlens.search import Relevance

FIRST = 5  # hits that a person looks at
SHOWN = 20  # hits of which it is counted how they are marked


@dataclass(frozen=True)
class Asked:
    """A question and its right photos. `kind`: None for one that no photo answers. `unknown`: photos of which nobody
    said whether they are right; they are passed over."""

    text: str
    kind: Kind | None
    right: frozenset[int]
    unknown: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Outcome:
    """What was found, best first, without the photos that nobody judged, and how each hit was marked."""

    asked: Asked
    found: tuple[int, ...]
    marks: tuple[Relevance, ...]

    @property
    def precision(self) -> float:
        """The share of the first five that is right, or of as many as there are right ones at all."""
        most = min(FIRST, len(self.asked.right))
        return sum(one in self.asked.right for one in self.found[:FIRST]) / most if most else 0.0

    @property
    def reciprocal_rank(self) -> float:
        """One through the place of the first right hit; 0 when there is none."""
        places = (place for place, one in enumerate(self.found, start=1) if one in self.asked.right)
        return 1 / next(places, float("inf"))

    def best_mark(self) -> Relevance:
        """The best that any hit was marked."""
        order = (Relevance.STRONG, Relevance.WEAK, Relevance.NOISE)
        return next((mark for mark in order if mark in self.marks), Relevance.NOISE)


def mean_precision(outcomes: Iterable[Outcome]) -> float:
    """Precision@5, the mean over the questions; 0 of none."""
    return _mean([outcome.precision for outcome in outcomes])


def mean_reciprocal_rank(outcomes: Iterable[Outcome]) -> float:
    """MRR; 0 of no questions."""
    return _mean([outcome.reciprocal_rank for outcome in outcomes])


def without(outcomes: Sequence[Outcome], *marks: Relevance) -> float:
    """The share of the questions of which no hit has one of these marks; 0 of no questions."""
    return _mean([not set(marks) & set(outcome.marks) for outcome in outcomes])


def marked(outcomes: Iterable[Outcome], *marks: Relevance, right: bool) -> float:
    """Of the right (or wrong) hits among the first 20 of all questions, the share that is marked so."""
    return _mean(
        [
            mark in marks
            for outcome in outcomes
            for one, mark in zip(outcome.found[:SHOWN], outcome.marks, strict=False)
            if (one in outcome.asked.right) is right
        ]
    )


def of_kinds(outcomes: Iterable[Outcome], kinds: Iterable[Kind]) -> list[Outcome]:
    """Those to questions of these kinds."""
    chosen = set(kinds)
    return [outcome for outcome in outcomes if outcome.asked.kind in chosen]


def _mean(values: Sequence[float]) -> float:
    return fmean(values) if values else 0.0
