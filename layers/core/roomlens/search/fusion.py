"""Several signals about the same photos, made into one order. Pure.

A fused score is the weighted mean of the signals that a question gave: with one signal alone it is that signal. What
was measured, and why it is no reciprocal rank fusion: docs/adr/0014-search.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

# What each signal weighs beside the others; `python -m training.fusion` shows what they were chosen by.
WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "vector": 1.0,  # cosine of the question's and the photo's text vectors
        "image": 1.0,  # cosine of two photos' image vectors
        "text": 0.10,  # the share of the question's words that the photo's own words have
        "listing": 0.50,  # the same of its listing's title, address and reference
        "tags": 0.15,  # the share of the tags asked for that the photo has
        "rooms": 0.30,  # whether it shows one of the rooms asked for
    }
)


@dataclass(frozen=True)
class Fused:
    """One photo. `contributions` add up to `score`; `ranks` are its places, from 1, by each signal that knows it."""

    key: int
    score: float
    contributions: dict[str, float]
    ranks: dict[str, int]


def fuse(signals: Mapping[str, Mapping[int, float]], weights: Mapping[str, float] = WEIGHTS) -> list[Fused]:
    """All photos that any signal knows, best first; equal scores are ordered by key.

    Args:
        signals: by name, then by photo: a strength, cut to [0, 1]. A signal that a question did not give is left out;
            one that is there and knows nothing of a photo says 0 of it. So give the vectors' signal for every photo
            that another signal found, too.
        weights: what each signal weighs; only those of `signals` count.

    Raises:
        KeyError: a signal without a weight.
    """
    total = sum(weights[name] for name in signals)
    ranks = {name: _ranks(strengths) for name, strengths in signals.items()}
    fused = []
    for key in {key for strengths in signals.values() for key in strengths}:
        contributions = {
            name: weights[name] * _cut(strengths[key]) / total
            for name, strengths in signals.items()
            if key in strengths
        }
        score = min(1.0, sum(contributions.values()))
        fused.append(Fused(key, score, contributions, {name: ranks[name][key] for name in contributions}))
    return sorted(fused, key=lambda one: (-one.score, one.key))


def _cut(strength: float) -> float:
    return min(1.0, max(0.0, strength))


def _ranks(strengths: Mapping[int, float]) -> dict[int, int]:
    """The place of each photo; equals share the better one."""
    places: dict[float, int] = {}
    for place, strength in enumerate(sorted(strengths.values(), reverse=True), start=1):
        places.setdefault(strength, place)
    return {key: places[strength] for key, strength in strengths.items()}
