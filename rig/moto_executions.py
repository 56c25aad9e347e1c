"""Where moto's Step Functions differ from AWS's and it matters here, corrected; see `rig.moto_patches`."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import asdict
from datetime import UTC, datetime
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.program.program import Program
from moto.stepfunctions.parser.asl.component.state.exec import execute_state
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.asl.eval.program_state import ProgramStopped, ProgramTimedOut
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.asl.utils.boto_client import boto_client_for
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker
from moto.stepfunctions.parser.models import StepFunctionsParserBackend
from moto.stepfunctions.responses import StepFunctionResponse

from rig.chaos import Step
from rig.moto_hooks import Hooks
from rig.patience import PatientEvent

STEP_HEADER = "X-Rig-Step"
_step: ContextVar[Step | None] = ContextVar("step", default=None)

_ENDING = 5.0
"""Seconds that StopExecution gives an execution to take note."""


def replacements(hooks: Hooks) -> list[tuple[Any, str, Any]]:
    """What is put in place of what: owner, name, replacement."""
    return [
        (lambda_eval_utils, "execute_lambda_function_integration", _execute_step()),
        (lambda_eval_utils, "boto_client_for", _client_for_step()),
        (execute_state, "threading", SimpleNamespace(Event=PatientEvent)),  # waits as long as a debugger is open
        (AmazonStateLanguageParser, "parse", staticmethod(_parse)),
        (StepFunctionsParserBackend, "start_execution", _start_execution()),
        (StepFunctionResponse, "stop_execution", _stop_execution),
        (Environment, "set_error", _set_error()),
        (Program, "eval", _evaluate()),
        (ExecutionWorker, "start", _start_worker(hooks)),
        (ExecutionWorker, "_execution_logic", _end_worker(hooks)),
    ]


def _parse(definition: str) -> tuple[EvalComponent, Any]:
    """Nothing of AWS: a definition is read once. moto reads it for each execution, which takes up to 0.1 s; what an
    execution works with, and writes into, it gets anew."""
    tree = _tree_of(definition)
    return Preprocessor().visit(tree), tree


@lru_cache(maxsize=64)
def _tree_of(definition: str) -> Any:
    """Raises ASLParserException, as the original does."""
    return _parse_originally(definition)[1]


_parse_originally = AmazonStateLanguageParser.parse


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


def read_step(headers: Any) -> Step | None:
    """The step that asks Lambda, if one does."""
    written = headers.get(STEP_HEADER)
    return None if written is None else Step(**json.loads(written))


def _start_execution() -> Callable[..., Any]:
    """StartExecution without a name makes up a unique one, and refuses names with blanks; moto calls every such
    execution `None`, and takes any name."""
    original = StepFunctionsParserBackend.start_execution

    def start_execution(self: Any, state_machine_arn: str, name: str | None = None, *arguments: Any) -> Any:
        name = name or str(uuid.uuid4())
        self._validate_name(name)
        return original(self, state_machine_arn, name, *arguments)

    return start_execution


def _stop_execution(self: Any) -> ActionResult:
    """StopExecution ends an execution at once, keeps the error and the cause that it gets, and leaves alone what has
    ended; moto goes on to the end of the step that is running, and keeps neither."""
    execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
    worker = execution.exec_worker
    while execution.status == "RUNNING" and not (worker.env is not None and worker.env.is_running()):
        time.sleep(0.001)  # it has just been started
    execution.stop(datetime.now(UTC), self._get_param("error"), self._get_param("cause"))
    worker.rig_ended.wait(_ENDING)
    return ActionResult({"stopDate": execution.stop_date})


def _set_error() -> Callable[..., None]:
    """An execution that was stopped, or whose time is over, stays so; moto calls it failed when what was running
    then fails, which a Catch and every Map do."""
    original: Callable[..., None] = Environment.set_error

    def set_error(self: Any, error: Any) -> None:
        with self._state_mutex:
            if not isinstance(self._program_state, ProgramStopped | ProgramTimedOut):
                original(self, error)

    return set_error


def _evaluate() -> Callable[..., None]:
    """An execution ends at the moment when it is stopped or its time is over, and nothing comes after that in its
    history; moto waits for a step that was stopped, and adds what becomes of one that is late."""
    original: Callable[..., None] = Program.eval

    def evaluate(self: Any, env: Any) -> None:
        if env.is_frame():  # an iteration of a Map: it ends with its execution
            original(self, env)
            return
        over = PatientEvent()

        def run() -> None:
            try:
                EvalComponent.eval(self, env)
            finally:
                over.set()

        def stop(*arguments: Any, **options: Any) -> None:
            with env._state_mutex:
                _end(env, lambda: Environment.set_stop(env, *arguments, **options))
            over.set()

        env.set_stop = stop
        env.next_state_name = self.start_at.start_at_name
        threading.Thread(target=run, daemon=True).start()
        in_time = over.wait(self.timeout_seconds.timeout_seconds if self.timeout_seconds else None)
        with env._state_mutex:
            if not in_time:
                _end(env, env.set_timed_out)
        _close_history(env)

    return evaluate


def _end(env: Any, end: Callable[[], None]) -> None:
    """Ends an execution that runs. Its steps, and its own thread, write nothing any more: they learn of the end only
    after that."""
    if env.is_running():
        env.event_manager.add_event = lambda *_, **__: 0
        end()


def _close_history(env: Any) -> None:
    """Notes in the history that an execution was stopped or timed out, as its last event."""
    state = env.program_state()
    details: Any
    if isinstance(state, ProgramStopped):
        kind, why = HistoryEventType.ExecutionAborted, {"error": state.error, "cause": state.cause}
        details = {"executionAbortedEventDetails": {name: text for name, text in why.items() if text}}
    elif isinstance(state, ProgramTimedOut):
        kind, details = HistoryEventType.ExecutionTimedOut, {"executionTimedOutEventDetails": {}}
    else:
        return
    context = env.event_history_context
    context.source_event_id = 0
    EventManager.add_event(env.event_manager, context, kind, details)


def _start_worker(hooks: Hooks) -> Callable[..., None]:
    """Nothing of AWS: notes that an execution is in flight, before StartExecution answers."""
    original: Callable[[Any], None] = ExecutionWorker.start

    def start(self: Any) -> None:
        arn = self._evaluation_details.execution_details.arn
        self.rig_token = hooks.activity.begin(f"the execution {arn.rpartition(':')[2]}")
        self.rig_ended = threading.Event()
        original(self)

    return start


def _end_worker(hooks: Hooks) -> Callable[..., None]:
    """Nothing of AWS: notes that an execution has ended, in whatever way, and hands on its history."""
    original: Callable[[Any], None] = ExecutionWorker._execution_logic

    def run(self: Any) -> None:
        try:
            original(self)
            execution, state = self._execution_communication.execution, self.env.program_state()
            if isinstance(state, ProgramStopped):
                execution.error, execution.cause = state.error, state.cause
            details = self._evaluation_details
            machine, history = details.state_machine_details.name, self.env.event_manager.get_event_history()
            hooks.execution_ended(details.execution_details.name, machine, execution.exec_status.value, history)
        finally:
            self.rig_ended.set()
            hooks.activity.end(self.rig_token)

    return run
