"""Asynchronous invocation as Lambda does it: answered at once, retried, and buried in a queue when all attempts failed.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

from rig.activity import Activity
from rig.chaos import Chaos, ThrottledError
from rig.runtimes import InvokeResult
from rig.stack import Function
from rig.threads import ThreadPool

logger = logging.getLogger("rig")

WORKERS = 8
BURST = 0.2
"""Seconds in which events count as coming at the same moment, when chaos hands them out in another order."""


class SendMessage(Protocol):
    """Puts a message into the queue with this ARN; the attributes are strings by name."""

    def __call__(self, queue_arn: str, body: str, attributes: Mapping[str, str]) -> None: ...


@dataclass
class _Delivery:
    """One delivery of an event. `attempt` is what the function's retries are counted by, `earlier` how often it was
    tried before, be it that it ran or not; `token` says that it is in flight."""

    function: Function
    event: Any
    token: int
    attempt: int = 1
    earlier: int = 0


class AsyncInvoker:
    """Lambda's queue of events. `retry_delays` are the pauses before the second and third attempt in seconds
    (AWS: one minute, two minutes); a further attempt waits as long as the last of them. `chaos` has its say in how
    an event comes and in what becomes of it."""

    def __init__(
        self,
        invoke: Callable[[Function, Any], InvokeResult],
        send_message: SendMessage,
        activity: Activity,
        retry_delays: Sequence[float],
        chaos: Chaos | None = None,
    ) -> None:
        self._invoke = invoke
        self._send_message = send_message
        self._activity = activity
        self._retry_delays = retry_delays
        self._chaos = chaos or Chaos()
        self._threads = ThreadPool("event", WORKERS)
        self._timers: set[threading.Timer] = set()
        self._burst: list[_Delivery] = []
        self._burst_lock = threading.Lock()
        self._closed = False

    def submit(self, function: Function, event: Any) -> None:
        """Takes an event for a function and returns at once."""
        what = f"an event for {function.logical_id}"
        copies = self._chaos.copies(function, event)
        # all are in flight before the first one comes: whoever waits must not see a moment without any
        for delivery in [_Delivery(function, copy, self._activity.begin(what)) for copy in copies]:
            delay = self._chaos.delay(function, delivery.event)
            if delay:
                self._after(delay, partial(self._deliver, delivery))
            else:
                self._deliver(delivery)

    def close(self) -> None:
        """Drops what waits for its next attempt."""
        self._closed = True
        for timer in list(self._timers):
            timer.cancel()
        self._threads.close()

    def _deliver(self, delivery: _Delivery) -> None:
        if not self._chaos.reorders:
            self._start([delivery])
            return
        with self._burst_lock:
            self._burst.append(delivery)
            if len(self._burst) == 1:
                self._after(BURST, self._hand_out)

    def _hand_out(self) -> None:
        with self._burst_lock:
            burst, self._burst = self._burst, []
        self._start(self._chaos.reordered(burst))

    def _start(self, deliveries: Sequence[_Delivery]) -> None:
        """Tries them one after the other, in one thread."""

        def run() -> None:
            for delivery in deliveries:
                self._run(delivery)

        if self._threads.submit(run).cancelled():
            for delivery in deliveries:
                self._activity.end(delivery.token)

    def _run(self, delivery: _Delivery) -> None:
        over = True
        try:
            over = self._attempt(delivery)
        except Exception:
            logger.exception("an event for %s is lost", delivery.function.logical_id)
        finally:
            if over:
                self._activity.end(delivery.token)

    def _attempt(self, delivery: _Delivery) -> bool:
        """Whether the event is done with: it succeeded, or is given up."""
        function, event = delivery.function, delivery.event
        earlier, delivery.earlier = delivery.earlier, delivery.earlier + 1
        try:
            result = self._chaos.run_event(partial(self._invoke, function, event), function, event, earlier)
        except ThrottledError:  # Lambda puts the event back, and does not count it as an attempt
            self._after(self._pause(delivery), partial(self._start, [delivery]))
            return False
        if not result.error or self._closed:
            return True
        if delivery.attempt > function.retry_attempts:
            self._bury(function, event, result, delivery.attempt)
            return True
        pause = self._pause(delivery)
        delivery.attempt += 1
        self._after(pause, partial(self._start, [delivery]))
        return False

    def _pause(self, delivery: _Delivery) -> float:
        delays = self._retry_delays
        return delays[min(delivery.attempt, len(delays)) - 1] if delays else 0.0

    def _after(self, seconds: float, action: Callable[[], None]) -> None:
        def act() -> None:
            self._timers.discard(timer)
            action()

        timer = threading.Timer(seconds, act)
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
