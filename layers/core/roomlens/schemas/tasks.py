"""Work that outlives a request."""

from __future__ import annotations

from typing import Any, Literal

from roomlens.fields import Time
from roomlens.schemas.base import Answer


class Progress(Answer):
    done: int
    total: int


class Step(Answer):
    name: str
    status: str
    attempt: int
    ms: float | None


class TaskOut(Answer):
    task_id: str
    kind: str
    status: Literal["queued", "running", "success", "failed", "canceled", "partial"]
    progress: Progress
    steps: list[Step]
    result: dict[str, Any] | None
    problem: dict[str, Any] | None
    created_at: Time
    updated_at: Time
    links: dict[str, str]
