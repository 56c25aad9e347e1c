"""Which state meets what, in which weather: each state and each error has its turn before the work on a calm day, and
after it when everything comes twice and in another order. The other two of the four take as long and show the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.workflows.definitions import UNFORESEEN, State, before, has_map, states
from tests.workflows.doors import doors_of
from tests.workflows.faults import When

WEATHERS: Final[tuple[tuple[str, When], ...]] = (("calm", "before"), ("twice", "after"))


def rounds(*, batches: bool) -> list[Any]:
    """(weather, state, errors, when): as many of the errors that a state's Retry names as it puts up with."""
    return [
        pytest.param(weather, state, errors, when, id=f"{state}-{when}-{number}-{weather}")
        for state in _of(batches=batches)
        for number, errors in enumerate(state.rounds, 1)
        for weather, when in WEATHERS
    ]


def givings_up(*, batches: bool) -> list[Any]:
    """(weather, door, state, error, when): an error that nobody foresaw, and one that a Retry names and that never
    stops, at each state with a Catch."""
    return [
        pytest.param(weather, door, state, error, when, id=f"{door}-{state.name}-{error}-{when}-{weather}")
        for state in _of(batches=batches)
        if state.gives_way_to
        for door in doors_of(state.machine)
        for error, weather, when in (
            (UNFORESEEN, "calm", "before"),
            (UNFORESEEN, "twice", "after"),
            (state.last_retried, "calm", "before"),
        )
    ]


def holds(*, batches: bool) -> list[Any]:
    """(weather, door, state, when): a state of a good day is held before its work, or after it as long as the task is
    not over by then."""
    return [
        pytest.param(weather, door, state, when, id=f"{door}-{state.name}-{when}-{weather}")
        for state in _of(batches=batches)
        if before(state) is None and state.machine != "deliver_callback"
        for door in doors_of(state.machine)
        for weather, when in WEATHERS
        if when == "before" or not state.records
    ]


def uncaught() -> list[State]:
    """States whose own failure nobody catches: those that record one."""
    return [state for state in states() if state.gives_way_to is None]


def _of(*, batches: bool) -> Iterator[State]:
    return (state for state in states() if has_map(state.machine) is batches)
