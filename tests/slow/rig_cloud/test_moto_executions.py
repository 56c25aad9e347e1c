"""What Step Functions does with long work, and the rig relies on: Maps, stops, time limits, names of executions.

Each of these holds a patch of `rig.moto_executions`, or moto itself.
"""

import json
import time
import uuid
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rig.cloud import Cloud

ANY = {"ErrorEquals": ["States.ALL"]}
CAUGHT = {**ANY, "ResultPath": "$.error", "Next": "Recorded"}
AGAIN = {**ANY, "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 1}


def task(function: str, **more: Any) -> dict[str, Any]:
    parameters = {"FunctionName": f"local-{function}", "Payload.$": "$"}
    return {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": parameters, **more}


def mapped(states: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A Map over `$.chunks` that begins with the state `Work`, and a step after it."""
    item = {"task_id.$": "$.task_id", "index.$": "$$.Map.Item.Index"}
    chunk = {f"{name}.$": f"$$.Map.Item.Value.{name}" for name in ("id", "sleep")}
    states = {**states, "Recorded": {"Type": "Pass", "End": True}}
    each: dict[str, Any] = {"Type": "Map", "ItemsPath": "$.chunks", "MaxConcurrency": 2, "ItemSelector": item | chunk}
    each["ItemProcessor"] = {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "Work", "States": states}
    after = {"After": task("StepOneFunction", End=True), "Recorded": {"Type": "Pass", "End": True}}
    return {"StartAt": "Each", "States": {"Each": each | {"ResultPath": "$.results", "Next": "After"} | more} | after}


def chunks(*sleeps: Any) -> dict[str, Any]:
    return {"task_id": "t", "chunks": [{"id": str(uuid.uuid4()), "sleep": sleep} for sleep in sleeps]}


@pytest.fixture
def start(cloud: Cloud) -> Iterator[Callable[..., str]]:
    """Starts an execution of a definition; gives its ARN."""
    machine, made = cloud.client("stepfunctions"), []

    def start(definition: dict[str, Any], event: Any, **options: Any) -> str:
        role = "arn:aws:iam::123456789012:role/long"
        text = json.dumps(definition)
        name = f"long-{zlib.crc32(text.encode())}"  # of one definition, one machine
        made.append(machine.create_state_machine(name=name, definition=text, roleArn=role)["stateMachineArn"])
        began = machine.start_execution(stateMachineArn=made[-1], input=json.dumps(event), **options)
        return str(began["executionArn"])

    yield start
    cloud.wait(20)
    for arn in set(made):
        machine.delete_state_machine(stateMachineArn=arn)


@pytest.fixture
def describe(cloud: Cloud) -> Callable[[str], Any]:
    return lambda arn: cloud.client("stepfunctions").describe_execution(executionArn=arn)


@pytest.fixture
def ended(cloud: Cloud, start: Callable[..., str], describe: Callable[[str], Any]) -> Callable[..., Any]:
    """Runs a definition to its end."""

    def ended(definition: dict[str, Any], event: Any) -> Any:
        arn = start(definition, event)
        cloud.wait(20)
        return describe(arn)

    return ended


@pytest.fixture
def history(cloud: Cloud) -> Callable[[str], list[str]]:
    """The types of an execution's events."""

    def history(arn: str) -> list[str]:
        return [e["type"] for e in cloud.client("stepfunctions").get_execution_history(executionArn=arn)["events"]]

    return history


@pytest.fixture
def reached(history: Callable[[str], list[str]]) -> Callable[[str, str], None]:
    """Waits until an execution's history has an event."""

    def reached(arn: str, kind: str) -> None:
        end = time.monotonic() + 10
        while kind not in history(arn):
            assert time.monotonic() < end, f"no {kind}"
            time.sleep(0.01)

    return reached


def test_each_iteration_gets_its_item_and_what_is_common_to_all(ended: Callable[..., Any]) -> None:
    work = {"Work": {"Type": "Pass", "End": True}}
    done = ended(mapped(work, OutputPath="$.results", Next="Recorded"), chunks(0, 7))
    found = [(found["task_id"], found["index"], found["sleep"]) for found in json.loads(done["output"])]
    assert found == [("t", 0, 0), ("t", 1, 7)]
    assert json.loads(ended(mapped(work, Next="Recorded"), chunks())["output"])["results"] == []


def test_an_iteration_may_go_round_until_its_choice_is_content(ended: Callable[..., Any]) -> None:
    turn = task("StepOneFunction", ResultSelector={"turns.$": "$.Payload.attempts"}, ResultPath="$.seen", Next="Look")
    content = {"Variable": "$.seen.turns", "NumericGreaterThanEquals": 3, "Next": "Recorded"}
    look = {"Type": "Choice", "Choices": [content], "Default": "Work"}
    done = ended(mapped({"Work": turn, "Look": look}, OutputPath="$.results", Next="Recorded"), chunks(0, 0, 0))
    assert [(found["index"], found["seen"]["turns"]) for found in json.loads(done["output"])] == [
        (0, 3),
        (1, 3),
        (2, 3),
    ]


def test_what_an_iteration_catches_the_others_never_notice(ended: Callable[..., Any]) -> None:
    work = task("StepTwoFunction", ResultPath=None, Catch=[CAUGHT], End=True)
    done = ended(mapped({"Work": work}, OutputPath="$.results", Next="Recorded"), chunks("nonsense", 0, 0))
    assert [found.get("error", {}).get("Error") for found in json.loads(done["output"])] == ["TypeError", None, None]


def test_what_no_iteration_catches_the_map_may(ended: Callable[..., Any]) -> None:
    work = {"Work": task("StepTwoFunction", End=True)}
    assert (
        json.loads(ended(mapped(work, Catch=[CAUGHT]), chunks("nonsense", 0))["output"])["error"]["Error"]
        == "TypeError"
    )


def test_what_nobody_catches_fails_the_execution(ended: Callable[..., Any]) -> None:
    done = ended(mapped({"Work": task("StepTwoFunction", End=True)}), chunks("nonsense", 0))
    assert (done["status"], done["error"]) == ("FAILED", "TypeError")


@pytest.mark.parametrize("sleep", [0.5, "nonsense"], ids=["in a step", "before a retry"])
@pytest.mark.parametrize("catch", [[], [CAUGHT]], ids=["uncaught", "caught"])
def test_an_execution_that_is_stopped_is_over_at_once_and_starts_nothing_more(
    cloud: Cloud, start: Any, reached: Any, describe: Any, history: Any, sleep: Any, catch: list[Any]
) -> None:
    work = task("StepTwoFunction", Retry=[AGAIN], Catch=[CAUGHT], ResultPath=None, Next="Recorded")
    arn = start(mapped({"Work": work}, **({"Catch": catch} if catch else {})), chunks(sleep, sleep, sleep, sleep))
    reached(arn, "TaskStarted" if sleep == 0.5 else "TaskFailed")
    cloud.client("stepfunctions").stop_execution(executionArn=arn, error="Canceled", cause="a person said so")
    done = describe(arn)
    assert (done["status"], done["error"], done["cause"]) == ("ABORTED", "Canceled", "a person said so")
    cloud.wait(10)
    kinds = history(arn)
    assert kinds[-1] == "ExecutionAborted"
    assert kinds.count("TaskScheduled") <= 2


def test_an_execution_is_stopped_as_soon_as_it_is_started(cloud: Cloud, start: Any, describe: Any) -> None:
    arn = start({"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 9, "End": True}}}, {})
    cloud.client("stepfunctions").stop_execution(executionArn=arn)
    cloud.wait(5)
    assert describe(arn)["status"] == "ABORTED"


def test_a_stop_leaves_alone_what_has_ended(cloud: Cloud, ended: Any, describe: Any) -> None:
    done = ended(mapped({"Work": {"Type": "Pass", "End": True}}), chunks(0))
    machine = cloud.client("stepfunctions")
    machine.stop_execution(executionArn=done["executionArn"], error="Canceled")
    assert describe(done["executionArn"])["status"] == "SUCCEEDED"
    with pytest.raises(machine.exceptions.ExecutionDoesNotExist):
        machine.stop_execution(executionArn=f"{done['executionArn']}x")


@pytest.mark.parametrize("sleep", [1.5, "nonsense"], ids=["in a step", "before a retry"])
def test_when_its_time_is_over_no_catch_is_asked(
    cloud: Cloud, start: Any, describe: Any, history: Any, sleep: Any
) -> None:
    work = task("StepTwoFunction", Retry=[AGAIN], Catch=[CAUGHT], Next="Recorded")
    arn = start(mapped({"Work": work}, Catch=[CAUGHT]) | {"TimeoutSeconds": 1}, chunks(sleep, sleep, sleep))
    cloud.wait(10)
    done = describe(arn)
    assert (done["status"], done.get("error"), history(arn)[-1]) == ("TIMED_OUT", None, "ExecutionTimedOut")


def test_one_name_is_one_execution(cloud: Cloud, start: Any) -> None:
    slow = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 1, "End": True}}}
    first = start(slow, {"a": 1}, name="mine")
    assert start(slow, {"a": 1}, name="mine") == first
    exists = cloud.client("stepfunctions").exceptions.ExecutionAlreadyExists
    with pytest.raises(exists):
        start(slow, {"a": 2}, name="mine")
    cloud.wait(5)
    with pytest.raises(exists):
        start(slow, {"a": 1}, name="mine")


@pytest.mark.parametrize(("name", "code"), [("two words", "InvalidName"), ("x" * 81, "ValidationException")])
def test_names_are_short_and_have_no_blanks(start: Any, name: str, code: str) -> None:
    with pytest.raises(ClientError, match=code):
        start({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}, {}, name=name)
