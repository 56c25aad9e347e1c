"""Properties on offer."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from roomlens.fields import Line, Readable, Time
from roomlens.schemas.base import Answer, Request

ListingStatus = Literal["draft", "active", "pending", "sold", "withdrawn"]


class ListingRequest(Request):
    title: Line | None = None
    address: Annotated[str, Field(max_length=300), Readable] | None = None
    price: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    beds: Annotated[float, Field(ge=0, le=1000)] | None = None
    baths: Annotated[float, Field(ge=0, le=1000)] | None = None
    area_sqft: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    status: ListingStatus = "active"
    external_ref: Annotated[str, Field(min_length=1, max_length=100), Readable] | None = None


class ListingOut(ListingRequest):
    model_config = ConfigDict(from_attributes=True)

    id: int
    created_at: Time
    updated_at: Time
    photo_counts: dict[str, int]
    cover: str | None


class ListingPage(Answer):
    listings: list[ListingOut]
    next_cursor: str | None
