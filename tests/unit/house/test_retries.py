"""Each state of each workflow is given up in time, tries again what passes, by name, and records what does not."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from roomlens.errors import UnavailableError
from tests.unit.house.project import ROOT, stack

MACHINES = sorted(path.name.removesuffix(".asl.yaml") for path in (ROOT / "statemachines").glob("*.asl.yaml"))
STOPPED = {"Lambda.Unknown", "Runtime.ExitError", "Sandbox.Timedout", "States.Timeout"}
LAMBDA_S_OWN = {
    "Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException", "UnavailableError",
}  # fmt: skip
LOOKING = {"AnalyzePhoto", "ProcessItems", "MeasureOverlap", "AnswerMessage"}
"""States whose functions may ask a hosted model."""
LAST = {"RecordFailure", "RecordUndelivered"}


def kinds(error: type[Exception]) -> Iterator[str]:
    yield error.__name__
    for kind in error.__subclasses__():
        yield from kinds(kind)


def definition(name: str) -> Any:
    (machine,) = (machine for machine in stack().state_machines.values() if machine.name == f"local-{name}")
    return json.loads(machine.definition)


def states(part: Any) -> Iterator[tuple[str, Any]]:
    """Those of maps too."""
    for name, state in part["States"].items():
        yield name, state
        if state["Type"] == "Map":
            yield from states(state["ItemProcessor"])


def retried(state: Any) -> set[str]:
    return {name for retry in state["Retry"] for name in retry["ErrorEquals"]}


def test_there_is_a_state_machine_for_each_file_and_no_other() -> None:
    assert {machine.name for machine in stack().state_machines.values()} == {f"local-{name}" for name in MACHINES}


@pytest.mark.parametrize("name", MACHINES)
def test_every_task_state_ends_in_time_and_tries_again_what_passes(name: str) -> None:
    assert definition(name)["TimeoutSeconds"]
    for label, state in states(definition(name)):
        if state["Type"] != "Task":
            continue
        assert state["TimeoutSeconds"] > function_of(state).timeout, label
        assert retried(state) >= STOPPED | LAMBDA_S_OWN, label
        assert all(retry["JitterStrategy"] == "FULL" and retry["BackoffRate"] > 1 for retry in state["Retry"]), label
        if label in LOOKING:
            assert set(kinds(UnavailableError)) <= retried(state), label


def function_of(state: Any) -> Any:
    return stack().function(state["Parameters"]["FunctionName"])


@pytest.mark.parametrize("name", MACHINES)
def test_whatever_else_happens_is_caught_and_recorded(name: str) -> None:
    whole = definition(name)
    for label, state in whole["States"].items():
        if state["Type"] in ("Task", "Map") and label not in LAST:
            (caught,) = state["Catch"]
            assert (caught["ErrorEquals"], caught["ResultPath"]) == (["States.ALL"], "$.error"), label
            assert caught["Next"] in LAST, label


@pytest.mark.parametrize("name", MACHINES)
def test_the_chunks_of_a_map_hand_on_nothing(name: str) -> None:
    """What a Map's iterations give has 256 KB at most, all together, and nobody can catch it when that is too much."""
    for state in definition(name)["States"].values():
        inner = state["ItemProcessor"]["States"].values() if state["Type"] == "Map" else ()
        last = [one for one in inner if one["Type"] == "Succeed" or one.get("End")]
        assert all("OutputPath" in one and one["OutputPath"] is None for one in last), name
