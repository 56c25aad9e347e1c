"""Photos, what models saw in them, and what people said instead."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roomlens.models.alterations import Alteration
from roomlens.models.base import Base, Owned


class ImageStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    ANALYZED = "analyzed"
    FAILED = "failed"


class Image(Owned, Base):
    """One photo of a listing, whatever door it came through and however often.

    Its natural key is its bytes within its listing (`listing_id`, `sha256`). They may lie in the bucket under several
    keys (`ImageKey`); `s3_key` is the one to read. A photo that could not be taken in has no `sha256`, only a
    `failure_code` and a reason.
    """

    __tablename__ = "images"
    __table_args__ = (
        Index("uq_images_listing_sha256", "tenant_id", text("coalesce(listing_id, 0)"), "sha256", unique=True),
        Index("ix_images_tenant_id_id", "tenant_id", "id"),
        Index("ix_images_listing_id_id", "listing_id", "id"),
        Index("ix_images_tenant_id_status_id", "tenant_id", "status", "id"),
        Index("ix_images_sha256", "sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listings.id", ondelete="CASCADE"))
    status: Mapped[str] = mapped_column(String(20), server_default=ImageStatus.QUEUED)
    s3_key: Mapped[str] = mapped_column(String(1024), unique=True)
    filename: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str | None] = mapped_column(String(100))
    byte_size: Mapped[int | None] = mapped_column(BigInteger)
    width: Mapped[int | None]
    height: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    perceptual_hash: Mapped[str | None] = mapped_column(String(16))
    captured_at: Mapped[datetime | None]
    failure_code: Mapped[str | None] = mapped_column(String(50))
    failure_detail: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    analyses: Mapped[list[Analysis]] = relationship(
        back_populates="image", order_by="Analysis.id", passive_deletes=True
    )
    correction: Mapped[Correction | None] = relationship(passive_deletes=True)
    alteration: Mapped[Alteration | None] = relationship(foreign_keys="Alteration.image_id", viewonly=True)


class ImageKey(Owned, Base):
    """Which photo lies under a key of the bucket now. A photo lives as long as a key leads to it.

    `sequencer` is that of the newest event of the key that was dealt with, `etag` that of the photo it found; there is
    none of what was refused.
    """

    __tablename__ = "image_keys"

    s3_key: Mapped[str] = mapped_column(String(1024), primary_key=True)
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id", ondelete="CASCADE"), index=True)
    sequencer: Mapped[str | None] = mapped_column(String(64))
    etag: Mapped[str | None] = mapped_column(String(100))


class Analysis(Owned, Base):
    """What one version of one model saw in one photo; every number names the model that made it."""

    __tablename__ = "analyses"
    __table_args__ = (UniqueConstraint("image_id", "model", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id", ondelete="CASCADE"))
    model: Mapped[str] = mapped_column(String(100))
    version: Mapped[str] = mapped_column(String(100))
    weights_sha256: Mapped[str] = mapped_column(String(64))
    scene: Mapped[str] = mapped_column(String(20))
    room_type: Mapped[str] = mapped_column(String(40))
    room_confidence: Mapped[float]
    alternatives: Mapped[list[Any]]
    features: Mapped[list[Any]]
    condition_score: Mapped[float | None]
    condition_band: Mapped[str | None] = mapped_column(String(2))
    condition_reason: Mapped[str | None] = mapped_column(String(100))
    natural_light_score: Mapped[float | None]
    components: Mapped[dict[str, Any]]
    reasons: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    quality_flags: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    compliance: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    caption: Mapped[str] = mapped_column(Text)
    duration_ms: Mapped[float]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    image: Mapped[Image] = relationship(back_populates="analyses")


class Correction(Owned, Base):
    """What a person says of a photo. It stands beside what models saw, and wins over all of them.

    `None`, or a tag in neither list, leaves a thing as the model saw it.
    """

    __tablename__ = "corrections"

    image_id: Mapped[int] = mapped_column(ForeignKey("images.id", ondelete="CASCADE"), primary_key=True)
    room_type: Mapped[str | None] = mapped_column(String(40))
    tags_added: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    tags_removed: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    caption: Mapped[str | None] = mapped_column(Text)
    condition_score: Mapped[float | None]
    captured_at: Mapped[datetime | None]
    corrected_by: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
