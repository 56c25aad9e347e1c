"""Second step of an analysis and of an upload: looks at the photo and stores what it saw."""

from typing import Any

from roomlens import tasks
from roomlens.events import workflow_step
from roomlens.tasks.photo_steps import analyze_photo


def handler(event: dict[str, Any], context: object) -> None:
    tasks.run_step(workflow_step(event), "AnalyzePhoto", analyze_photo)
