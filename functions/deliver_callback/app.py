"""The step of the workflow that tells whoever asked for it that a task has ended, or records that this failed."""

from typing import Any

from roomlens import completion
from roomlens.events import workflow_step


def handler(event: dict[str, Any], context: object) -> None:
    completion.tell(workflow_step(event))
