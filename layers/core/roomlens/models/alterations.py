"""Photos that show what is not there, and where they came from."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from roomlens.models.base import Base


class AlterationKind(StrEnum):
    """What was done to a photo beyond light, crop and colour."""

    VIRTUAL_STAGING = "virtual_staging"
    ITEM_REMOVAL = "item_removal"
    SKY_REPLACEMENT = "sky_replacement"
    LANDSCAPING = "landscaping"
    RENOVATION_PREVIEW = "renovation_preview"
    OTHER = "other"


class Alteration(Base):
    """Says that a photo was altered, of which original, and what has to be said wherever it is shown.

    The original goes when its photo is deleted; the altered photo then can't be published.
    """

    __tablename__ = "alterations"

    image_id: Mapped[int] = mapped_column(ForeignKey("images.id", ondelete="CASCADE"), primary_key=True)
    original_image_id: Mapped[int | None] = mapped_column(ForeignKey("images.id", ondelete="SET NULL"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    disclosure: Mapped[str] = mapped_column(Text)
    declared_by: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
