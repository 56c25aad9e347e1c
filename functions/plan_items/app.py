"""First step of a batch: finds its photos, and cuts them into chunks."""

from typing import Any

from roomlens.events import workflow_step
from roomlens.tasks.planning import plan


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return plan(workflow_step(event))
