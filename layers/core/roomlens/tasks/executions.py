"""Step Functions: executions started, stopped and asked for. An execution is named after its task, so starting it
twice starts it once."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final

from roomlens.errors import UnavailableError
from roomlens.models import Task
from roomlens.observability import logger
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
    wanted = {"stateMachineArn": f"{task_settings().state_machines}{workflow}", "name": name}
    answer = _ask(
        "start_execution",
        expected="ExecutionAlreadyExists",
        otherwise="The work could not be started; try again in a moment.",
        **wanted,
        input=json.dumps(payload),
    )
    return answer is not None


def start_run(task: Task) -> bool:
    """Starts the execution of a task's run; False when it has been started before and has ended.

    It starts before the caller's transaction is committed: should the start fail, no row is stored; should the commit
    fail, the first step finds no task and the execution ends. A first step that comes too early is tried again.
    """
    payload = {"task_id": task.id, "tenant_id": task.tenant_id, "run": task.run}
    about = {"image_id": task.image_id} if task.image_id else {}
    return start(str(task.workflow), execution_name(task), payload | about)


def stop(task: Task) -> None:
    """Stops the execution of a task's run, if there is one. What can't be stopped now ends at its next step, which
    finds the task closed."""
    arn = _arn(str(task.workflow), execution_name(task))
    try:
        _ask(
            "stop_execution",
            expected=_MISSING,
            otherwise="The execution can't be stopped right now.",
            executionArn=arn,
            error="Canceled",
            cause="The task was canceled.",
        )
    except UnavailableError as error:
        logger().warning("task.not_stopped", extra={"task_id": task.id, "reason": str(error.__cause__)})


def status_of(workflow: str, name: str) -> str | None:
    """How an execution is: `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT` or `ABORTED`; None when there is none.

    Raises UnavailableError when Step Functions can't answer.
    """
    answer = _ask(
        "describe_execution",
        expected=_MISSING,
        otherwise="The execution can't be asked for right now.",
        executionArn=_arn(workflow, name),
    )
    return None if answer is None else str(answer["status"])


def _ask(operation: str, *, expected: str, otherwise: str, **parameters: Any) -> dict[str, Any] | None:
    """The answer of Step Functions; None when it refuses with the code that is expected.

    Raises UnavailableError with the words `otherwise` for whatever else goes wrong.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        answer: dict[str, Any] = getattr(step_functions(), operation)(**parameters)
    except (BotoCoreError, ClientError) as error:
        if isinstance(error, ClientError) and error.response["Error"]["Code"] == expected:
            return None
        raise UnavailableError(otherwise) from error
    return answer


def _arn(workflow: str, name: str) -> str:
    machine = f"{task_settings().state_machines}{workflow}"
    return f"{machine.replace(':stateMachine:', ':execution:', 1)}:{name}"
