"""First step of a message that is not waited for: answers it, and keeps question and answer."""

from typing import Any

from roomlens import tasks
from roomlens.chat.later import take_queued_turn
from roomlens.events import workflow_step


def handler(event: dict[str, Any], context: object) -> None:
    step = workflow_step(event)
    tasks.run_step(step, "AnswerMessage", lambda session, task: take_queued_turn(session, task.request))
