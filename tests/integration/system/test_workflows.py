"""Each workflow on a good day, in a real interpreter, from the real definition. Their bad days are in
slow/system/test_workflows_*.py."""

import pytest

from tests.workflows.doors import DOORS, Door, World
from tests.workflows.ends import ended_cleanly


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_what_was_asked_for_is_there_in_the_end_and_nothing_is_left_in_between(world: World, door: Door) -> None:
    task_id = door.begin(world)
    world.system.wait()
    door.ended_well(world, task_id)
    ended_cleanly(world)
