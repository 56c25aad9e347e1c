"""Work that outlives a request, and its steps."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roomlens.dialects import Json
from roomlens.models.base import Base, Owned


class TaskStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCESS = "success"
    FAILED = "failed"
    CANCELED = "canceled"
    PARTIAL = "partial"


class CallbackStatus(StrEnum):
    """What became of the message to a task's `callback_url`."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class Task(Owned, Base):
    """Work that outlives a request. The items of a batch are tasks of their own, with the batch as their parent.

    `workflow` names the state machine that works on it, if one does: its execution is named after the task and, from
    the second on, its `run`. `attempts` counts how often work on an item began, so that one which kills its function is
    given up; of an upload whose bytes have not come it is 0. `request` is what was asked for. `reconciled_at`: when it
    was last compared with its execution.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        UniqueConstraint("parent_id", "position"),
        Index("ix_tasks_status_created_at", "status", "created_at"),
        Index("ix_tasks_tenant_id_parent_id_created_at_id", "tenant_id", "parent_id", "created_at", "id"),
        Index("ix_tasks_parent_id_status", "parent_id", "status"),
    )

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(20), server_default=TaskStatus.QUEUED)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"))
    position: Mapped[int | None]
    image_id: Mapped[int | None] = mapped_column(ForeignKey("images.id", ondelete="SET NULL"), index=True)
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listings.id", ondelete="SET NULL"), index=True)
    workflow: Mapped[str | None] = mapped_column(String(60))
    run: Mapped[int] = mapped_column(server_default=text("1"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    request: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    result: Mapped[dict[str, Any] | None] = mapped_column(Json)
    problem: Mapped[dict[str, Any] | None] = mapped_column(Json)
    callback_url: Mapped[str | None] = mapped_column(String(2000))
    callback_status: Mapped[str | None] = mapped_column(String(20))
    reconciled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    steps: Mapped[list[TaskStep]] = relationship(order_by="TaskStep.id", passive_deletes=True)


class TaskStep(Owned, Base):
    """One attempt at one step of a task, in one of its runs."""

    __tablename__ = "task_steps"
    __table_args__ = (UniqueConstraint("task_id", "name", "attempt"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[str] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    run: Mapped[int] = mapped_column(server_default=text("1"))
    attempt: Mapped[int]
    status: Mapped[str] = mapped_column(String(20))
    duration_ms: Mapped[float | None]
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
