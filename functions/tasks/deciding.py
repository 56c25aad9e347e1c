"""POST /api/tasks/{id}/retry and /cancel: what a person may do to a task."""

from fastapi import FastAPI, Response

from roomlens import tasks
from roomlens.http import SessionDep, to_follow
from roomlens.http_callers import counted
from roomlens.rates import Kind
from roomlens.schemas import Started, TaskOut

from .asking import SeenTaskId


async def retry(session: SessionDep, task_id: SeenTaskId, response: Response) -> Started:
    """Runs again what failed or was canceled, and nothing else."""
    return to_follow(response, tasks.retry(session, task_id))


async def cancel(session: SessionDep, task_id: SeenTaskId) -> TaskOut:
    """Stops a task; its result says what was kept. A task that was canceled before is answered as it is."""
    return TaskOut.model_validate(tasks.present_task(session, tasks.cancel(session, task_id)))


def add_routes(app: FastAPI) -> None:
    again = [counted(Kind.UPLOAD)]  # whatever it is, it costs about what a photo costs, or more
    app.post("/api/tasks/{task_id}/retry", dependencies=again, status_code=202)(retry)
    app.post("/api/tasks/{task_id}/cancel")(cancel)
