"""What rules look at, and what they find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from roomlens.listings.alterations import Altered
from roomlens.listings.copies import MOST_COMPARED, Pair
from roomlens.listings.kinds import ListingPhoto
from roomlens.models import ImageStatus
from roomlens.vocabulary import Told


@dataclass(frozen=True)
class Unseen:
    """A photo that the model in force has not looked at; `reason`: why it could not."""

    image_id: int
    status: ImageStatus
    reason: str | None = None


@dataclass(frozen=True)
class Subject:
    """The photos of a listing in the order they are shown, and what is known of them."""

    photos: Sequence[ListingPhoto]
    told: Told  # what the model in force can tell: that it names no garage says nothing when it can't
    unseen: Sequence[Unseen] = ()
    copies: Sequence[Pair] = ()
    altered: Mapping[int, Altered] = field(default_factory=dict)
    scenes_told: bool = True  # whether pictures of one scene can be told
    compared: int = MOST_COMPARED  # how many photos were compared with each other


@dataclass(frozen=True)
class Found:
    """One thing that a rule found. `image_id`: None where it is about the listing."""

    message: str
    fix: str
    image_id: int | None = None
    other_image_id: int | None = None
