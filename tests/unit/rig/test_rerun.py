"""Recorded steps are run with their recorded inputs, and what is different now is told."""

from pathlib import Path
from typing import Any

import pytest

from rig.execution_history import Execution, HistoryError, Outcome, Step
from rig.rerun import Fact, Rerun, RerunStep, function_of, report, rerun
from rig.runtimes import InvokeResult, error_document
from rig.stack import Function, Stack
from tests.unit.rig.histories import DEPLOYED
from tests.unit.rig.templates import machine_of

ONE, TWO = (Function(name, f"local-{name}", "app.handler", Path()) for name in ("One", "Two"))
DONE = Step("First", ONE.arn, {"n": 1}, 1, Outcome("done"))
THEN = Step("Second", TWO.arn, {"n": 2}, 1, Outcome(None))
FAILED = Step("First", ONE.arn, {"n": 1}, 3, Outcome(error="NotFoundError", message="It is gone."))
SUCCESS = Fact("success: kitchen", {"status": "success", "room": "kitchen"})


class Functions:
    """Answers as it is told, and remembers what it was asked."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[tuple[str, Any]] = []

    def __call__(self, name: str, event: Any) -> InvokeResult:
        self.asked.append((name, event))
        answer = self.answers[name]
        return answer if isinstance(answer, InvokeResult) else InvokeResult(answer)


def failure(kind: str, message: str = "It is gone.") -> InvokeResult:
    return InvokeResult(error_document(kind, message, "a request", ['  File "app.py", line 3\n']), error=True)


def again(*steps: Step, **answers: Any) -> tuple[tuple[RerunStep, ...], Functions]:
    functions = Functions(**answers)
    wanted = [ONE if step.function == ONE.arn else TWO for step in steps]
    return rerun(Execution({}, steps), wanted, functions), functions


def test_each_step_gets_the_input_that_was_recorded() -> None:
    steps, functions = again(DONE, THEN, One="done", Two=None)
    assert functions.asked == [("One", {"n": 1}), ("Two", {"n": 2})]
    assert [step.differences for step in steps] == [[], []]


def test_another_output_is_a_difference_and_the_rest_is_run_all_the_same() -> None:
    steps, functions = again(DONE, THEN, One="other", Two=None)
    assert [step.differences for step in steps] == [["'done' is now 'other'"], []]
    assert len(functions.asked) == 2


def test_the_same_failure_is_the_same_whatever_its_words() -> None:
    steps, _ = again(FAILED, THEN, One=failure("NotFoundError", "It went."), Two=None)
    assert [(step.took_the_same_way, step.differences) for step in steps] == [(True, []), (True, [])]


@pytest.mark.parametrize(
    ("recorded", "answer", "told"),
    [
        (DONE, failure("KeyError", "'n'\nand more"), "success is now KeyError ('n')"),
        (FAILED, "done", "NotFoundError (It is gone.) is now success"),
        (FAILED, failure("KeyError", "'n'"), "NotFoundError (It is gone.) is now KeyError ('n')"),
    ],
)
def test_after_a_step_that_takes_another_way_nothing_is_run(recorded: Step, answer: Any, told: str) -> None:
    steps, functions = again(recorded, THEN, One=answer)
    assert functions.asked == [("One", {"n": 1})]
    assert steps[0].differences == [told]
    assert steps[1].now is None


def test_a_report_of_the_same_is_a_table_and_a_sentence() -> None:
    steps, _ = again(DONE, THEN, One="done", Two=None)
    ended = Rerun(steps, {"task": SUCCESS}, {"task": SUCCESS})
    assert ended.same
    assert report(ended).splitlines() == [
        "step    recorded          now",
        "First   success           success           same",
        "Second  success           success           same",
        "task    success: kitchen  success: kitchen  same",
        "",
        "The same as recorded.",
    ]


def test_a_failure_that_is_the_same_shows_where_it_comes_from() -> None:
    steps, _ = again(FAILED, THEN, One=failure("NotFoundError", "It went."), Two=None)
    ended = Rerun(steps, {}, {})
    assert ended.same
    assert report(ended).splitlines() == [
        "step    recorded                    now",
        "First   NotFoundError (3 attempts)  NotFoundError  same",
        "Second  success                     success        same",
        "",
        "First: NotFoundError (It went.)",
        '  File "app.py", line 3',
        "",
        "The same as recorded.",
    ]


def test_a_failure_without_a_traceback_still_says_what_it_was() -> None:
    steps, _ = again(FAILED, One=InvokeResult({"errorType": "NotFoundError", "errorMessage": "It went."}, error=True))
    assert report(Rerun(steps, {}, {})).splitlines()[2:] == [
        "",
        "First: NotFoundError (It went.)",
        "",
        "The same as recorded.",
    ]


def test_a_report_tells_each_difference_and_where_the_code_failed() -> None:
    steps, _ = again(DONE, THEN, One=failure("KeyError", "'n'"))
    ended = Rerun(steps, {"task": SUCCESS}, None)
    assert not ended.same
    assert report(ended).splitlines() == [
        "step    recorded          now",
        "First   success           KeyError     different",
        "Second  success           not run",
        "task    success: kitchen  not reached",
        "",
        "First: success is now KeyError ('n')",
        '  File "app.py", line 3',
        "",
        "First took another way than recorded; what came after it was not run.",
    ]


def test_what_the_product_kept_counts_too() -> None:
    steps, _ = again(DONE, One="done")
    ended = Rerun(steps, {"task": SUCCESS}, {"task": Fact("success: hall", {"status": "success", "room": "hall"})})
    assert not ended.same
    assert report(ended).splitlines()[-3:] == [
        "task: room: 'kitchen' is now 'hall'",
        "",
        "Not the same as recorded.",
    ]


def test_what_is_known_of_now_alone_is_shown_and_not_compared() -> None:
    steps, _ = again(DONE, One="done")
    ended = Rerun(steps, {}, {"task": SUCCESS})
    assert ended.same
    assert "task   unknown   success: kitchen" in report(ended)


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    return machine_of(tmp_path, "One", ["One"])


@pytest.mark.parametrize("name", ["local-Two", "arn:aws:lambda:us-east-1:123456789012:function:local-Two:$LATEST"])
def test_a_function_of_this_template_is_known_by_its_name(stack: Stack, name: str) -> None:
    assert function_of(stack, Step("Elsewhere", name, None, 1, Outcome())).logical_id == "Two"


def test_a_deployed_function_is_the_one_that_the_state_calls_here(stack: Stack) -> None:
    assert function_of(stack, Step("Call", DEPLOYED, None, 1, Outcome())).logical_id == "One"


def test_a_step_of_another_system_is_told(stack: Stack) -> None:
    with pytest.raises(HistoryError, match="no function 'theirs' and no state 'Elsewhere'"):
        function_of(stack, Step("Elsewhere", "theirs", None, 1, Outcome()))
