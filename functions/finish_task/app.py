"""Last step of the workflow: records the task's result, or why it failed."""

from typing import Any

from roomlens import tasks
from roomlens.events import task_step
from roomlens.photos.records import get_image


def handler(event: dict[str, Any], context: object) -> None:
    step = task_step(event)
    with tasks.step(step.task_id, "RecordFailure" if step.error else "RecordSuccess") as session:
        tasks.finish(session, step.task_id, get_image(session, step.image_id), step.error)
