"""Messages to whoever wants to know that a task has ended: where they may go, how they are signed and sent.

The messages follow Standard Webhooks (standardwebhooks.com), so that receivers find a library for theirs. What is in
them, and what becomes of them, is `roomlens.completion`'s.
"""

from __future__ import annotations

from typing import Any

from roomlens.callbacks.urls import check_url, refuse_unless_later
from roomlens.models import Task

__all__ = ["callback_of", "check_url", "message_id", "refuse_unless_later"]


def message_id(task_id: str, run: int) -> str:
    """The key by which a receiver knows that it has had a message: one for each end of a task."""
    return task_id if run == 1 else f"{task_id}-{run}"


def callback_of(task: Task) -> tuple[str, dict[str, Any]]:
    """The name and the input of the execution of `deliver_callback` that tells of the end of a task's run."""
    return f"callback-{message_id(task.id, task.run)}", {
        "task_id": task.id, "tenant_id": task.tenant_id, "run": task.run,
    }  # fmt: skip
