"""How a task ends: with its result, or with its cause in plain words. A batch ends when its last item does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from roomlens import errors
from roomlens.callbacks import callback_of
from roomlens.errors import AppError, BatchFailedError, NotFoundError, UnavailableError, WorkFailedError
from roomlens.events import WorkflowStep
from roomlens.models import CallbackStatus, Image, Task, TaskStatus
from roomlens.photos.records import mark_failed
from roomlens.tasks import executions
from roomlens.tasks.kinds import OPEN, WITH_ITEMS, Kind
from roomlens.tasks.steps import give_up_unfinished

# what Step Functions says when a state ends too late, and what Lambda says when the function does
_TIMEOUTS: Final = {"States.Timeout", "Sandbox.Timedout"}


def get_task(session: Session, task_id: str) -> Task:
    """Raises NotFoundError."""
    task = session.get(Task, task_id)
    if task is None:
        raise no_such_task()
    return task


def no_such_task() -> NotFoundError:
    return NotFoundError("There is no such task.")


def lock_task(session: Session, task_id: str) -> Task:
    """The task as it is now, for nobody else to change until the transaction ends.

    Its batch is locked before its photo, and its photo before itself: whoever works on it, closes it or cancels it
    does it in this order, so that no two wait for each other. Raises NotFoundError.
    """
    task = get_task(session, task_id)
    if task.parent_id is not None:
        session.get(Task, task.parent_id, with_for_update=True, populate_existing=True)
    lock_photo_and_task(session, task)
    return task


def lock_photo_and_task(session: Session, task: Task) -> None:
    """As `lock_task`, of a task whose batch is locked, or is left as it is."""
    if task.image_id is not None:
        session.execute(select(Image.id).where(Image.id == task.image_id).with_for_update())
    session.refresh(task, with_for_update=True)


def finish(session: Session, step: WorkflowStep) -> None:
    """Closes a task at the end of its workflow: well, or with the error that the workflow caught.

    Raises BatchFailedError at the good end of a batch of which no item succeeded.
    """
    task = lock_task(session, step.task_id)
    if task.run != step.run:
        return
    give_up_unfinished(task)
    if task.status not in OPEN:
        return  # canceled meanwhile; or its last step did all its work, and died each time before it could say so
    if step.error is not None:
        fail(session, task, plain_cause(step.error))
    elif task.kind == Kind.UPLOAD_BATCH and has_open_items(session, task):
        task.workflow = None  # of a retry: the rest is waited for, and the last one closes it
    elif task.kind in WITH_ITEMS:
        counts = count_items(session, task.id)
        failure = _failure_of(counts)
        if failure is not None:
            raise failure  # its execution fails, too, and so the two agree: RecordFailure closes the task
        close_batch(session, task, counts)
    else:
        close(session, task, TaskStatus.SUCCESS)


def fail(session: Session, task: Task, cause: AppError) -> None:
    """Closes an open task, the items that are still open, and the photos that were never looked at, with the cause."""
    task.problem = problem_of(task, cause)
    if task.image_id is not None:
        mark_failed(session, [task.image_id], cause.code, cause.detail)
    close_items(session, task, TaskStatus.FAILED, cause.code, cause.detail)
    close(session, task, TaskStatus.FAILED)


def close_items(session: Session, batch: Task, status: TaskStatus, code: str, detail: str) -> None:
    """Closes the items of a batch that are still open, and fails their photos that were never looked at."""
    still_open = (Task.parent_id == batch.id, Task.status.in_(OPEN))
    mark_failed(session, select(Task.image_id).where(*still_open, Task.image_id.is_not(None)), code, detail)
    closed = {"status": status, "problem": batch.problem, "updated_at": func.now()}
    session.execute(
        update(Task).where(*still_open).values(**closed), execution_options={"synchronize_session": False}
    )


def close(session: Session, task: Task, status: TaskStatus) -> None:
    """The end of a task that is locked: whoever waits for it is told, and its batch ends with its last item.

    Raises UnavailableError when the message can't be started on its way.
    """
    task.status = status
    if status == TaskStatus.SUCCESS:
        task.problem = None
    session.flush()
    if task.callback_url is not None:
        task.callback_status = CallbackStatus.PENDING
        executions.start("deliver_callback", *callback_of(task))
    if task.parent_id is not None and task.workflow is not None:  # else the batch's own workflow sees to it
        parent = session.get_one(Task, task.parent_id)
        if parent.workflow is None and parent.status in OPEN and not has_open_items(session, parent):
            close_batch(session, parent, count_items(session, parent.id))


def close_batch(session: Session, batch: Task, counts: dict[str, int]) -> None:
    """The end of a batch by what became of its items: `counts` as `count_items` has them."""
    failure = _failure_of(counts)
    batch.result = (batch.result or {}) | {"photos": counts}
    if failure is not None:
        fail(session, batch, failure)
    else:
        batch.problem = None
        close(session, batch, TaskStatus.SUCCESS if set(counts) <= {TaskStatus.SUCCESS} else TaskStatus.PARTIAL)


def _failure_of(counts: Mapping[str, int]) -> BatchFailedError | None:
    """Why a batch whose items have ended so has failed as a whole; None when it has not."""
    if not counts or counts.get(TaskStatus.SUCCESS):
        return None
    return BatchFailedError(f"None of the {sum(counts.values())} photos could be taken in; the items say why.")


def count_items(session: Session, batch_id: str) -> dict[str, int]:
    """How many items of a batch have which status."""
    statement = select(Task.status, func.count()).where(Task.parent_id == batch_id).group_by(Task.status)
    return dict(session.execute(statement).all())


def has_open_items(session: Session, batch: Task) -> bool:
    statement = select(Task.id).where(Task.parent_id == batch.id, Task.status.in_(OPEN)).limit(1)
    return session.scalar(statement) is not None


def plain_cause(error: Mapping[str, str]) -> AppError:
    """One of our errors, as it was raised in the step, or a general one: the inside of a crash stays inside, and so do
    the operator's faults, whose words are for the log.

    `error`: what Step Functions caught, `{"Error": class name, "Cause": the function's error document as JSON}`.
    """
    kind = getattr(errors, error.get("Error", ""), None)
    if isinstance(kind, type) and issubclass(kind, AppError) and kind.status != AppError.status:
        try:
            return kind(str(json.loads(error["Cause"])["errorMessage"]))
        except (KeyError, TypeError, ValueError):
            return kind("The step did not say more.")
    if error.get("Error") in _TIMEOUTS:
        return UnavailableError("The work took too long.")
    return WorkFailedError()


def problem_of(task: Task, cause: AppError) -> dict[str, Any]:
    """A problem document (RFC 9457)."""
    return {
        "type": f"https://roomlens.dev/problems/{cause.code}",
        "title": cause.title,
        "status": cause.status,
        "detail": cause.detail,
        "instance": f"/api/tasks/{task.id}",
        "code": cause.code,
    }
