"""Tasks as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from roomlens import storage
from roomlens.models import Task, TaskStatus
from roomlens.tasks.closing import count_items, get_task, no_such_task
from roomlens.tasks.kinds import OPEN, STEPS, TO_RETRY, WITH_ITEMS, Kind

FAILED_SHOWN: Final = 20
"""Failed items that a batch names itself; GET …/items has them all."""
_ASKED: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.ANALYZE: ("model",),
    Kind.UPLOAD: ("filename", "content_type", "size"),
    Kind.IMPORT: ("key",),
    Kind.IMPORT_BATCH: ("prefix",),
    Kind.ANALYZE_BATCH: ("listing_id",),
    Kind.BACKFILL: ("model",),
    Kind.CHAT: ("message", "conversation_id", "listing_id"),
}
"""What of a task's `request` is told. The rest is for the steps, or for nobody else, as who sent a message."""
_WITH_RESULT: Final = (TaskStatus.SUCCESS, TaskStatus.PARTIAL, TaskStatus.CANCELED)


def list_tasks(
    session: Session,
    *,
    limit: int,
    before: tuple[datetime, str] | None = None,
    status: TaskStatus | None = None,
    kind: Kind | None = None,
    listing_id: int | None = None,
    operates: bool = False,
) -> Sequence[Task]:
    """Tasks that are no items, the newest first, those of operators only for who is one; `before` is the place of the
    last one already seen."""
    statement = select(Task).where(Task.parent_id.is_(None))
    if not operates:
        statement = statement.where(Task.kind != Kind.BACKFILL)
    for column, value in ((Task.status, status), (Task.kind, kind), (Task.listing_id, listing_id)):
        if value is not None:
            statement = statement.where(column == value)
    if before is not None:
        statement = statement.where(tuple_(Task.created_at, Task.id) < before)
    return session.scalars(statement.order_by(Task.created_at.desc(), Task.id.desc()).limit(limit)).all()


def require_access(session: Session, task_id: str, *, operates: bool) -> None:
    """A backfill stands among the tasks of its operator's tenant, and is about the photos of all. Raises NotFoundError
    when somebody else of that tenant asks for it, or for an item of it."""
    task = None if operates else session.get(Task, task_id)
    if task is not None and task.parent_id is not None:
        task = session.get(Task, task.parent_id)
    if task is not None and task.kind == Kind.BACKFILL:
        raise no_such_task()


def list_items(
    session: Session, task_id: str, *, limit: int, after: int = -1, status: TaskStatus | None = None
) -> Sequence[Task]:
    """The items of a batch in their order; none of any other task. Raises NotFoundError."""
    batch = get_task(session, task_id)
    statement = select(Task).where(Task.parent_id == batch.id, Task.position > after)
    if status is not None:
        statement = statement.where(Task.status == status)
    return session.scalars(statement.order_by(Task.position).limit(limit)).all()


def place_after(item: Task) -> int:
    """Where a list of a batch's items goes on after one of them."""
    return (item.position or 0) + 1


def present_task(session: Session, task: Task) -> dict[str, Any]:
    """A task as the API shows it. Of one without items `done` counts the steps that have succeeded."""
    counts = count_items(session, task.id) if task.kind in WITH_ITEMS else None
    return {
        **present_summary(task),
        "progress": _progress(task, counts),
        "items": counts,
        "failed_items": [] if counts is None else _failed_items(session, task),
        "steps": [
            {"name": step.name, "status": step.status, "attempt": step.attempt, "run": step.run, "ms": step.duration_ms}
            for step in task.steps
        ],
    }


def present_summary(task: Task) -> dict[str, Any]:
    """A task without what it takes further questions to the database to tell."""
    return {
        "task_id": task.id,
        "kind": task.kind,
        "asked": _asked(task),
        "status": task.status,
        "run": task.run,
        "result": task.result if task.status in _WITH_RESULT else None,
        "problem": task.problem,
        "callback": {"url": task.callback_url, "status": task.callback_status} if task.callback_url else None,
        "created_at": task.created_at,
        "updated_at": task.updated_at,
        "links": _links(task),
    }


def present_item(item: Task) -> dict[str, Any]:
    """An item of a batch; with the way to upload it while its bytes are waited for."""
    return {
        "task_id": item.id,
        "position": item.position,
        "name": item.request.get("key") if item.kind == Kind.IMPORT else item.request.get("filename"),
        "status": item.status,
        "image_id": item.image_id,
        "problem": item.problem,
        "upload": upload_of(item),
        "links": {"self": f"/api/tasks/{item.id}"} | _photo_link(item),
    }


def upload_of(task: Task) -> dict[str, Any] | None:
    """A presigned upload for what has yet to come; None when nothing is waited for."""
    if task.kind != Kind.UPLOAD or task.status != TaskStatus.QUEUED:
        return None
    expected = task.request
    return storage.presigned_post(expected["key"], expected["content_type"], expected["size"], expected["sha256"])


def _progress(task: Task, counts: dict[str, int] | None) -> dict[str, int]:
    if counts is not None:
        total = sum(counts.values())
        return {"done": total - sum(counts.get(status, 0) for status in OPEN), "total": total}
    steps = STEPS.get(Kind(task.kind), ())
    if not task.steps and task.status == TaskStatus.SUCCESS:  # an item, whose batch's workflow did it
        return {"done": len(steps), "total": len(steps)}
    done = {step.name for step in task.steps if step.status == TaskStatus.SUCCESS}
    return {"done": sum(name in done for name in steps), "total": len(steps)}


def _failed_items(session: Session, batch: Task) -> list[dict[str, Any]]:
    return [
        present_item(item)
        for item in list_items(session, batch.id, limit=FAILED_SHOWN, status=TaskStatus.FAILED)
    ]


def _asked(task: Task) -> dict[str, Any]:
    names = _ASKED.get(Kind(task.kind), ())
    return {name: task.request[name] for name in names if task.request.get(name) is not None}


def _photo_link(task: Task) -> dict[str, str]:
    return {"image": f"/api/images/{task.image_id}"} if task.image_id else {}


def _links(task: Task) -> dict[str, str]:
    """What belongs to a task, and what may be done to it now."""
    here = f"/api/tasks/{task.id}"
    links = {"self": here} | _photo_link(task)
    if task.listing_id:
        links["listing"] = f"/api/listings/{task.listing_id}"
    if task.parent_id:
        links["parent"] = f"/api/tasks/{task.parent_id}"
    if task.kind in WITH_ITEMS:
        links["items"] = f"{here}/items"
    if task.status in OPEN:
        links["cancel"] = f"{here}/cancel"
    elif task.parent_id is None and task.status in (*TO_RETRY, TaskStatus.PARTIAL):
        links["retry"] = f"{here}/retry"
    return links
