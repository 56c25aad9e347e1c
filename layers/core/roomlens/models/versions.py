"""Which models have looked at photos, and which one counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roomlens.dialects import Json
from roomlens.models.base import Base


class ModelVersionRow(Base):
    """One version of one of the models that can be named; `embedder` is what its rows are labelled with, and
    `text_model` and `image_model` are those whose vectors the rows hold."""

    __tablename__ = "model_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    embedder: Mapped[str] = mapped_column(String(200), unique=True)
    model: Mapped[str] = mapped_column(String(100))
    version: Mapped[str] = mapped_column(String(100))
    weights_sha256: Mapped[str] = mapped_column(String(64))
    text_model: Mapped[str] = mapped_column(String(200))
    image_model: Mapped[str] = mapped_column(String(200))
    overlap: Mapped[dict[str, Any] | None] = mapped_column(Json)  # as it was last measured, with whom
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ModelInForce(Base):
    """The one version whose rows are searched; there is one row at most. Without one, the settings say which."""

    __tablename__ = "model_in_force"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version_id: Mapped[int] = mapped_column(ForeignKey("model_versions.id"))
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("model_versions.id"))
    promoted_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    version: Mapped[ModelVersionRow] = relationship(foreign_keys=[version_id])
    previous: Mapped[ModelVersionRow | None] = relationship(foreign_keys=[previous_id])
