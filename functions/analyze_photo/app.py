"""Second step of the workflow: looks at the photo and stores what it saw."""

from typing import Any

from roomlens import tasks
from roomlens.events import task_step
from roomlens.photos.intake import analyze
from roomlens.photos.records import get_image


def handler(event: dict[str, Any], context: object) -> None:
    step = task_step(event)
    with tasks.step(step.task_id, "AnalyzePhoto") as session:
        analyze(session, get_image(session, step.image_id))
