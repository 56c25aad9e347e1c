"""First step of an analysis: reads the original, checks it, and makes its thumbnails."""

from typing import Any

from roomlens import tasks
from roomlens.events import workflow_step
from roomlens.tasks.photo_steps import prepare_photo


def handler(event: dict[str, Any], context: object) -> None:
    tasks.run_step(workflow_step(event), "PreparePhoto", prepare_photo)
