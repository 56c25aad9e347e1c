"""What all photos of a listing say together, as plain values: what is stored, shown, and spoken of in chat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from roomlens.models import Analysis, ChangeVerdict, Image
from roomlens.photos.facts import Facts
from roomlens.vocabulary import RoomType, Tag


@dataclass(frozen=True)
class ListingPhoto:
    """An analysed photo of a listing, by what counts: a person's word before the model's."""

    image: Image
    analysis: Analysis
    facts: Facts
    captured_at: datetime | None

    @property
    def id(self) -> int:
        return self.image.id


@dataclass(frozen=True)
class Measured:
    """A score in [0, 1] over several photos, and the photos it rests on; None when none of them could be scored.

    `best`, `median`, `worst`: the photos with these scores; for an even number, the median is the worse of the two.
    """

    score: float | None
    best_image_id: int | None = None
    median_image_id: int | None = None
    worst_image_id: int | None = None


@dataclass(frozen=True)
class RoomInstance:
    """One room of a home, and the photos that show it: bathroom 1 is another room than bathroom 2."""

    name: str  # "bathroom 1"; without a number where a home has one of a kind
    room_type: RoomType
    number: int
    image_ids: tuple[int, ...]
    condition: Measured
    natural_light: Measured
    tags: tuple[Tag, ...]


@dataclass(frozen=True)
class TagCount:
    tag: Tag
    image_ids: tuple[int, ...]


@dataclass(frozen=True)
class Gap:
    """A room or a view that buyers look for and no photo shows."""

    room_type: RoomType
    reason: str


@dataclass(frozen=True)
class Scores:
    """Of the rooms inside, of the outside, or of both."""

    condition: Measured
    natural_light: Measured
    image_ids: tuple[int, ...]


@dataclass(frozen=True)
class Aggregation:
    listing_id: int
    model: str
    photo_count: int
    interior: Scores
    exterior: Scores
    overall: Scores
    rooms: tuple[RoomInstance, ...]
    tags: tuple[TagCount, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class Change:
    """What became of a room between two photos of it. Deltas are after minus before, None when one was not scored.

    `reason`: why the two can't be compared.
    """

    before_image_id: int
    after_image_id: int
    before_at: datetime | None
    after_at: datetime | None
    room_type: RoomType
    instance: str | None
    verdict: ChangeVerdict
    reason: str | None
    tags_added: tuple[Tag, ...]
    tags_removed: tuple[Tag, ...]
    condition_delta: float | None
    natural_light_delta: float | None
