"""Step Functions: executions started, stopped and asked for. An execution is named after its task, so starting it
twice starts it once."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final

from roomlens.errors import UnavailableError
from roomlens.models import Task
from roomlens.settings import task_settings

_MISSING: Final = "ExecutionDoesNotExist"


@cache
def step_functions() -> Any:
    """The Step Functions client, made at first use. Its calls are short: whoever makes one holds the task's row."""
    import boto3
    from botocore.config import Config

    patience = Config(connect_timeout=3, read_timeout=6, retries={"mode": "standard", "max_attempts": 2})
    return boto3.client("stepfunctions", config=patience)


def execution_name(task: Task) -> str:
    """The task's id; from its second run on, with the run's number."""
    return task.id if task.run == 1 else f"{task.id}-{task.run}"


def start(workflow: str, name: str, payload: dict[str, Any]) -> bool:
    """Starts an execution; one that has been started before by this name is left alone. False when that has ended.

    Raises UnavailableError when Step Functions can't take it.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        step_functions().start_execution(
            stateMachineArn=f"{task_settings().state_machines}{workflow}", name=name, input=json.dumps(payload)
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
            raise UnavailableError("The work could not be started; try again in a moment.") from error
        return False
    except BotoCoreError as error:
        raise UnavailableError("The work could not be started; try again in a moment.") from error
    return True


def start_run(task: Task) -> bool:
    """Starts the execution of a task's run; False when it has been started before and has ended.

    It starts before the caller's transaction is committed: should the start fail, no row is stored; should the commit
    fail, the first step finds no task and the execution ends. A first step that comes too early is tried again.
    """
    payload = {"task_id": task.id, "run": task.run} | ({"image_id": task.image_id} if task.image_id else {})
    return start(str(task.workflow), execution_name(task), payload)


def stop(task: Task) -> None:
    """Stops the execution of a task's run, if there is one. What can't be stopped now ends at its next step, which
    finds the task closed."""
    from botocore.exceptions import BotoCoreError, ClientError

    from roomlens.observability import logger

    arn = _arn(str(task.workflow), execution_name(task))
    try:
        step_functions().stop_execution(executionArn=arn, error="Canceled", cause="The task was canceled.")
    except (BotoCoreError, ClientError) as error:
        if not (isinstance(error, ClientError) and error.response["Error"]["Code"] == _MISSING):
            logger().warning("task.not_stopped", extra={"task_id": task.id, "reason": str(error)})


def status_of(workflow: str, name: str) -> str | None:
    """How an execution is: `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT` or `ABORTED`; None when there is none.

    Raises UnavailableError when Step Functions can't answer.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        found: str = step_functions().describe_execution(executionArn=_arn(workflow, name))["status"]
    except ClientError as error:
        if error.response["Error"]["Code"] == _MISSING:
            return None
        raise UnavailableError("The execution can't be asked for right now.") from error
    except BotoCoreError as error:
        raise UnavailableError("The execution can't be asked for right now.") from error
    return found


def _arn(workflow: str, name: str) -> str:
    machine = f"{task_settings().state_machines}{workflow}"
    return f"{machine.replace(':stateMachine:', ':execution:', 1)}:{name}"
