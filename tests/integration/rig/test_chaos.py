"""Each kind of chaos as functions, queues and state machines see it."""

import json
from typing import Any

import pytest

from rig.chaos import Chaos, Kind
from rig.cloud import Cloud
from rig.pytest_plugin import messages


def runs_of(state_id: str) -> int:
    """How often the first step ran for this execution."""
    from step_one import app

    return app.attempts.get(state_id, 0)


def test_a_photo_event_comes_twice_and_is_the_same_event(chaos: Chaos, put: Any, seen: Any) -> None:
    chaos.switch("duplicate")
    put("incoming/1/a.jpg")
    first, second = seen()
    assert first["event"] == second["event"]


def test_events_of_one_moment_come_one_by_one_in_the_order_of_the_seed(
    cloud: Cloud, chaos: Chaos, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.invoke("hello", {})
    import hello.app

    came: list[Any] = []
    monkeypatch.setattr(hello.app, "handler", lambda event, _: came.append(event["number"]))
    chaos.switch("reorder")
    for number in range(5):
        cloud.invoke_async("hello", {"number": number})
    cloud.wait(10)
    assert came == Chaos("reorder", seed=chaos.seed).reordered(range(5))


def test_an_event_that_is_late_is_waited_for(chaos: Chaos, put: Any, seen: Any) -> None:
    chaos.switch("late")
    put("incoming/1/a.jpg")
    assert len(seen()) == 1


def test_a_key_comes_with_its_slashes_encoded(chaos: Chaos, put: Any, seen: Any) -> None:
    chaos.switch("encoded_keys")
    put("incoming/1/a b+ü.jpg")
    (one,) = seen()
    assert one["event"]["Records"][0]["s3"]["object"]["key"] == "incoming%2F1%2Fa+b%2B%C3%BC.jpg"


@pytest.mark.parametrize(("kind", "runs"), [("throttle", 1), ("timeout", 1), ("crash_after_commit", 2)])
def test_an_event_that_fails_once_is_tried_again_and_not_buried(
    cloud: Cloud, chaos: Chaos, put: Any, seen: Any, kind: str, runs: int
) -> None:
    chaos.switch(kind)
    put("incoming/1/a.jpg")
    assert len(seen()) == runs
    assert messages(cloud, "DeadLetters") == []


def test_an_event_that_fails_more_often_than_it_is_retried_is_buried(cloud: Cloud, chaos: Chaos, put: Any) -> None:
    chaos.switch("timeout", "crash_after_commit")  # MaximumRetryAttempts: 1
    put("incoming/1/a.jpg")
    cloud.wait(10)
    (letter,) = messages(cloud, "DeadLetters")
    assert letter["MessageAttributes"]["ErrorMessage"]["StringValue"].endswith("exit status 1")


def test_both_steps_of_a_workflow_run_twice(chaos: Chaos, execute: Any) -> None:
    chaos.switch("duplicate")
    done = execute({"id": "twice"})
    assert (done["status"], json.loads(done["output"])["one"]["value"]) == ("SUCCEEDED", {"attempts": 2})


@pytest.mark.parametrize(
    ("kind", "error", "runs"),
    [
        ("throttle", "Lambda.TooManyRequestsException", 0),
        ("timeout", "Sandbox.Timedout", 0),
        ("crash_after_commit", "Runtime.ExitError", 1),
    ],
)
def test_a_state_machine_that_does_not_retry_fails_with_the_name_that_aws_gives(
    chaos: Chaos, execute: Any, kind: str, error: str, runs: int
) -> None:
    chaos.switch(kind)
    done = execute({"id": kind})
    assert (done["status"], done["error"], runs_of(kind)) == ("FAILED", error, runs)


def test_a_step_that_fails_as_its_twin_does_is_retried(chaos: Chaos, execute: Any) -> None:
    chaos.switch("duplicate")
    done = execute({"id": "stubborn", "fail": 2})
    assert (done["status"], runs_of("stubborn")) == ("SUCCEEDED", 4)


def test_requests_and_direct_invocations_are_left_alone(cloud: Cloud, chaos: Chaos, api: Any) -> None:
    chaos.switch(*Kind)
    assert api.get("/hello/bob").status_code == 200
    assert not cloud.invoke("hello", {}).error
    answer = cloud.client("lambda").invoke(FunctionName="local-HelloFunction", Payload=b"{}")
    assert "FunctionError" not in answer


def test_it_is_calm_again_when_it_is_switched_off(chaos: Chaos, put: Any, seen: Any) -> None:
    chaos.switch("duplicate")
    chaos.switch()
    put("incoming/1/a.jpg")
    assert len(seen()) == 1


def test_a_handlers_traceback_is_shown_in_chaos_too(
    chaos: Chaos, execute: Any, caplog: pytest.LogCaptureFixture
) -> None:
    chaos.switch("duplicate")
    execute({"hopeless": True}, name="mine")
    assert caplog.text.count('raise HopelessError("nothing to be done")') == 2
    assert "chaos duplicate: the step One of mine runs twice" in caplog.text
