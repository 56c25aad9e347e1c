"""What a search deals in: spaces, hits, and how much a hit says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from roomlens.models import Analysis, Image


class Space(StrEnum):
    TEXT = "text"
    IMAGE = "image"


class Relevance(StrEnum):
    STRONG = "strong"
    WEAK = "weak"
    NOISE = "noise"


@dataclass(frozen=True)
class Hit:
    """A photo that was found. `score`: cosine similarity, cut to [0, 1]."""

    image: Image
    analysis: Analysis
    score: float
    relevance: Relevance


@dataclass(frozen=True)
class Found:
    hits: Sequence[Hit]
    space: Space
    model: str
