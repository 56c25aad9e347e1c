"""What a search deals in: spaces, modes, rows, hits, and how much a hit says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from sqlalchemy import ColumnElement

from roomlens.models import Analysis, Image, ImageVector, Listing, TextVector
from roomlens.photos.facts import Facts

if TYPE_CHECKING:
    from roomlens.vectors import FloatArray


VectorTable: TypeAlias = type[TextVector] | type[ImageVector]
Conditions: TypeAlias = Sequence[ColumnElement[bool]]  # on the columns of one of them, all of which must hold

# The signals that are cosines of vectors; all others are shares of what was asked for.
COSINES: Final = ("vector", "image")


class Space(StrEnum):
    """Where photos are compared: words meet text vectors, pictures meet image vectors."""

    TEXT = "text"
    IMAGE = "image"
    BOTH = "both"


class Mode(StrEnum):
    """`vector` compares meanings alone, `text` words alone, `hybrid` both."""

    HYBRID = "hybrid"
    VECTOR = "vector"
    TEXT = "text"


class Relevance(StrEnum):
    STRONG = "strong"
    WEAK = "weak"
    NOISE = "noise"


@dataclass(frozen=True)
class Row:
    """A photo that is considered: what can be told of it before its analysis is read."""

    image_id: int
    listing_id: int | None
    room_type: str
    tags: Sequence[str]
    condition: float | None
    natural_light: float | None
    captured_at: datetime | None
    price: float | None  # of its listing


@dataclass(frozen=True)
class Signal:
    """What one way of looking says of a photo: in [0, 1], what that adds to the score, and its place by it, from 1."""

    score: float
    contribution: float
    rank: int


@dataclass(frozen=True)
class Why:
    """Why a photo was found."""

    matched_tags: Sequence[str]
    matched_rooms: Sequence[str]
    matched_words: Sequence[str]
    signals: Mapping[str, Signal]
    rank_before_fusion: int
    rank_after: int
    corrections: Mapping[str, str]


@dataclass(frozen=True)
class HitListing:
    """The listing that a hit stands for. `matches`: how many of its photos are no noise, of those considered."""

    listing: Listing
    matches: int


@dataclass(frozen=True)
class Hit:
    """A photo that was found.

    `score`: in [0, 1]; the cosine similarity where one vector was asked alone, else the fused score.
    `facts`: what counts of the photo, a person's correction before the model's answer.
    """

    image: Image
    analysis: Analysis
    facts: Facts
    score: float
    relevance: Relevance
    listing: HitListing | None = None
    why: Why | None = None
    embedding: Mapping[Space, FloatArray] | None = None


@dataclass(frozen=True)
class Found:
    """`model`: whose vectors were compared."""

    hits: Sequence[Hit]
    space: Space
    model: str
    next_cursor: str | None = None
