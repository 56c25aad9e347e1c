"""As test_workflows_retries.py, of the workflows with a Map: each of its states and of its iterators'."""

import pytest

from tests.workflows.bad_days import ends_as_if_nothing_had_happened
from tests.workflows.definitions import State
from tests.workflows.doors import World
from tests.workflows.faults import Faults, When
from tests.workflows.matrix import rounds


@pytest.mark.parametrize(("weather", "state", "errors", "when"), rounds(batches=True), indirect=["weather"])
def test_an_error_that_a_state_puts_up_with_leaves_no_trace_in_the_end(
    world: World, faults: Faults, weather: None, state: State, errors: tuple[str, ...], when: When
) -> None:
    ends_as_if_nothing_had_happened(world, faults, state, errors, when)
