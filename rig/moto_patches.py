"""Where moto differs from AWS and it matters here, corrected. Only this file and `moto_state` reach into moto's inside.

Each patch says what AWS does; `test_moto_contract.py` and `test_chaos.py` (tests/*/rig*) hold each of them,
so that an upgrade of moto that moves something fails there.
"""

from __future__ import annotations

import base64
import json
import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import LambdaFunction
from moto.core.config import default_user_config
from moto.s3 import notifications
from moto.s3.models import S3Backend
from moto.stepfunctions.parser.asl.component.state.exec import execute_state
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.utils.boto_client import boto_client_for
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from rig.activity import Activity
from rig.chaos import Step, ThrottledError
from rig.engine import AfterRequest
from rig.moto_state import put_object
from rig.patience import PatientEvent
from rig.runtimes import InvokeResult
from rig.s3_events import ObjectChange, s3_event
from rig.stack import REGION

STEP_HEADER = "X-Rig-Step"
_step: ContextVar[Step | None] = ContextVar("step", default=None)

LOG_TAIL = 4096
"""The bytes of log that Lambda returns with an answer."""


@dataclass(frozen=True)
class Hooks:
    """What the patches call. Functions go by their physical name; `object_changed` gets bucket and key;
    `invoke` gets the step of a workflow that asks, if one does, and may raise ThrottledError; `execution_ended` gets
    the execution's name, its state machine's, its status and the events of its history."""

    invoke: Callable[[str, Any, Step | None], InvokeResult]
    invoke_async: Callable[[str, Any], None]
    object_changed: Callable[[str, str], None]
    execution_ended: Callable[[str, str, str, list[Any]], None]
    activity: Activity
    after_request: AfterRequest


@contextmanager
def patched(hooks: Hooks, port: int) -> Iterator[None]:
    """moto behaves like AWS inside this `with`; `port` is where its own engines reach it."""
    for name in ("moto.stepfunctions", "werkzeug"):
        # its interpreter prints a page for each error that a Catch handles; the rig reports failures itself
        logging.getLogger(name).setLevel(logging.CRITICAL)
    replacements: list[tuple[Any, str, Any]] = [
        (LambdaFunction, "invoke", _invoke(hooks)),
        (lambda_eval_utils, "execute_lambda_function_integration", _execute_step()),
        (lambda_eval_utils, "boto_client_for", _client_for_step()),
        (execute_state, "threading", SimpleNamespace(Event=PatientEvent)),  # waits as long as a debugger is open
        (notifications, "send_event", _send_event(hooks)),
        (S3Backend, "put_object", _noting(hooks, put_object)),
        (S3Backend, "delete_object", _noting(hooks, S3Backend.delete_object)),
        (StepFunctionsParserBackend, "start_execution", _start_execution()),
        (ExecutionWorker, "start", _start_worker(hooks)),
        (ExecutionWorker, "_execution_logic", _end_worker(hooks)),
    ]
    with ExitStack() as stack:
        for owner, name, replacement in replacements:
            stack.enter_context(patch.object(owner, name, replacement))
        # Step Functions runs its state machines; moto by default only remembers them
        settings = {"stepfunctions": {"execute_state_machine": True}}
        stack.enter_context(patch.dict(default_user_config, settings))
        stack.enter_context(patch.dict("os.environ", {"MOTO_PORT": str(port)}))
        yield


def _invoke(hooks: Hooks) -> Callable[..., bytes]:
    """Lambda runs the function's code, answers `Event` invocations with 202 at once, calls every error of the
    function `Unhandled`, and returns the end of the log; moto wants Docker, waits, says `Handled`."""

    def invoke(self: Any, body: str, request_headers: Any, response_headers: dict[str, str]) -> bytes:
        kind = request_headers.get("X-Amz-Invocation-Type", "RequestResponse")
        event = json.loads(body) if body else {}
        if kind == "DryRun":
            return b""
        if kind == "Event":
            hooks.invoke_async(self.function_name, event)
            return b""
        try:
            result = hooks.invoke(self.function_name, event, _read_step(request_headers))
        except ThrottledError:
            raise _TooManyRequestsError from None
        if result.error:
            response_headers["x-amz-function-error"] = "Unhandled"
        response_headers["x-amz-log-result"] = base64.b64encode(result.log.encode()[-LOG_TAIL:]).decode()
        return json.dumps(result.payload).encode()

    return invoke


class _TooManyRequestsError(LambdaClientError):
    """What Lambda answers when there is no room for an invocation."""

    code = 429

    def __init__(self) -> None:
        super().__init__("TooManyRequestsException", "Rate Exceeded.")


def _execute_step() -> Callable[..., None]:
    """Nothing of AWS: notes for which step of which execution this thread asks Lambda."""
    original: Callable[..., None] = lambda_eval_utils.execute_lambda_function_integration

    def execute(env: Any, *arguments: Any, **options: Any) -> None:
        context = env.states.context_object.context_object_data
        state = context["State"]
        token = _step.set(Step(context["Execution"]["Name"], state["Name"], state["RetryCount"]))
        try:
            original(env, *arguments, **options)
        finally:
            _step.reset(token)

    return execute


def _client_for_step() -> Callable[..., Any]:
    """Nothing of AWS: sends what `_execute_step` noted along with the request."""

    def add_step(params: dict[str, Any], **_: Any) -> None:
        step = _step.get()
        if step is not None:
            params["headers"][STEP_HEADER] = json.dumps(asdict(step))

    def client_for(*arguments: Any, **options: Any) -> Any:
        client = boto_client_for(*arguments, **options)
        client.meta.events.register("before-call.lambda.Invoke", add_step)
        return client

    return client_for


def _read_step(headers: Any) -> Step | None:
    written = headers.get(STEP_HEADER)
    return None if written is None else Step(**json.loads(written))


def _send_event(hooks: Hooks) -> Callable[..., None]:
    """S3 notifies asynchronously, once the object is complete with its metadata, once for each object, with all
    fields and the key's slashes kept; moto calls inside the request, twice for a multipart upload."""

    def send_event(account_id: str, event_name: Any, bucket: Any, key: Any) -> None:
        configuration = bucket.notification_configuration
        name = str(getattr(event_name, "value", event_name))
        part_of_multipart = name == "s3:ObjectCreated:Put" and getattr(key, "multipart", None) is not None
        if configuration is None or part_of_multipart:
            return
        created = name.startswith("s3:ObjectCreated")
        change = ObjectChange(
            event=name,
            bucket=bucket.name,
            key=key.name,
            size=key.size if created else None,
            etag=key.etag.strip('"') if created else None,
            version_id=key.version_id,
        )
        for target in configuration.cloud_function:
            if target.matches(name, key.name):
                function_name = target.arn.split(":")[6]
                hooks.after_request.do(partial(hooks.invoke_async, function_name, s3_event(change, target.id)))
        for target in configuration.queue:
            if target.matches(name, key.name):
                queue, event = target.arn.split(":")[5], s3_event(change, target.id)
                send = partial(notifications._send_sqs_message, account_id, event, queue, REGION)
                hooks.after_request.do(send)

    return send_event


def _noting(hooks: Hooks, original: Callable[..., Any]) -> Callable[..., Any]:
    """S3 keeps objects; moto forgets them with its process. Every change is noted for whoever stores them."""

    def changing(self: Any, bucket_name: str, key_name: str, *arguments: Any, **options: Any) -> Any:
        result = original(self, bucket_name, key_name, *arguments, **options)
        # stored before anyone is told: what could not be stored raises no event
        hooks.after_request.do(lambda: hooks.object_changed(bucket_name, key_name), first=True)
        return result

    return changing


def _start_execution() -> Callable[..., Any]:
    """StartExecution without a name makes up a unique one; moto calls every such execution `None`."""
    original = StepFunctionsParserBackend.start_execution

    def start_execution(self: Any, state_machine_arn: str, name: str | None = None, *arguments: Any) -> Any:
        return original(self, state_machine_arn, name or str(uuid.uuid4()), *arguments)

    return start_execution


def _start_worker(hooks: Hooks) -> Callable[..., None]:
    """Nothing of AWS: notes that an execution is in flight, before StartExecution answers."""
    original: Callable[[Any], None] = ExecutionWorker.start

    def start(self: Any) -> None:
        arn = self._evaluation_details.execution_details.arn
        self.rig_token = hooks.activity.begin(f"the execution {arn.rpartition(':')[2]}")
        original(self)

    return start


def _end_worker(hooks: Hooks) -> Callable[..., None]:
    """Nothing of AWS: notes that an execution has ended, in whatever way, and hands on its history."""
    original: Callable[[Any], None] = ExecutionWorker._execution_logic

    def run(self: Any) -> None:
        try:
            original(self)
            details = self._evaluation_details
            machine, history = details.state_machine_details.name, self.env.event_manager.get_event_history()
            status = self._execution_communication.execution.exec_status.value
            hooks.execution_ended(details.execution_details.name, machine, status, history)
        finally:
            hooks.activity.end(self.rig_token)

    return run
