"""How much a score says."""

from __future__ import annotations

from typing import Final

from roomlens.search.kinds import Relevance, Space


def similarity(distance: float) -> float:
    """Cosine similarity of a cosine distance, cut to [0, 1]: what points away is as irrelevant as the unrelated."""
    return min(1.0, max(0.0, 1.0 - distance))


def relevance(score: float, space: Space) -> Relevance:
    """How much a score says, by thresholds measured for the model in force."""
    from roomlens.text import RELEVANCE

    if space is Space.IMAGE:
        strong, weak = IMAGE_STRONG, IMAGE_WEAK
    else:
        strong, weak = RELEVANCE.strong, RELEVANCE.weak
    return Relevance.STRONG if score >= strong else Relevance.WEAK if score >= weak else Relevance.NOISE


# Cosine of two photos' image vectors (models.md, section C): any two photos average 0.34 with a deviation of 0.19.
IMAGE_STRONG: Final = 0.72  # two deviations above
IMAGE_WEAK: Final = 0.53  # one deviation above
