"""What is late: an execution whose time is over, and a function that comes back when nobody waits for it any more."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.fakes import FakeAnalyzer
from tests.workflows.bad_days import closed_by_the_reconciler
from tests.workflows.definitions import definitions
from tests.workflows.doors import DOORS, Door, World, door_called
from tests.workflows.ends import ended_cleanly, statuses
from tests.workflows.faults import Faults


@contextmanager
def a_second_for(world: World, machine: str) -> Iterator[None]:
    """Executions of a machine that begin inside have the shortest time that Step Functions knows."""
    client = world.system.client("stepfunctions")
    machines = client.list_state_machines()["stateMachines"]
    arn = next(one["stateMachineArn"] for one in machines if one["name"].endswith(f"-{machine}"))
    whole = definitions()[machine]
    client.update_state_machine(stateMachineArn=arn, definition=json.dumps(whole | {"TimeoutSeconds": 1}))
    try:
        yield
    finally:
        client.update_state_machine(stateMachineArn=arn, definition=json.dumps(whole))


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_an_execution_whose_time_is_over_leaves_a_task_that_is_closed_later(
    world: World, faults: Faults, weather: None, door: Door
) -> None:
    first = definitions()[door.machine]["StartAt"]
    faults.hold(first)
    with a_second_for(world, door.machine):
        task_id = door.begin(world)
        faults.wait_for(first, door.lanes(inner=False))
        world.system.wait()
    name = f"callback-{task_id}" if door.machine == "deliver_callback" else task_id
    if not door.of_its_own:
        assert statuses(world, name)[door.machine] == "TIMED_OUT"
    closed_by_the_reconciler(world, door, task_id, faults)


LOOKS = [
    ("upload", "AnalyzePhoto", "RecordSuccess"),
    ("presigned", "AnalyzePhoto", "RecordSuccess"),
    ("import", "ProcessItems", "RecordSuccess"),
    ("reanalysis", "ProcessItems", "RecordSuccess"),
    ("backfill", "ProcessItems", "MeasureOverlap"),
]


@pytest.mark.parametrize(("door", "looking", "after_that"), [(door_called(name), *states) for name, *states in LOOKS])
def test_a_look_that_comes_back_when_another_has_been_stored_changes_nothing(
    world: World, faults: Faults, weather: None, door: Door, looking: str, after_that: str
) -> None:
    stored = threading.Event()
    _first_look_waits_for(stored, looking, world, faults)
    faults.hurry(looking)
    faults.hold(after_that)
    task_id = door.begin(world)
    faults.wait_for(after_that)
    stored.set()
    faults.let_go()
    door.ended_well(world, task_id, again=2 * door.photos)
    ended_cleanly(world)


@pytest.mark.parametrize(("door", "looking", "after_that"), [(door_called(name), *states) for name, *states in LOOKS])
def test_a_look_that_comes_back_when_its_task_was_canceled_takes_nothing_back(
    world: World, faults: Faults, weather: None, door: Door, looking: str, after_that: str
) -> None:
    canceled, begun = threading.Event(), threading.Event()
    _first_look_waits_for(canceled, looking, world, faults, begun)
    task_id = door.begin(world)
    assert begun.wait(20)
    shown = world.post(f"/api/tasks/{task_id}/cancel", None, 200)
    canceled.set()
    faults.let_go()
    after = world.task(task_id)
    assert after_that not in faults.calls
    assert (after["status"], after["result"], after["items"]) == ("canceled", shown["result"], shown["items"])
    ended_cleanly(world)
    world.post(f"/api/tasks/{task_id}/retry", None, 202)
    world.system.wait()
    door.ended_well(world, task_id, again=2 * door.photos)
    ended_cleanly(world)


def _first_look_waits_for(
    event: threading.Event, looking: str, world: World, faults: Faults, begun: threading.Event | None = None
) -> None:
    """The look that begins first in a step comes to its end when something has happened."""
    look, first = FakeAnalyzer.analyze, threading.Lock()

    def analyze(self: FakeAnalyzer, *picture: Any) -> Any:
        if looking in faults.calls and first.acquire(blocking=False):
            if begun is not None:
                begun.set()
            assert event.wait(20)
        return look(self, *picture)

    world.patch.setattr(FakeAnalyzer, "analyze", analyze)
