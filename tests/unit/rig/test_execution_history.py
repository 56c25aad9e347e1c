"""What an execution did is read from AWS's own document."""

from typing import Any

import pytest

from rig.execution_history import NO_ANSWER, HistoryError, Outcome, Step, read_execution
from tests.unit.rig.histories import DEPLOYED, History


def steps(history: History) -> tuple[Step, ...]:
    return read_execution(history.document).steps


def test_a_step_is_a_function_with_its_input_and_its_answer() -> None:
    history = History({"task_id": "tsk_1"})
    history.succeed(history.call(history.enter("PreparePhoto"), {"task_id": "tsk_1"}), {"width": 4})
    execution = read_execution(history.document)
    assert execution.input == {"task_id": "tsk_1"}
    assert execution.steps == (Step("PreparePhoto", DEPLOYED, {"task_id": "tsk_1"}, 1, Outcome({"width": 4})),)


def test_retries_are_one_step_that_ends_as_the_last_of_them() -> None:
    history = History()
    failed = history.fail(history.call(history.enter("One")), "UnavailableError")
    history.succeed(history.call(failed), "done")
    (step,) = steps(history)
    assert (step.attempts, step.outcome) == (2, Outcome("done"))


def test_a_failure_has_the_name_that_the_state_machine_caught_and_the_functions_message() -> None:
    history = History()
    history.fail(history.call(history.enter("One")), "NotFoundError", "The photo is gone.")
    (step,) = steps(history)
    assert step.outcome == Outcome(error="NotFoundError", message="The photo is gone.")
    assert not step.outcome.of_the_platform


def test_a_state_that_timed_out_failed_by_the_platform() -> None:
    history = History()
    history.add("TaskTimedOut", history.call(history.enter("One")), error="States.Timeout", cause="")
    (step,) = steps(history)
    assert (step.outcome.error, step.outcome.of_the_platform) == ("States.Timeout", True)


def test_what_aws_says_itself_is_a_message_as_it_is() -> None:
    history = History()
    started = history.call(history.enter("One"))
    history.add("TaskFailed", started, error="Lambda.TooManyRequestsException", cause="Rate Exceeded.")
    assert steps(history)[0].outcome.message == "Rate Exceeded."


def test_a_function_whose_arn_is_the_states_resource_is_a_step_too() -> None:
    history = History()
    scheduled = history.add("LambdaFunctionScheduled", history.enter("One"), resource=DEPLOYED, input='{"a": 1}')
    started = history.add("LambdaFunctionStarted", scheduled)
    history.add("LambdaFunctionSucceeded", started, output='{"b": 2}')
    assert steps(history) == (Step("One", DEPLOYED, {"a": 1}, 1, Outcome({"b": 2})),)


def test_a_direct_call_that_times_out_has_the_name_that_states_know() -> None:
    history = History()
    scheduled = history.add("LambdaFunctionScheduled", history.enter("One"), resource=DEPLOYED, input="{}")
    history.add("LambdaFunctionTimedOut", scheduled)
    assert steps(history)[0].outcome.error == "States.Timeout"


def test_branches_that_run_at_once_keep_their_answers_apart() -> None:
    history = History()
    parallel = history.add("ParallelStateEntered", 1, name="Both", input="{}")
    left, right = history.enter("Left", parallel), history.enter("Right", parallel)
    left_call, right_call = history.call(left, 1), history.call(right, 2)
    history.succeed(right_call, "right")
    history.succeed(left_call, "left")
    assert [(step.state, step.input, step.outcome.output) for step in steps(history)] == [
        ("Left", 1, "left"),
        ("Right", 2, "right"),
    ]


def test_a_state_that_is_passed_twice_is_two_steps() -> None:
    history = History()
    for number in (1, 2):
        history.succeed(history.call(history.enter("Poll", len(history.events)), number))
    assert [step.input for step in steps(history)] == [1, 2]


def test_calls_of_other_services_are_no_steps() -> None:
    history = History()
    sent = history.add("TaskScheduled", history.enter("Tell"), resourceType="sns", resource="publish", parameters="{}")
    history.add("TaskSucceeded", sent, resourceType="sns", output="{}")
    assert steps(history) == ()


def test_a_step_that_the_executions_end_cut_off_has_no_answer() -> None:
    history = History()
    history.add("ExecutionAborted", history.call(history.enter("One")))
    assert steps(history)[0].outcome.error == NO_ANSWER


def test_events_are_read_in_the_order_of_their_ids() -> None:
    history = History()
    history.succeed(history.call(history.enter("One")), "done")
    newest_first = {"events": history.events[::-1]}  # as --reverse-order gives them
    assert read_execution(newest_first) == read_execution(history.document)


def without_data() -> dict[str, Any]:
    history = History()
    history.call(history.enter("One"))
    del history.events[2]["taskScheduledEventDetails"]["parameters"]
    return history.document


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ([], "no execution's history"),
        ({"executions": []}, "no execution's history"),
        ({"events": []}, "save all its pages"),
        ({"events": [{"id": 1, "type": "ExecutionStarted"}]}, "with inputs and outputs"),
        (without_data(), "with inputs and outputs"),
    ],
)
def test_what_is_no_whole_history_is_refused(document: Any, reason: str) -> None:
    with pytest.raises(HistoryError, match=reason):
        read_execution(document)
