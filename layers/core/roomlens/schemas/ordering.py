"""The order in which a listing's photos are shown."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from roomlens.fields import Id
from roomlens.schemas.base import Answer, Request


class PhotoOrderRequest(Request):
    """The photos that come first, in this order; the others follow in ours. `null` or none takes an order back."""

    image_ids: Annotated[list[Id], Field(max_length=10_000)] | None


class PlaceOut(Answer):
    image_id: int
    position: int = Field(description="From 1.")
    reason: str
    placed_by: Literal["roomlens", "person"]
    disclosure: str | None = Field(description="What has to be said beside an altered photo.")
    thumbnail_url: str | None


class PhotoOrderAnswer(Answer):
    """All photos of a listing that the model in force has looked at; the cover is the first."""

    listing_id: int
    order: list[PlaceOut]
    cover_image_id: int | None
