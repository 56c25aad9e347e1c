"""Where functions run: in this process for tests, or each in a Lambda runtime of its own."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, Protocol

from rig.stack import Function

logger = logging.getLogger("rig")


@dataclass(frozen=True)
class InvokeResult:
    """What an invocation gave: the function's answer, or with `error` Lambda's error document
    `{errorType, errorMessage, requestId, stackTrace}`, both as plain JSON values; `log` is the end of what it wrote."""

    payload: Any
    error: bool = False
    log: str = ""


class Runner(Protocol):
    """Runs one invocation of a function to its end; failures of the function are results, never exceptions."""

    def invoke(self, function: Function, event: Any) -> InvokeResult: ...

    def close(self) -> None: ...


def error_document(error_type: str, message: str, request_id: str, trace: list[str] | None = None) -> dict[str, Any]:
    """The document that Lambda's own Python runtime sends for a failed invocation."""
    return {"errorMessage": message, "errorType": error_type, "requestId": request_id, "stackTrace": trace or []}


def exited(request_id: str, how: str, log: str = "") -> InvokeResult:
    """What Lambda answers for an invocation whose runtime is gone; `how` is such as `exit status 1`."""
    message = f"RequestId: {request_id} Error: Runtime exited with error: {how}"
    return InvokeResult(error_document("Runtime.ExitError", message, request_id), error=True, log=log)


def timed_out(request_id: str, seconds: float) -> InvokeResult:
    """What Lambda answers for an invocation that took longer than the function's timeout."""
    message = f"RequestId: {request_id} Error: Task timed out after {seconds:.2f} seconds"
    return InvokeResult({"errorType": "Sandbox.Timedout", "errorMessage": message}, error=True)


def log_failure(function: Function, error: Any) -> None:
    """Logs a failed invocation with the handler's traceback; `error` is Lambda's error document."""
    document = error if isinstance(error, dict) else {}
    trace = "".join(document.get("stackTrace") or [])
    logger.error(
        "%s failed with %s: %s%s",
        function.logical_id,
        document.get("errorType", "an error"),
        document.get("errorMessage", ""),
        f"\n{trace.rstrip()}" if trace else "",
        extra={"function": function.logical_id},
    )
