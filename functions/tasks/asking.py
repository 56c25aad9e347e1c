"""A task that a path names, for who may see it."""

from typing import Annotated

from fastapi import Depends

from roomlens import tasks
from roomlens.http import SessionDep, TaskId
from roomlens.http_callers import Operates


async def _seen(session: SessionDep, task_id: TaskId, operates: Operates) -> str:
    tasks.require_access(session, task_id, operates=operates)
    return task_id


SeenTaskId = Annotated[str, Depends(_seen)]
