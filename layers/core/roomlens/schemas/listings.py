"""Properties on offer."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints
from pydantic.config import JsonDict

from roomlens.fields import Readable, Time
from roomlens.schemas.alterations import Blocker
from roomlens.schemas.base import Answer, Request

ListingStatus = Literal["draft", "active", "pending", "sold", "withdrawn"]

HIGHEST_PRICE: Final = 10_000_000_000_000
"""In whatever currency: up to it a float holds every cent, and the dearest home costs less in any."""
LARGEST_AREA: Final = 1_000_000_000
"""Square feet: a ranch of 36 square miles."""


# what is nothing but blanks says nothing
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Readable]
Address = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), Readable]
Reference = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), Readable]
Price = Annotated[float, Field(ge=0, le=HIGHEST_PRICE)]
Rooms = Annotated[float, Field(ge=0, le=1000)]
Area = Annotated[float, Field(ge=0, le=LARGEST_AREA)]


class ListingRequest(Request):
    title: Title | None = None
    address: Address | None = None
    price: Price | None = None
    beds: Rooms | None = None
    baths: Rooms | None = None
    area_sqft: Area | None = None
    status: ListingStatus = "active"
    external_ref: Reference | None = None


def _without_default(schema: JsonDict) -> None:
    """What is left out of a change stays: a document that showed a default would say otherwise."""
    del schema["default"]


class ListingChange(Request):
    """What is to be different; `null` clears a field, and what is left out stays. A status can't be cleared."""

    title: Title | None = None
    address: Address | None = None
    price: Price | None = None
    beds: Rooms | None = None
    baths: Rooms | None = None
    area_sqft: Area | None = None
    status: ListingStatus = Field("active", json_schema_extra=_without_default)
    external_ref: Reference | None = None


class ListingOut(Answer):
    """As it is stored: older rows may hold what a request may not any more."""

    id: int
    title: str | None
    address: str | None
    price: float | None
    beds: float | None
    baths: float | None
    area_sqft: float | None
    status: ListingStatus
    external_ref: str | None
    created_at: Time
    updated_at: Time
    photo_counts: dict[str, int]
    cover: str | None = Field(description="A link to the first photo of `photo-order`, which works for a while.")
    publishable: bool = Field(description="False while an altered photo lacks its original or its disclosure.")
    blockers: list[Blocker]


class ListingPage(Answer):
    listings: list[ListingOut]
    next_cursor: str | None


class Removed(Answer):
    """How many of each went; `objects` are those of the bucket, without what other photos share, and go within minutes
    where S3 can't do it now."""

    photos: int
    objects: int
    analyses: int
    vectors: int
    conversations: int = 0
    messages: int = 0
    feedback: int = 0
    tasks_canceled: int


class ListingRemoved(Answer):
    listing_id: int
    removed: Removed


class PhotoRemoved(Answer):
    image_id: int
    listing_id: int | None
    removed: Removed
