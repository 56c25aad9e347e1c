"""First step of the workflow: reads the original, checks it, and makes its thumbnails."""

from typing import Any

from roomlens import tasks
from roomlens.events import task_step
from roomlens.photos.intake import prepare
from roomlens.photos.records import get_image


def handler(event: dict[str, Any], context: object) -> None:
    step = task_step(event)
    with tasks.step(step.task_id, "PreparePhoto") as session:
        image = get_image(session, step.image_id)
        tasks.mark_running(image)
        prepare(image)
