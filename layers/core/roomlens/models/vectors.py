"""Photos as searches see them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from roomlens.fulltext import Document, gin_index
from roomlens.models.base import Base, Owned
from roomlens.vectors import IMAGE_DIMENSIONS, TEXT_DIMENSIONS, Vector, nearest_index


class _PhotoVector:
    """One photo in one space: what a search compares, and all that it filters by.

    Apart from `analyses`, because a vector kept in the row makes the row wide: scans that need no vector should not
    read it. The filtered columns hold what counts: a person's correction where there is one, else what the model saw.
    """

    analysis_id: Mapped[int] = mapped_column(ForeignKey("analyses.id", ondelete="CASCADE"), primary_key=True)
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id", ondelete="CASCADE"), index=True)
    listing_id: Mapped[int | None]
    room_type: Mapped[str] = mapped_column(String(40))
    tags: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    condition_score: Mapped[float | None]
    natural_light_score: Mapped[float | None]
    captured_at: Mapped[datetime | None]
    embedder: Mapped[str] = mapped_column(String(200))


def _filter_indexes(table: str) -> tuple[Index, ...]:
    """Each filter finds its rows without a scan: that would read the vectors too, half a second for 1,000,000 rows."""
    columns = ("listing_id", "room_type", "condition_score", "natural_light_score", "captured_at")
    by_version = (
        Index(f"ix_{table}_tenant_id_embedder_{column}", "tenant_id", "embedder", column) for column in columns
    )
    return (*by_version, gin_index(table, "tags"))


class TextVector(_PhotoVector, Owned, Base):
    """Where a photo lies in the text space: what a written question is compared with."""

    __tablename__ = "text_vectors"
    __table_args__ = (
        *_filter_indexes("text_vectors"),
        gin_index("text_vectors", "document"),
        nearest_index("text_vectors"),
    )

    document: Mapped[Any] = mapped_column(Document, server_default="", deferred=True)  # the words that find the photo
    vector: Mapped[Any] = mapped_column(Vector(TEXT_DIMENSIONS))
    text_model: Mapped[str | None] = mapped_column(String(200))  # the model of texts behind `vector`, where it is known
    # the model's own vector, while one of a person's words stands in its place
    own_vector: Mapped[Any | None] = mapped_column(Vector(TEXT_DIMENSIONS), deferred=True)


class ImageVector(_PhotoVector, Owned, Base):
    """Where a photo lies in the image space: what another picture is compared with."""

    __tablename__ = "image_vectors"
    __table_args__ = (*_filter_indexes("image_vectors"), nearest_index("image_vectors"))

    vector: Mapped[Any] = mapped_column(Vector(IMAGE_DIMENSIONS))
