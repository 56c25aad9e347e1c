"""The end of a task, told to whoever gave a `callback_url`: the steps of the workflow `deliver_callback`."""

from __future__ import annotations

import json

from sqlalchemy import update

from roomlens.callbacks import message_id
from roomlens.callbacks.sending import deliver
from roomlens.db import session_scope
from roomlens.errors import UnavailableError
from roomlens.events import WorkflowStep
from roomlens.models import CallbackStatus, Task
from roomlens.observability import logger
from roomlens.schemas import TaskOut
from roomlens.tasks import present_task
from roomlens.tasks.kinds import OPEN
from roomlens.tenancy import acting_for


def tell(step: WorkflowStep) -> None:
    """Sends the message of a run's end and records that it was taken; or records that it never was, when the step
    brings the error for which the workflow gave up.

    Whoever is killed between the two sends it again: a receiver gets it at least once, each time by the same id.

    Raises what `roomlens.callbacks.sending.deliver` does, and UnavailableError when the task is not there or not closed
    yet: the workflow starts ahead of the commit that closes it.
    """
    with acting_for(step.tenant_id):
        _tell(step)


def _tell(step: WorkflowStep) -> None:
    if step.error is not None:
        about = {"task_id": step.task_id, "run": step.run, "error": step.error.get("Error")}
        logger().warning("callback.given_up", extra=about)
        _record(step, CallbackStatus.FAILED)
        return
    message = _message(step)
    if message is not None:
        url, body = message
        deliver(url, message_id(step.task_id, step.run), body)  # no transaction is open: a stranger takes their time
        _record(step, CallbackStatus.DELIVERED)


def _message(step: WorkflowStep) -> tuple[str, bytes] | None:
    """Where to, and the body; None when it has been taken, or a later run has begun, whose end will be told instead."""
    with session_scope() as session:
        task = session.get(Task, step.task_id)
        if task is None or task.run < step.run:
            raise UnavailableError("The task is not stored yet.")
        if task.run > step.run or task.callback_url is None:
            return None
        if task.status in OPEN:
            raise UnavailableError("The task is not closed yet.")
        if task.callback_status == CallbackStatus.DELIVERED:
            return None
        shown = TaskOut.model_validate(present_task(session, task)).model_dump(mode="json")
        message = {"type": "task.finished", "timestamp": shown["updated_at"], "data": shown}
        return task.callback_url, json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def _record(step: WorkflowStep, status: CallbackStatus) -> None:
    """Of this run alone, and what was taken stays so. The task's own time of change stays: a message that comes again
    says the same."""
    same_run = update(Task).where(Task.id == step.task_id, Task.run == step.run)
    with session_scope() as session:
        session.execute(
            same_run.where(Task.callback_status != CallbackStatus.DELIVERED).values(
                callback_status=status, updated_at=Task.updated_at
            )
        )
