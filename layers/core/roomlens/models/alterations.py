"""Photos that show what is not there, and where they came from."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String, Text, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roomlens.models.base import Base, Owned

if TYPE_CHECKING:
    from roomlens.models.photos import Image


class Alteration(Owned, Base):
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

    original: Mapped[Image | None] = relationship(foreign_keys=original_image_id, viewonly=True)
