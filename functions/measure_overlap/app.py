"""Last step but one of a backfill: asks both models the same questions, and counts the photos that both find."""

from typing import Any

from roomlens import tasks
from roomlens.events import workflow_step
from roomlens.overlap import measure_for


def handler(event: dict[str, Any], context: object) -> None:
    step = workflow_step(event)
    with tasks.acting_in(step):
        tasks.run_step(step, "MeasureOverlap", measure_for)
