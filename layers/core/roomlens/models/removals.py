"""What is to go from the bucket because its rows went."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, func
from sqlalchemy.orm import Mapped, mapped_column

from roomlens.models.base import Base, Owned


class ObjectRemoval(Owned, Base):
    """A key to be deleted from the bucket, written in the transaction that deletes the rows (roomlens.outbox).

    What S3 can't delete at once is deleted later, and nothing is deleted whose rows are still there. `etag` is that of
    the bytes that are to go, where it is known: what was put there since stays.
    """

    __tablename__ = "object_removals"

    s3_key: Mapped[str] = mapped_column(String(1024), primary_key=True)
    etag: Mapped[str | None] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
