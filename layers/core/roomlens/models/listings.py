"""Properties on offer, and what all photos of one say together."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Computed, ForeignKey, Index, String, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from roomlens.dialects import Json
from roomlens.fulltext import Document, gin_index, joined
from roomlens.models.base import Base, Owned


class ChangeVerdict(StrEnum):
    IMPROVED = "improved"
    WORSENED = "worsened"
    UNCHANGED = "unchanged"
    NOT_COMPARABLE = "not_comparable"


class Listing(Owned, Base):
    """A property on offer."""

    __tablename__ = "listings"
    __table_args__ = (
        UniqueConstraint("tenant_id", "external_ref"),
        Index("ix_listings_tenant_id_id", "tenant_id", "id"),
        gin_index("listings", "document"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    external_ref: Mapped[str | None] = mapped_column(String(100))
    title: Mapped[str | None] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(String(300))
    price: Mapped[float | None]
    beds: Mapped[float | None]
    baths: Mapped[float | None]
    area_sqft: Mapped[float | None]
    status: Mapped[str] = mapped_column(String(20), server_default="active")
    photo_order: Mapped[list[Any] | None] = mapped_column(Json)  # ids of photos, as a person put them
    document: Mapped[Any] = mapped_column(  # what words find; the database keeps it up to date
        Document, Computed(joined("title", "address", "external_ref"), persisted=True), deferred=True
    )
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class PropertyAggregation(Owned, Base):
    """What all photos of a listing say together, by one version of one model.

    `fingerprint` is that of the photos, analyses and corrections it was made of: where it differs, it is out of date.
    """

    __tablename__ = "property_aggregations"
    __table_args__ = (UniqueConstraint("listing_id", "model"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id", ondelete="CASCADE"))
    model: Mapped[str] = mapped_column(String(200))
    fingerprint: Mapped[str] = mapped_column(String(64), server_default="")
    photo_count: Mapped[int]
    condition_score: Mapped[float | None]
    natural_light_score: Mapped[float | None]
    scores: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    rooms: Mapped[list[Any]]
    tags: Mapped[list[Any]]
    gaps: Mapped[list[Any]]
    computed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class TemporalChange(Owned, Base):
    """What became of a room between two photos of it, by one version of one model.

    `asked`: somebody named the two photos; the other pairs are found by the dates and rooms of a listing's photos.
    """

    __tablename__ = "temporal_changes"
    __table_args__ = (UniqueConstraint("before_image_id", "after_image_id", "model"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id", ondelete="CASCADE"), index=True)
    before_image_id: Mapped[int] = mapped_column(ForeignKey("images.id", ondelete="CASCADE"))
    after_image_id: Mapped[int] = mapped_column(ForeignKey("images.id", ondelete="CASCADE"), index=True)
    model: Mapped[str] = mapped_column(String(200))
    asked: Mapped[bool] = mapped_column(server_default=text("false"))
    room_type: Mapped[str] = mapped_column(String(40))
    instance: Mapped[str | None] = mapped_column(String(60))
    verdict: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(100))
    changes: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
