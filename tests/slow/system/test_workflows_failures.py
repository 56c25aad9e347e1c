"""Each state of a photo's, a message's and a callback's workflow fails for good: the task says why, and nothing is left
in between. Then what was wrong is mended, and a retry does what is left to do and no more."""

import pytest

from tests.workflows.bad_days import is_given_up_and_goes_well_once_it_is_mended
from tests.workflows.definitions import State
from tests.workflows.doors import Door, World
from tests.workflows.faults import Faults, When
from tests.workflows.matrix import givings_up


@pytest.mark.parametrize(("weather", "door", "state", "error", "when"), givings_up(batches=False), indirect=["weather"])
def test_what_fails_for_good_says_why_and_goes_well_once_it_is_mended(
    world: World, faults: Faults, weather: None, door: Door, state: State, error: str, when: When
) -> None:
    is_given_up_and_goes_well_once_it_is_mended(world, faults, door, state, error, when)
