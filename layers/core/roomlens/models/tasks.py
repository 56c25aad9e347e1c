"""Work that outlives a request, and its steps."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roomlens.dialects import Json
from roomlens.models.base import Base


class TaskStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCESS = "success"
    FAILED = "failed"
    CANCELED = "canceled"
    PARTIAL = "partial"


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
