"""Where functions run: in this process for tests, or each in a Lambda runtime of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from rig.stack import Function


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


def timed_out(request_id: str, seconds: float) -> InvokeResult:
    """What Lambda answers for an invocation that took longer than the function's timeout."""
    message = f"RequestId: {request_id} Error: Task timed out after {seconds:.2f} seconds"
    return InvokeResult({"errorType": "Sandbox.Timedout", "errorMessage": message}, error=True)
