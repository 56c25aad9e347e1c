"""GET /api/tasks/{id}: shows how far a task is."""

from typing import Annotated

from fastapi import Path

from roomlens import tasks
from roomlens.fields import Readable
from roomlens.http import SessionDep, create_app, lambda_handler
from roomlens.schemas import TaskOut

app = create_app("tasks")


@app.get("/api/tasks/{task_id}")
async def get_task(session: SessionDep, task_id: Annotated[str, Readable, Path(max_length=80)]) -> TaskOut:
    """A task with its steps; `result` when it succeeded, `problem` when it failed."""
    return TaskOut.model_validate(tasks.present_task(tasks.get_task(session, task_id)))


handler = lambda_handler(app)
