"""What goes wrong is what was asked for: once for each event or step, in an order that can be had again."""

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.activity import Activity, StillBusyError
from rig.asynchronous import AsyncInvoker
from rig.chaos import FAILURES, Chaos, Kind, Step, ThrottledError, UnknownKindError, describe, parse_kinds
from rig.runtimes import InvokeResult
from rig.s3_events import ObjectChange, s3_event
from rig.stack import Function

WORK = Function(logical_id="Work", name="work", handler="a.b", code=Path(), timeout=7)
STEP = Step("run-1", "Prepare", 0)
DONE = InvokeResult("done", log="a line\n")


def event(key: str) -> dict[str, Any]:
    return s3_event(ObjectChange("s3:ObjectCreated:Put", "photos", key, size=1, etag="e"), "configuration")


def key_of(event: dict[str, Any]) -> str:
    return str(event["Records"][0]["s3"]["object"]["key"])


class Calls:
    """A function that answers, and counts how often it was run."""

    def __init__(self, *answers: InvokeResult) -> None:
        self.answers = list(answers)
        self.count = 0

    def __call__(self) -> InvokeResult:
        self.count += 1
        return self.answers.pop(0) if self.answers else DONE


# ------------------------------------------------------------------------------------------------------ the switch


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("", ()),
        ("late", (Kind.LATE,)),
        ("duplicate, reorder", (Kind.DUPLICATE, Kind.REORDER)),
        ("encoded-keys,crash_after_commit", (Kind.ENCODED_KEYS, Kind.CRASH_AFTER_COMMIT)),
        ("all", tuple(Kind)),
    ],
)
def test_kinds_are_read_as_a_person_writes_them(text: str, kinds: tuple[Kind, ...]) -> None:
    assert parse_kinds(text) == kinds


@pytest.mark.parametrize(
    "ask", [lambda: parse_kinds("late,flood"), lambda: Chaos("flood"), lambda: Chaos().switch("flood")]
)
def test_an_unknown_kind_lists_those_that_exist(ask: Callable[[], object]) -> None:
    with pytest.raises(UnknownKindError) as refused:
        ask()
    assert str(refused.value) == (
        "there is no chaos called 'flood'; there are duplicate, reorder, late, encoded_keys, throttle, timeout, "
        "crash_after_commit, and all"
    )


def test_a_refused_switch_changes_nothing() -> None:
    chaos = Chaos("late")
    with pytest.raises(UnknownKindError):
        chaos.switch("duplicate", "flood")
    assert chaos.kinds == {Kind.LATE}


def test_it_is_calm_until_it_is_switched_on(caplog: pytest.LogCaptureFixture) -> None:
    chaos, calls, sent = Chaos(), Calls(), event("a.jpg")
    assert chaos.copies(WORK, sent) == [sent]
    assert chaos.delay(WORK, sent) == 0
    assert not chaos.reorders
    assert chaos.run_event(calls, WORK, sent, 0) == chaos.run_step(calls, WORK, STEP) == DONE
    assert calls.count == 2
    assert caplog.records == []


def test_each_thing_it_does_is_one_line_of_the_log_that_pytest_shows(caplog: pytest.LogCaptureFixture) -> None:
    chaos = Chaos(*Kind)
    chaos.copies(WORK, event("a/b.jpg"))
    chaos.delay(WORK, event("a/b.jpg"))
    chaos.reordered([1, 2])
    chaos.run_step(Calls(), WORK, Step("run-1", "Prepare", 2))
    assert [record.getMessage() for record in caplog.records] == [
        "chaos encoded_keys: a/b.jpg is written a%2Fb.jpg",
        "chaos duplicate: an event for Work (a%2Fb.jpg) comes twice",
        "chaos late: an event for Work (a/b.jpg) comes 0.3 s late",
        "chaos reorder: 2 events come in the order 2, 1",
        "chaos duplicate: the step Prepare of run-1 runs twice",
        "chaos crash_after_commit: the step Prepare of run-1 is done, and its environment dies before it can say so",
    ]
    assert {record.levelno for record in caplog.records} == {logging.WARNING}


# --------------------------------------------------------------------------------------------- what becomes of an event


def test_a_duplicate_is_the_same_event_with_the_same_sequencer() -> None:
    sent = event("a.jpg")
    first, second = Chaos("duplicate").copies(WORK, sent)
    assert first == second == sent
    first["Records"].clear()
    assert len(second["Records"]) == 1  # a function that changes its event changes nobody else's


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("incoming/7/a b.jpg", "incoming%2F7%2Fa+b.jpg"),  # S3 documents + for a space
        ("1+1=2*.jpg", "1%2B1%3D2%2A.jpg"),
        ("küche/ü_~-.jpg", "k%C3%BCche%2F%C3%BC_~-.jpg"),
        ("a%2Fb", "a%252Fb"),
    ],
)
def test_every_sign_of_a_key_that_may_be_encoded_is(key: str, written: str) -> None:
    sent = event(key)
    (delivered,) = Chaos("encoded_keys").copies(WORK, sent)
    assert key_of(delivered) == written
    assert key_of(sent) == key_of(event(key))  # the event itself is nobody's to change


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_an_encoded_key_is_read_back_as_it_was(key: str) -> None:
    (delivered,) = Chaos("encoded_keys").copies(WORK, event(key))
    assert unquote_plus(key_of(delivered)) == key


OF_S3 = {"eventSource": "aws:s3"}
MISSHAPEN: list[Any] = [
    {"Records": None}, {"Records": 5}, {"Records": ["a.jpg"]}, {"Records": [OF_S3]}, {"Records": [OF_S3 | {"s3": {}}]},
    {"Records": [OF_S3 | {"s3": {"object": {}}}]}, {"Records": [OF_S3 | {"s3": {"object": {"key": 5}}}]},
]  # fmt: skip


@pytest.mark.parametrize("sent", [{"task": 1}, [], None, {"Records": [{"eventSource": "aws:sqs"}]}, *MISSHAPEN])
def test_an_event_that_is_not_of_s3_or_misshapen_has_no_keys(sent: Any) -> None:
    assert Chaos("encoded_keys").copies(WORK, sent) == [sent]
    assert describe(WORK, sent) == "an event for Work"


@given(st.integers(2, 30), st.integers())
def test_a_burst_comes_whole_in_another_order_that_its_seed_decides(size: int, seed: int) -> None:
    burst = list(range(size))
    chaos, same = Chaos("reorder", seed=seed), Chaos("reorder", seed=seed)
    orders = [chaos.reordered(burst) for _ in range(3)]
    assert all(sorted(order) == burst and order != burst for order in orders)
    assert [same.reordered(burst) for _ in range(3)] == orders
    chaos.switch("reorder")
    assert chaos.reordered(burst) == orders[0]


def test_a_burst_of_one_stays_as_it_is() -> None:
    assert Chaos("reorder").reordered(["only"]) == ["only"]
    assert Chaos("reorder").reordered([]) == []


# ----------------------------------------------------------------------------------------------- what becomes of a try


def test_a_throttled_try_is_refused_and_not_run() -> None:
    chaos, calls = Chaos("throttle"), Calls()
    with pytest.raises(ThrottledError):
        chaos.run_event(calls, WORK, {}, 0)
    assert calls.count == 0
    assert chaos.run_event(calls, WORK, {}, 1) == DONE


def test_a_try_that_times_out_has_not_run() -> None:
    chaos, calls = Chaos("timeout"), Calls()
    result = chaos.run_step(calls, WORK, STEP)
    assert (calls.count, result.error, result.payload["errorType"]) == (0, True, "Sandbox.Timedout")
    assert result.payload["errorMessage"].endswith("Task timed out after 7.00 seconds")
    assert chaos.run_step(calls, WORK, Step("run-1", "Prepare", 1)) == DONE


def test_a_crash_comes_after_all_the_work() -> None:
    chaos, calls = Chaos("crash_after_commit"), Calls()
    result = chaos.run_event(calls, WORK, {}, 0)
    assert (calls.count, result.error, result.payload["errorType"]) == (1, True, "Runtime.ExitError")
    assert result.log == "a line\n"
    assert chaos.run_event(calls, WORK, {}, 1) == DONE


def test_a_function_that_fails_by_itself_is_not_made_to_crash() -> None:
    own = InvokeResult({"errorType": "KeyError"}, error=True)
    assert Chaos("crash_after_commit").run_event(Calls(own), WORK, {}, 0) == own


def test_several_failures_take_turns_and_then_there_is_peace() -> None:
    chaos, seen = Chaos(*FAILURES), []
    for retries in range(4):
        try:
            result = chaos.run_step(Calls(), WORK, Step("run-1", "Prepare", retries))
            seen.append(result.payload["errorType"] if result.error else result.payload)
        except ThrottledError:
            seen.append("throttled")
    assert seen == ["throttled", "Sandbox.Timedout", "Runtime.ExitError", "done"]


def test_a_step_runs_twice_and_its_second_answer_counts() -> None:
    calls = Calls(InvokeResult("lost"), InvokeResult("told"))
    assert Chaos("duplicate").run_step(calls, WORK, STEP) == InvokeResult("told")
    assert calls.count == 2


# ------------------------------------------------------------------------------------------------- Lambda's own queue


class Queue:
    """An AsyncInvoker under chaos; notes which events ran, in which order, and what was buried."""

    def __init__(self, chaos: Chaos) -> None:
        self.ran: list[Any] = []
        self.buried: list[str] = []
        self.activity = Activity()
        self.invoker = AsyncInvoker(self._invoke, self._send, self.activity, (0.0,), chaos)

    def send(self, *events: Any, **fields: Any) -> None:
        function = Function(logical_id="Work", name="work", handler="a.b", code=Path(), **fields)
        for one in events:
            self.invoker.submit(function, one)
        self.activity.wait(10)

    def _invoke(self, _: Function, event: Any) -> InvokeResult:
        self.ran.append(event)
        return DONE

    def _send(self, queue_arn: str, body: str, attributes: Any) -> None:
        self.buried.append(body)


@pytest.fixture
def queue() -> Iterator[Callable[..., Queue]]:
    made: list[Queue] = []

    def queue(*kinds: str, **options: Any) -> Queue:
        made.append(Queue(Chaos(*kinds, **options)))
        return made[-1]

    yield queue
    for one in made:
        one.invoker.close()


def test_a_misshapen_event_is_its_functions_to_refuse(queue: Callable[..., Queue]) -> None:
    service = queue()
    service.send(*MISSHAPEN)
    assert all(sent in service.ran for sent in MISSHAPEN)


def test_each_event_is_delivered_twice(queue: Callable[..., Queue]) -> None:
    service = queue("duplicate")
    service.send(1, 2)
    assert sorted(service.ran) == [1, 1, 2, 2]


def test_both_copies_of_an_event_are_in_flight_before_the_first_one_has_ended(
    queue: Callable[..., Queue], monkeypatch: pytest.MonkeyPatch
) -> None:
    service, ended, told = queue("duplicate"), threading.Event(), []
    begin, end = service.activity.begin, service.activity.end

    def begin_late(what: str) -> int:
        if told:
            ended.wait(0.2)  # time enough for the first copy to end, if it had come
        told.append("begin")
        return begin(what)

    def end_and_tell(token: int) -> None:
        told.append("end")
        end(token)
        ended.set()

    monkeypatch.setattr(service.activity, "begin", begin_late)
    monkeypatch.setattr(service.activity, "end", end_and_tell)
    service.send(1)
    assert told == ["begin", "begin", "end", "end"]


def test_events_of_one_moment_run_one_by_one_in_the_order_of_the_seed(queue: Callable[..., Queue]) -> None:
    service = queue("reorder", seed=5)
    service.send(*range(6))
    assert service.ran == Chaos("reorder", seed=5).reordered(range(6))


def test_a_late_event_is_in_flight_until_it_has_come(queue: Callable[..., Queue]) -> None:
    service = queue("late", lateness=60.0)
    service.invoker.submit(WORK, 1)
    with pytest.raises(StillBusyError, match="an event for Work"):
        service.activity.wait(0.01)
    assert service.ran == []


def test_a_late_event_comes_in_the_end(queue: Callable[..., Queue]) -> None:
    service = queue("late", lateness=0.01)
    service.send(1)
    assert service.ran == [1]


def test_a_throttled_event_is_tried_again_however_few_retries_it_has(queue: Callable[..., Queue]) -> None:
    service = queue("throttle")
    service.send(1, retry_attempts=0, failure_queue="arn:q")
    assert (service.ran, service.buried) == ([1], [])


@pytest.mark.parametrize(("retries", "ran", "buried"), [(2, 2, []), (1, 1, ["1"]), (0, 0, ["1"])])
def test_a_failure_uses_up_a_retry_as_in_aws(
    queue: Callable[..., Queue], retries: int, ran: int, buried: list[str]
) -> None:
    service = queue("throttle", "timeout", "crash_after_commit")
    service.send(1, retry_attempts=retries, failure_queue="arn:q")
    assert (len(service.ran), service.buried) == (ran, buried)


def test_all_at_once_still_comes_to_an_end(queue: Callable[..., Queue]) -> None:
    service = queue(*Kind, lateness=0.01)
    service.send(event("a.jpg"), event("b.jpg"))
    assert sorted(key_of(one) for one in service.ran) == ["a.jpg"] * 4 + ["b.jpg"] * 4  # each copy: a crash, a success


def test_an_event_that_can_not_be_buried_is_told_of_and_loses_no_other(
    queue: Callable[..., Queue], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = queue("timeout", "reorder")
    monkeypatch.setattr(service.invoker, "_send_message", lambda *_: {}["no such queue"])
    service.send(1, 2, retry_attempts=0, failure_queue="arn:q")
    assert caplog.text.count("an event for Work is lost") == 2
    assert "no such queue" in caplog.text
