"""Asynchronous invocation as Lambda does it: answered at once, retried, and buried in a queue when all attempts failed.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from rig.activity import Activity
from rig.runtimes import InvokeResult
from rig.stack import Function
from rig.threads import ThreadPool

WORKERS = 8


class SendMessage(Protocol):
    """Puts a message into the queue with this ARN; the attributes are strings by name."""

    def __call__(self, queue_arn: str, body: str, attributes: Mapping[str, str]) -> None: ...


class AsyncInvoker:
    """Lambda's queue of events. `retry_delays` are the pauses before the second and third attempt in seconds
    (AWS: one minute, two minutes); a further attempt waits as long as the last of them."""

    def __init__(
        self,
        invoke: Callable[[Function, Any], InvokeResult],
        send_message: SendMessage,
        activity: Activity,
        retry_delays: Sequence[float],
    ) -> None:
        self._invoke = invoke
        self._send_message = send_message
        self._activity = activity
        self._retry_delays = retry_delays
        self._threads = ThreadPool("event", WORKERS)
        self._timers: set[threading.Timer] = set()
        self._closed = False

    def submit(self, function: Function, event: Any) -> None:
        """Takes an event for a function and returns at once."""
        token = self._activity.begin(f"an event for {function.logical_id}")
        self._start(function, event, 1, token)

    def close(self) -> None:
        """Drops what waits for its next attempt."""
        self._closed = True
        for timer in list(self._timers):
            timer.cancel()
        self._threads.close()

    def _start(self, function: Function, event: Any, attempt: int, token: int) -> None:
        future = self._threads.submit(lambda: self._attempt(function, event, attempt, token))
        if future.cancelled():
            self._activity.end(token)

    def _attempt(self, function: Function, event: Any, attempt: int, token: int) -> None:
        retrying = False
        try:
            result = self._invoke(function, event)
            if not result.error or self._closed:
                return
            if attempt <= function.retry_attempts:
                retrying = True
                self._retry_later(function, event, attempt, token)
            else:
                self._bury(function, event, result, attempt)
        finally:
            if not retrying:
                self._activity.end(token)

    def _retry_later(self, function: Function, event: Any, attempt: int, token: int) -> None:
        delay = self._retry_delays[min(attempt, len(self._retry_delays)) - 1] if self._retry_delays else 0.0

        def again() -> None:
            self._timers.discard(timer)
            self._start(function, event, attempt + 1, token)

        timer = threading.Timer(delay, again)
        timer.daemon = True
        self._timers.add(timer)
        timer.start()

    def _bury(self, function: Function, event: Any, result: InvokeResult, attempts: int) -> None:
        request_id = str(result.payload.get("requestId", ""))
        if function.failure_queue:
            message = str(result.payload.get("errorMessage", ""))
            attributes = {"RequestID": request_id, "ErrorCode": "200", "ErrorMessage": message[:1024] or "-"}
            self._send_message(function.failure_queue, json.dumps(event), attributes)
        if function.destination:
            envelope = failure_record(function, event, result.payload, request_id, attempts)
            self._send_message(function.destination, json.dumps(envelope), {})


def failure_record(
    function: Function, event: Any, error: Mapping[str, Any], request_id: str, attempts: int
) -> dict[str, Any]:
    """What an on-failure destination gets: the event and the error, with their circumstances."""
    return {
        "version": "1.0",
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": request_id,
            "functionArn": f"{function.arn}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": attempts,
        },
        "requestPayload": event,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": dict(error),
    }
