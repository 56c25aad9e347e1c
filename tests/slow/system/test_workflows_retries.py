"""Each state of a photo's, a message's and a callback's workflow meets each error that its Retry names, before its work
and after: the run ends as if nothing had happened. On a calm day, and when events and steps come twice."""

import pytest

from tests.workflows.bad_days import ends_as_if_nothing_had_happened
from tests.workflows.definitions import State, definitions, states
from tests.workflows.doors import DOORS, World
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
