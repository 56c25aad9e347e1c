"""What a person may do to a task: cancel it, and try again what failed. Whose photos are deleted is canceled, too."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from roomlens import storage
from roomlens.errors import ConflictError
from roomlens.models import Analysis, Task, TaskStatus
from roomlens.photos.records import is_stored, mark_failed, mark_waiting
from roomlens.tasks import executions
from roomlens.tasks.closing import close, close_batch, close_items, count_items, has_open_items, lock_task
from roomlens.tasks.kinds import OPEN, TO_RETRY, WITH_ITEMS, WORKFLOWS, Kind
from roomlens.tasks.steps import give_up_unfinished

_CANCELED: Final = "Its task was canceled."
_MOST_STOPPED: Final = 50
"""Executions that are stopped within one request; the others end at their next step."""


def cancel(session: Session, task_id: str) -> Task:
    """Stops an open task; what was done until then is kept, and its result says what that is. Again it does nothing.

    Raises NotFoundError, and ConflictError when the task has ended in another way.
    """
    task = lock_task(session, task_id)
    if task.status == TaskStatus.CANCELED:
        return task
    if task.status not in OPEN:
        raise ConflictError(f"The task has ended already: {task.status}.")
    _cancel(session, task)
    return task


def _cancel(session: Session, task: Task, *, stop: bool = True) -> None:
    give_up_unfinished(task)
    if stop and task.workflow is not None:
        executions.stop(task)
    found = {} if task.result is None else {"result": task.result}  # of a step that is done, and stays so
    if task.kind in WITH_ITEMS:
        _cancel_items(session, task)
        counts = count_items(session, task.id)
        kept: dict[str, Any] = {"photos": counts.get(TaskStatus.SUCCESS, 0)} | found
        task.result = {"status": "canceled", "kept": kept, "photos": counts}
    else:
        task.result = {"status": "canceled", "image_id": task.image_id, "kept": _kept(session, task) | found}
    if task.image_id is not None:
        mark_failed(session, [task.image_id], "canceled", _CANCELED)
    close(session, task, TaskStatus.CANCELED)


def _kept(session: Session, task: Task) -> dict[str, bool]:
    """What there is of a photo whose task was canceled."""
    if task.image_id is None:
        return {}
    seen = session.scalar(select(Analysis.id).where(Analysis.image_id == task.image_id).limit(1)) is not None
    return {"original": is_stored(session, task.image_id), "analysis": seen}


def _cancel_items(session: Session, batch: Task) -> None:
    _stop_items(session, Task.parent_id == batch.id)
    close_items(session, batch, TaskStatus.CANCELED, "canceled", _CANCELED)


def _stop_items(session: Session, those: ColumnElement[bool]) -> None:
    items = (those, Task.status.in_(OPEN))
    with_execution = select(Task).where(*items, Task.workflow.is_not(None))  # or soon: it may have begun no step yet
    for item in session.scalars(with_execution.order_by(Task.status.desc()).limit(_MOST_STOPPED)):  # running ones first
        executions.stop(item)


@dataclass(frozen=True)
class OpenTasks:
    """By their ids. `parents` are the batches of the items, of which other items may be about other photos."""

    single: Collection[str]
    batches: Collection[str]
    items: Collection[str]
    parents: Collection[str]

    def __len__(self) -> int:
        return len(self.single) + len(self.batches) + len(self.items)


def hold_open(session: Session, those: ColumnElement[bool]) -> OpenTasks:
    """The open tasks among `those`, for `cancel_all` when their photos are gone. Their batches are locked from now on:
    as `lock_task` does it, a batch before a photo and that before its task."""
    columns = (Task.id, Task.parent_id, Task.kind)
    found = session.execute(select(*columns).where(Task.status.in_(OPEN), those).order_by(Task.id)).all()
    items = {task.id: str(task.parent_id) for task in found if task.parent_id is not None}
    alone = {task.id: task.kind in WITH_ITEMS for task in found if task.parent_id is None}
    batches = [task_id for task_id, has_items in alone.items() if has_items]
    parents = sorted(set(items.values()).difference(batches))
    held = select(Task.id).where(Task.id.in_([*batches, *parents])).order_by(Task.id)
    session.execute(held.with_for_update())
    return OpenTasks([task_id for task_id in alone if task_id not in batches], batches, items.keys(), parents)


def cancel_all(session: Session, tasks: OpenTasks) -> None:
    """Cancels tasks whose photos are gone, and items of batches; a batch that has other open items goes on."""
    for number, task_id in enumerate(tasks.single):
        task = lock_task(session, task_id)
        if task.status in OPEN:
            _cancel(session, task, stop=number < _MOST_STOPPED)
    _stop_items(session, Task.id.in_(tasks.items))
    canceled = update(Task).where(Task.id.in_(tasks.items), Task.status.in_(OPEN))
    _execute(session, canceled.values(status=TaskStatus.CANCELED, updated_at=func.now()))
    for task_id in (*tasks.batches, *tasks.parents):
        batch = lock_task(session, task_id)
        if batch.status not in OPEN or has_open_items(session, batch):
            continue
        if task_id in tasks.batches:
            _cancel(session, batch)
        elif batch.workflow is None:  # else that finds nothing left to do, and ends
            close_batch(session, batch, count_items(session, batch.id))


def retry(session: Session, task_id: str) -> Task:
    """Runs again what has failed or was canceled, and nothing else: steps and items that have succeeded stay done.

    Raises NotFoundError; ConflictError when nothing of the task has failed, or when it is an item of a batch.
    """
    task = lock_task(session, task_id)
    if task.status not in (*TO_RETRY, TaskStatus.PARTIAL):
        raise ConflictError(f"There is nothing to try again: the task is {task.status}.")
    if task.parent_id is not None:
        raise ConflictError(f"It is an item of a batch: retry /api/tasks/{task.parent_id}, which runs what failed.")
    if task.status == TaskStatus.CANCELED:
        task.result = (task.result or {}).get("kept", {}).get("result")
    task.status, task.problem, task.callback_status, task.run = TaskStatus.QUEUED, None, None, task.run + 1
    if task.kind in WITH_ITEMS:
        _items_wait_again(session, task)
    else:
        mark_waiting(session, [task.image_id] if task.image_id else [])
    session.flush()
    if task.workflow is not None and (task.kind != Kind.UPLOAD or _has_come(session, task)):
        while not executions.start_run(task):  # of a retry whose commit failed; its name is used up
            task.run += 1
    return task


def _items_wait_again(session: Session, batch: Task) -> None:
    """Announced photos that never came are waited for anew; what has come lies in the bucket, and is worked on as what
    is imported. A batch whose items only wait has no workflow: they have their own."""
    again = (Task.parent_id == batch.id, Task.status.in_(TO_RETRY))
    mark_waiting(session, select(Task.image_id).where(*again, Task.image_id.is_not(None)))
    never_came = (Task.kind == Kind.UPLOAD, Task.workflow.is_not(None), Task.attempts == 0)
    values = {"status": TaskStatus.QUEUED, "problem": None, "attempts": 0, "run": Task.run + 1}
    _execute(session, update(Task).where(*again, *never_came).values(**values, updated_at=func.now()))
    left = _execute(session, update(Task).where(*again).values(**values, workflow=None, updated_at=func.now()))
    if batch.kind == Kind.UPLOAD_BATCH:
        batch.workflow = WORKFLOWS[Kind.IMPORT_BATCH] if left.rowcount else None


def _has_come(session: Session, upload: Task) -> bool:
    """Whether its bytes were taken in by an earlier run, or wait where they landed: two days later they are gone."""
    return is_stored(session, upload.image_id) or storage.etag(upload.request["key"]) is not None


def _execute(session: Session, statement: Any) -> Any:
    return session.execute(statement, execution_options={"synchronize_session": False})
