"""A presigned upload has come: the work on it begins."""

from __future__ import annotations

from sqlalchemy.orm import Session

from roomlens.events import ObjectCreated, task_of_upload
from roomlens.models import Task, TaskStatus
from roomlens.observability import logger
from roomlens.settings import storage_settings
from roomlens.tasks import executions


def begin_upload(session: Session, created: ObjectCreated) -> bool:
    """Starts the workflow of the task that an object of `uploads/` belongs to; says whether there was one to start.

    The same event twice starts it once, and what comes for a task that is over changes nothing.
    """
    task_id = task_of_upload(created.key)
    task = session.get(Task, task_id) if task_id else None
    ours = created.bucket == storage_settings().photo_bucket
    if not ours or task is None or task.request.get("key") != created.key:
        logger().warning("upload.of_no_task", extra={"key": created.key})
        return False
    if task.status != TaskStatus.QUEUED or task.workflow is None:
        return False
    begin(task)
    return True


def begin(task: Task) -> None:
    """Starts the work on an upload whose bytes have come: a retry of its batch need not wait for them."""
    executions.start_run(task)
    task.attempts = 1
