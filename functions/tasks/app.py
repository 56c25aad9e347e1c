"""/api/tasks: lists tasks, shows how far one is, cancels it, and tries again what failed."""

from typing import Annotated

from fastapi import Query

from roomlens import tasks
from roomlens.http import Cursor, Limit, QueryId, SessionDep, create_app, lambda_handler
from roomlens.http_callers import Operates
from roomlens.models import TaskStatus
from roomlens.paging import decode_cursor, decode_moment, page_of
from roomlens.schemas import ItemOut, ItemPage, TaskOut, TaskPage, TaskSummary
from roomlens.tasks import Kind

from . import deciding
from .asking import SeenTaskId

app = create_app("tasks")


@app.get("/api/tasks")
async def list_tasks(
    session: SessionDep,
    operates: Operates,
    limit: Limit = 20,
    cursor: Cursor = None,
    status: TaskStatus | None = None,
    kind: Annotated[Kind | None, Query(description="What it does.")] = None,
    listing_id: QueryId | None = None,
) -> TaskPage:
    """Tasks, the newest first; a batch's items are listed with it. Backfills are shown to operators."""
    before = decode_moment(cursor)
    rows = tasks.list_tasks(
        session, limit=limit + 1, before=before, status=status, kind=kind, listing_id=listing_id, operates=operates
    )
    page, next_cursor = page_of(rows, limit, lambda task: (task.created_at, task.id))
    shown = [TaskSummary.model_validate(tasks.present_summary(task)) for task in page]
    return TaskPage(tasks=shown, next_cursor=next_cursor)


@app.get("/api/tasks/{task_id}")
async def get_task(session: SessionDep, task_id: SeenTaskId) -> TaskOut:
    """A task with its steps or items; `result` when it succeeded, `problem` when it failed."""
    task = tasks.get_task(session, task_id)
    return TaskOut.model_validate({**tasks.present_task(session, task), "upload": tasks.upload_of(task)})


@app.get("/api/tasks/{task_id}/items")
async def list_items(
    session: SessionDep, task_id: SeenTaskId, limit: Limit = 20, cursor: Cursor = None, status: TaskStatus | None = None
) -> ItemPage:
    """The photos of a batch in their order, each with what became of it or how to send it."""
    rows = tasks.list_items(session, task_id, limit=limit + 1, after=decode_cursor(cursor) - 1, status=status)
    page, next_cursor = page_of(rows, limit, tasks.place_after)
    return ItemPage(items=[ItemOut.model_validate(tasks.present_item(item)) for item in page], next_cursor=next_cursor)


deciding.add_routes(app)
handler = lambda_handler(app)
