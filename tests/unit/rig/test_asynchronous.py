"""Events are tried as often as the function says, and buried after that."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from rig.activity import Activity, StillBusyError
from rig.asynchronous import AsyncInvoker
from rig.runtimes import InvokeResult
from rig.stack import Function

FAILED = InvokeResult({"errorType": "E", "errorMessage": "no", "requestId": "r-1"}, error=True)


def function(**fields: Any) -> Function:
    return Function(logical_id="Work", name="work", handler="a.b", code=Path(), **fields)


class Lambda:
    """Counts the attempts; `failures` of them fail. Keeps what was sent to queues."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.attempts: list[Any] = []
        self.sent: list[tuple[str, Any, Mapping[str, str]]] = []
        self.activity = Activity()
        self.invoker = AsyncInvoker(self.invoke, self.send, self.activity, retry_delays=(0.0,))

    def invoke(self, _: Function, event: Any) -> InvokeResult:
        self.attempts.append(event)
        return FAILED if len(self.attempts) <= self.failures else InvokeResult("done")

    def send(self, queue_arn: str, body: str, attributes: Mapping[str, str]) -> None:
        self.sent.append((queue_arn, json.loads(body), attributes))


Start = Callable[[int], Lambda]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[Lambda] = []

    def start(failures: int) -> Lambda:
        started.append(Lambda(failures))
        return started[-1]

    yield start
    for one in started:
        one.invoker.close()


def test_an_event_that_succeeds_is_delivered_once(start: Start) -> None:
    service = start(0)
    service.invoker.submit(function(failure_queue="arn:q"), {"n": 1})
    service.activity.wait(5)
    assert (service.attempts, service.sent) == ([{"n": 1}], [])


def test_an_event_is_tried_three_times_in_all(start: Start) -> None:
    service = start(2)
    service.invoker.submit(function(failure_queue="arn:q"), {"n": 1})
    service.activity.wait(5)
    assert (len(service.attempts), service.sent) == (3, [])


def test_an_event_that_always_fails_goes_to_the_dead_letter_queue(start: Start) -> None:
    service = start(9)
    service.invoker.submit(function(failure_queue="arn:q", retry_attempts=1), {"n": 1})
    service.activity.wait(5)
    assert len(service.attempts) == 2
    attributes = {"RequestID": "r-1", "ErrorCode": "200", "ErrorMessage": "no"}
    assert service.sent == [("arn:q", {"n": 1}, attributes)]


def test_a_destination_gets_the_event_and_the_error(start: Start) -> None:
    service = start(9)
    service.invoker.submit(function(destination="arn:d", retry_attempts=0), {"n": 1})
    service.activity.wait(5)
    ((queue, record, _),) = service.sent
    assert queue == "arn:d"
    assert record["requestPayload"] == {"n": 1}
    assert record["responsePayload"]["errorType"] == "E"
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 1


def test_a_wait_that_takes_too_long_says_what_is_in_flight() -> None:
    activity = Activity()
    token = activity.begin("an event for Work")
    with pytest.raises(StillBusyError, match="an event for Work"):
        activity.wait(0.01)
    activity.end(token)
    activity.end(token)
    activity.wait(0.01)
