"""How long the workflow that delivers a message goes on trying."""

import json
from typing import Any

from roomlens.callbacks.sending import ANSWER_SECONDS, CONNECT_SECONDS, MAX_ADDRESSES
from roomlens.errors import CallbackFailedError, CallbackRefusedError
from tests.unit.house.project import stack


def definition() -> Any:
    return json.loads(stack().state_machines["DeliverCallbackStateMachine"].definition)


def test_what_may_pass_is_tried_again_and_a_refusal_is_not() -> None:
    (sending, *others) = definition()["States"]["DeliverCallback"]["Retry"]
    assert sending["ErrorEquals"] == [CallbackFailedError.__name__]
    retried = {name for retry in others for name in retry["ErrorEquals"]}
    assert not {CallbackRefusedError.__name__, "States.ALL", "States.TaskFailed"} & retried


def test_the_last_try_comes_before_the_workflow_s_end() -> None:
    state = definition()["States"]["DeliverCallback"]
    tries = sum(retry["MaxAttempts"] for retry in state["Retry"]) + 1
    longest = sum(map(waiting, state["Retry"])) + tries * state["TimeoutSeconds"]
    assert longest + 600 < definition()["TimeoutSeconds"]  # and the failure has yet to be recorded


def waiting(retry: dict[str, Any]) -> float:
    """How many seconds a retrier waits at most, all its waits together."""
    waits = (retry["IntervalSeconds"] * retry["BackoffRate"] ** number for number in range(retry["MaxAttempts"]))
    return sum(min(wait, retry["MaxDelaySeconds"]) for wait in waits)


def test_a_slow_receiver_does_not_cost_the_function_its_life() -> None:
    longest = MAX_ADDRESSES * CONNECT_SECONDS + ANSWER_SECONDS
    assert longest + 10 <= stack().function("deliver_callback").timeout  # and the name server, and the database
