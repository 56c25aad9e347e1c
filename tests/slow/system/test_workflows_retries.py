"""Each state of a photo's, a message's and a callback's workflow meets each error that its Retry names, before its work
and after: the run ends as if nothing had happened. On a calm day, and when events and steps come twice."""

from typing import Any

import pytest

from roomlens.tasks import steps
from tests.workflows.bad_days import ends_as_if_nothing_had_happened
from tests.workflows.definitions import State, definitions, states
from tests.workflows.doors import DOORS, Door, World
from tests.workflows.ends import ended_cleanly
from tests.workflows.faults import TIMEOUT, Faults, When
from tests.workflows.matrix import rounds

STOPPED = {"Lambda.Unknown", "Runtime.ExitError", "Sandbox.Timedout", TIMEOUT}
REFUSED = {"Lambda.ServiceException", "Lambda.SdkClientException", "Lambda.TooManyRequestsException"}


def test_there_is_a_door_to_each_machine() -> None:
    assert {door.machine for door in DOORS} == set(definitions())


@pytest.mark.parametrize("state", states(), ids=str)
def test_each_state_puts_up_with_what_a_function_can_be_refused_for_and_stopped_by(state: State) -> None:
    named = {error for errors in state.rounds for error in errors}
    assert named >= STOPPED | REFUSED | {"UnavailableError"}
    assert state.body["TimeoutSeconds"]
    assert all(one["JitterStrategy"] == "FULL" and one["BackoffRate"] > 1 for one in state.body["Retry"])


@pytest.mark.parametrize(("weather", "state", "errors", "when"), rounds(batches=False), indirect=["weather"])
def test_an_error_that_a_state_puts_up_with_leaves_no_trace_in_the_end(
    world: World, faults: Faults, weather: None, state: State, errors: tuple[str, ...], when: When
) -> None:
    ends_as_if_nothing_had_happened(world, faults, state, errors, when)


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_who_is_killed_after_the_commit_and_before_its_end_is_recorded_has_done_its_step(
    world: World, weather: None, door: Door
) -> None:
    end, killed = steps._end, set()

    def killed_at_first(task_id: str, name: str, *how: Any) -> None:
        if (task_id, name) not in killed:
            killed.add((task_id, name))
            raise SystemExit(137)
        end(task_id, name, *how)

    world.patch.setattr(steps, "_end", killed_at_first)
    task_id = door.begin(world)
    world.system.wait()
    assert killed
    door.ended_well(world, task_id)
    ended_cleanly(world)
