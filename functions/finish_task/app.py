"""Last step of each workflow: closes the task, well or with the reason why it failed, and sums up its listings."""

from typing import Any

from roomlens import tasks
from roomlens.events import workflow_step


def handler(event: dict[str, Any], context: object) -> None:
    step = workflow_step(event)
    name = "RecordFailure" if step.error else "RecordSuccess"
    tasks.run_step(step, name, lambda session, _: tasks.finish(session, step))
    tasks.refresh_listings(step)
