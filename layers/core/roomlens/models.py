"""The tables. Their history stands in migrations/; a test holds the two together."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Float,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from roomlens.dialects import Json, Timestamp
from roomlens.vectors import IMAGE_DIMENSIONS, TEXT_DIMENSIONS, Vector, nearest_index

NAMING_CONVENTION = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar = {
        datetime: Timestamp,
        dict[str, Any]: Json,
        list[Any]: Json,
        float: Float,
    }


class ImageStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    ANALYZED = "analyzed"
    FAILED = "failed"


class TaskStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCESS = "success"
    FAILED = "failed"
    CANCELED = "canceled"
    PARTIAL = "partial"


class Role(StrEnum):
    USER = "user"
    ASSISTANT = "assistant"


class ChangeVerdict(StrEnum):
    IMPROVED = "improved"
    WORSENED = "worsened"
    UNCHANGED = "unchanged"
    NOT_COMPARABLE = "not_comparable"


class Listing(Base):
    """A property on offer."""

    __tablename__ = "listings"

    id: Mapped[int] = mapped_column(primary_key=True)
    external_ref: Mapped[str | None] = mapped_column(String(100), unique=True)
    title: Mapped[str | None] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(String(300))
    price: Mapped[float | None]
    beds: Mapped[float | None]
    baths: Mapped[float | None]
    area_sqft: Mapped[float | None]
    status: Mapped[str] = mapped_column(String(20), server_default="active")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class Image(Base):
    """One photo of a listing, whatever door it came through and however often.

    Its natural key is its bytes within its listing (`listing_id`, `sha256`). They may lie in the bucket under several
    keys (`ImageKey`); `s3_key` is the one to read. A photo that could not be taken in has no `sha256`, only a
    `failure_code` and a reason.
    """

    __tablename__ = "images"
    __table_args__ = (
        Index("uq_images_listing_sha256", text("coalesce(listing_id, 0)"), "sha256", unique=True),
        Index("ix_images_listing_id_id", "listing_id", "id"),
        Index("ix_images_status_id", "status", "id"),
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


class ImageKey(Base):
    """Which photo lies under a key of the bucket now. A photo lives as long as a key leads to it."""

    __tablename__ = "image_keys"

    s3_key: Mapped[str] = mapped_column(String(1024), primary_key=True)
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id", ondelete="CASCADE"), index=True)


class Analysis(Base):
    """What one version of one model saw in one photo; every number names the model that made it."""

    __tablename__ = "analyses"
    __table_args__ = (UniqueConstraint("image_id", "model", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id", ondelete="CASCADE"))
    model: Mapped[str] = mapped_column(String(100))
    version: Mapped[str] = mapped_column(String(100))
    weights_sha256: Mapped[str] = mapped_column(String(64))
    room_type: Mapped[str] = mapped_column(String(40))
    room_confidence: Mapped[float]
    alternatives: Mapped[list[Any]]
    features: Mapped[list[Any]]
    condition_score: Mapped[float | None]
    condition_band: Mapped[str | None] = mapped_column(String(2))
    condition_reason: Mapped[str | None] = mapped_column(String(100))
    natural_light_score: Mapped[float | None]
    components: Mapped[dict[str, Any]]
    caption: Mapped[str] = mapped_column(Text)
    duration_ms: Mapped[float]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    image: Mapped[Image] = relationship(back_populates="analyses")


class _PhotoVector:
    """One photo in one space. Apart from `analyses`, and with the filtered columns beside the vector, because a vector
    kept in the row makes the row wide: scans that need no vector should not read it.
    """

    analysis_id: Mapped[int] = mapped_column(ForeignKey("analyses.id", ondelete="CASCADE"), primary_key=True)
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id", ondelete="CASCADE"), index=True)
    listing_id: Mapped[int | None]
    room_type: Mapped[str] = mapped_column(String(40))
    embedder: Mapped[str] = mapped_column(String(200))


class TextVector(_PhotoVector, Base):
    """Where a photo lies in the text space: what a written question is compared with."""

    __tablename__ = "text_vectors"
    __table_args__ = (
        Index("ix_text_vectors_embedder_listing_id", "embedder", "listing_id"),
        nearest_index("text_vectors"),
    )

    vector: Mapped[Any] = mapped_column(Vector(TEXT_DIMENSIONS))


class ImageVector(_PhotoVector, Base):
    """Where a photo lies in the image space: what another picture is compared with."""

    __tablename__ = "image_vectors"
    __table_args__ = (
        Index("ix_image_vectors_embedder_listing_id", "embedder", "listing_id"),
        nearest_index("image_vectors"),
    )

    vector: Mapped[Any] = mapped_column(Vector(IMAGE_DIMENSIONS))


class PropertyAggregation(Base):
    """What all photos of a listing say together, by one version of one model."""

    __tablename__ = "property_aggregations"
    __table_args__ = (UniqueConstraint("listing_id", "model"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id", ondelete="CASCADE"))
    model: Mapped[str] = mapped_column(String(200))
    photo_count: Mapped[int]
    condition_score: Mapped[float | None]
    natural_light_score: Mapped[float | None]
    rooms: Mapped[list[Any]]
    tags: Mapped[list[Any]]
    gaps: Mapped[list[Any]]
    computed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class TemporalChange(Base):
    """What became of a room between two photos of it."""

    __tablename__ = "temporal_changes"
    __table_args__ = (UniqueConstraint("before_image_id", "after_image_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id", ondelete="CASCADE"), index=True)
    before_image_id: Mapped[int] = mapped_column(ForeignKey("images.id", ondelete="CASCADE"))
    after_image_id: Mapped[int] = mapped_column(ForeignKey("images.id", ondelete="CASCADE"), index=True)
    room_type: Mapped[str] = mapped_column(String(40))
    verdict: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(100))
    changes: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Conversation(Base):
    __tablename__ = "conversations"

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listings.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    messages: Mapped[list[Message]] = relationship(back_populates="conversation", passive_deletes=True)


class Message(Base):
    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_conversation_id_id", "conversation_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(20))
    content: Mapped[str] = mapped_column(Text)
    citations: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    abstained: Mapped[bool] = mapped_column(server_default=text("false"))
    model: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    conversation: Mapped[Conversation] = relationship(back_populates="messages")


class Task(Base):
    """Work that outlives a request; the same id names its Step Functions execution."""

    __tablename__ = "tasks"
    __table_args__ = (Index("ix_tasks_status_created_at", "status", "created_at"),)

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(20), server_default=TaskStatus.QUEUED)
    image_id: Mapped[int | None] = mapped_column(ForeignKey("images.id", ondelete="CASCADE"), index=True)
    result: Mapped[dict[str, Any] | None] = mapped_column(Json)
    problem: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    steps: Mapped[list[TaskStep]] = relationship(order_by="TaskStep.id", passive_deletes=True)


class TaskStep(Base):
    """One attempt at one step of a task."""

    __tablename__ = "task_steps"
    __table_args__ = (UniqueConstraint("task_id", "name", "attempt"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[str] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    attempt: Mapped[int]
    status: Mapped[str] = mapped_column(String(20))
    duration_ms: Mapped[float | None]
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
