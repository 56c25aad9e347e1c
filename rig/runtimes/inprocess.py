"""Runs the real handlers in this process, so that coverage, monkeypatch and breakpoints reach them."""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import traceback
import uuid
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from rig import patience
from rig.errors import RigError
from rig.permissions import Permissions
from rig.runtimes import InvokeResult, cold_start, error_document, timed_out
from rig.stack import Function
from rig.threads import ThreadPool


class ConflictingEnvironmentError(RigError):
    """Two functions give one variable different values; in one process there is only one environment."""


class HandlerImportError(Exception):
    """A handler could not be imported; carries the error type that Lambda's runtime gives."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type


class Context:
    """The second argument of a handler, as in Lambda."""

    def __init__(self, function: Function, request_id: str) -> None:
        self.function_name = function.name
        self.function_version = "$LATEST"
        self.invoked_function_arn = function.arn
        self.memory_limit_in_mb = str(function.memory)
        self.aws_request_id = request_id
        self.log_group_name = f"/aws/lambda/{function.name}"
        self.log_stream_name = "in-process"
        self.identity = None
        self.client_context = None
        self._deadline = time.monotonic() + function.timeout

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._deadline - time.monotonic()) * 1000))


class InProcessRunner:
    """One thread with an event loop for each invocation at a time; `permissions` sees what the handlers ask of AWS.

    The functions' environment is put into `os.environ` and their folders on `sys.path` by `enter`, and
    both are put back by `leave`, so that other tests of the same process don't see them.
    """

    def __init__(
        self,
        functions: Iterable[Function],
        aws_environment: Mapping[str, str],
        permissions: Permissions,
        enforce_timeouts: bool = True,
    ) -> None:
        functions = list(functions)
        self._environment = {**merged_environment(functions), **aws_environment}
        self._code = [function.code for function in functions]
        self._layers = [layer for function in functions for layer in function.layers]
        self._folders = list(dict.fromkeys(str(p) for f in functions for p in (f.code, *f.layers)))
        self._permissions = permissions
        self._enforce_timeouts = enforce_timeouts
        self._entered = ExitStack()
        self._threads = ThreadPool("function")
        self._before: dict[str, str | None] = {}
        self._added: list[str] = []

    def enter(self) -> None:
        """Gives this process the functions' environment and permissions, until `leave`. In another environment than
        before it is a cold start: the functions' modules are imported anew."""
        cold_start.begin(self._environment, self._code, self._layers)
        self._entered.enter_context(self._permissions.watching())
        self._before = {name: os.environ.get(name) for name in self._environment}
        os.environ.update(self._environment)
        self._added = [folder for folder in self._folders if folder not in sys.path]
        sys.path[:0] = self._added

    def leave(self) -> None:
        """Takes the functions' environment and permissions away again."""
        if self._before:  # `close` comes here again after `leave`
            cold_start.end()
        self._entered.close()
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        for folder in self._added:
            if folder in sys.path:
                sys.path.remove(folder)
        self._before, self._added = {}, []

    def invoke(self, function: Function, event: Any) -> InvokeResult:
        request_id = str(uuid.uuid4())
        context = Context(function, request_id)
        call = self._threads.submit(lambda: self._call(function, json.dumps(event), context))
        try:
            return call.result(function.timeout if self._enforce_timeouts else None)
        except FutureTimeoutError:  # a thread can't be killed: it runs on, its answer is dropped
            return call.result() if patience.is_unlimited() else timed_out(request_id, function.timeout)

    def close(self) -> None:
        self.leave()
        self._threads.close()

    def _call(self, function: Function, event: str, context: Context) -> InvokeResult:
        with self._permissions.acting_as(function):
            return _call(function, event, context)


def merged_environment(functions: Iterable[Function]) -> dict[str, str]:
    """The variables of all functions together.

    Raises:
        ConflictingEnvironmentError: one process can't be right for all of them.
    """
    owners: dict[str, Function] = {}
    for function in functions:
        for name, value in function.environment.items():
            owner = owners.setdefault(name, function)
            if owner.environment[name] != value:
                raise ConflictingEnvironmentError(
                    f"{owner.logical_id} and {function.logical_id} set {name} to different values: "
                    "they can't run in one process, use runner='process'"
                )
    return {name: owner.environment[name] for name, owner in owners.items()}


def _call(function: Function, event: str, context: Context) -> InvokeResult:
    """Calls the handler with what a network would have left of the event, and sends its answer through JSON too."""
    request_id = context.aws_request_id
    try:
        handler = _load(function)
        answer = handler(json.loads(event), context)
    except HandlerImportError as error:
        return _failed(error.error_type, str(error), request_id, error.__cause__ or error)
    except SystemExit as error:
        message = f"RequestId: {request_id} Error: Runtime exited with error: exit status {error.code}"
        return _failed("Runtime.ExitError", message, request_id, error)
    except BaseException as error:  # noqa: BLE001 - Lambda reports whatever a handler raises
        return _failed(type(error).__name__, str(error), request_id, error)
    try:
        return InvokeResult(json.loads(json.dumps(answer)))
    except (TypeError, ValueError) as error:
        return _failed("Runtime.MarshalError", f"Unable to marshal response: {error}", request_id, error)


def _failed(error_type: str, message: str, request_id: str, error: BaseException) -> InvokeResult:
    frames = traceback.extract_tb(error.__traceback__)
    trace = traceback.format_list([frame for frame in frames if frame.filename != __file__])
    return InvokeResult(error_document(error_type, message, request_id, trace), error=True)


def _load(function: Function) -> Callable[[Any, Any], Any]:
    """The handler, looked up at each invocation so that a monkeypatched one is the one that runs."""
    module_name, _, name = function.handler.rpartition(".")
    try:
        module = importlib.import_module(module_name)
    except SyntaxError as error:
        message = f"Syntax error in module '{module_name}': {error}"
        raise HandlerImportError("Runtime.UserCodeSyntaxError", message) from error
    except ImportError as error:
        message = f"Unable to import module '{module_name}': {error}"
        raise HandlerImportError("Runtime.ImportModuleError", message) from error
    origin = Path(module.__file__ or "").resolve()
    if not origin.is_relative_to(function.code):
        message = f"'{module_name}' is {origin} in this process, not a module of {function.code}"
        raise HandlerImportError("Runtime.ImportModuleError", message)
    try:
        handler: Callable[[Any, Any], Any] = getattr(module, name)
    except AttributeError:
        message = f"Handler '{name}' missing on module '{module_name}'"
        raise HandlerImportError("Runtime.HandlerNotFound", message) from None
    return handler
