"""Each state of each workflow meets each error that its Retry names, before its work and after: the run ends as if
nothing had happened. On a calm day, and when events and steps come twice."""

import pytest

from tests.workflows.definitions import UNFORESEEN, State, before, definitions, states
from tests.workflows.doors import DOORS, World, door_of
from tests.workflows.ends import ended_cleanly, failed_in_plain_words
from tests.workflows.faults import Faults, When

pytestmark = pytest.mark.usefixtures("weather")

ROUNDS = [
    pytest.param(state, errors, when, id=f"{state}-{when}-{number}")
    for state in states()
    for number, errors in enumerate(state.rounds, 1)
    for when in ("before", "after")
]


def test_there_is_a_door_to_each_machine() -> None:
    assert {door.machine for door in DOORS} == set(definitions())


def test_each_state_that_calls_a_function_tries_again_when_it_was_stopped_in_the_middle() -> None:
    for state in states():
        named = {error for errors in state.rounds for error in errors}
        assert {"Lambda.Unknown", "Runtime.ExitError", "Sandbox.Timedout", "States.Timeout"} <= named, str(state)
        assert {"Lambda.TooManyRequestsException", "UnavailableError"} <= named, str(state)


@pytest.mark.parametrize(("state", "errors", "when"), ROUNDS)
def test_an_error_that_a_state_puts_up_with_leaves_no_trace_in_the_end(
    world: World, faults: Faults, state: State, errors: tuple[str, ...], when: When
) -> None:
    spoiled = before(state)
    if spoiled is not None:
        faults.fail(spoiled.name, UNFORESEEN, for_good=True)
    faults.fail(state.name, *errors, when=when)
    door = door_of(state.machine)
    task_id = door.begin(world)
    world.system.wait()
    faults.let_go()
    assert {error for where, error in faults.met if where == state.name} == set(errors)
    ended_cleanly(world)
    if spoiled is None:
        door.ended_well(world, task_id)
    elif state.machine == "deliver_callback":
        assert world.task(task_id)["callback"]["status"] == "failed"
    else:
        failed_in_plain_words(world, task_id)
