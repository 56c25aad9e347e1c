"""Last step but one of a backfill: asks both models the same questions, and counts the photos that both find."""

from typing import Any

from roomlens import tasks
from roomlens.events import workflow_step
from roomlens.overlap import measure


def handler(event: dict[str, Any], context: object) -> None:
    step = workflow_step(event)
    tasks.run_step(step, "MeasureOverlap", lambda session, task: {"overlap": measure(session, task.request["model"])})
