"""Each task is canceled in the middle of each of its states: nothing runs on, what was done is kept and said; then a
retry brings it to its good end, without doing again what was done."""

import pytest

from tests.workflows.bad_days import can_be_canceled_and_tried_again
from tests.workflows.definitions import State
from tests.workflows.doors import Door, World
from tests.workflows.faults import Faults, When
from tests.workflows.matrix import holds


@pytest.mark.parametrize(
    ("weather", "door", "state", "when"), holds(batches=False) + holds(batches=True), indirect=["weather"]
)
def test_a_task_is_canceled_in_the_middle_of_a_state_and_tried_again(
    world: World, faults: Faults, weather: None, door: Door, state: State, when: When
) -> None:
    can_be_canceled_and_tried_again(world, faults, door, state, when)
