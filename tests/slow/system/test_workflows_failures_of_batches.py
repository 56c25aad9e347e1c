"""As test_workflows_failures.py, of the workflows with a Map; and what becomes of a task when its failure itself can't
be recorded."""

import pytest

from tests.workflows.bad_days import is_closed_by_the_reconciler, is_given_up_and_goes_well_once_it_is_mended
from tests.workflows.definitions import State
from tests.workflows.doors import Door, World
from tests.workflows.faults import Faults, When
from tests.workflows.matrix import givings_up, uncaught


@pytest.mark.parametrize(("weather", "door", "state", "error", "when"), givings_up(batches=True), indirect=["weather"])
def test_what_fails_for_good_says_why_and_goes_well_once_it_is_mended(
    world: World, faults: Faults, weather: None, door: Door, state: State, error: str, when: When
) -> None:
    is_given_up_and_goes_well_once_it_is_mended(world, faults, door, state, error, when)


@pytest.mark.parametrize("state", uncaught(), ids=str)
def test_a_failure_that_can_not_be_recorded_is_recorded_later(
    world: World, faults: Faults, weather: None, state: State
) -> None:
    is_closed_by_the_reconciler(world, faults, state)
