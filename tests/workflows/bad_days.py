"""What must be true of any state of any machine, whatever befalls it."""

from __future__ import annotations

from sqlalchemy import select

from roomlens.models import Analysis, Image, Task
from tests.workflows.definitions import UNFORESEEN, State, before
from tests.workflows.doors import Door, World, doors_of
from tests.workflows.ends import agree, ended_cleanly, execution_of, failed_in_plain_words, reconciled, statuses
from tests.workflows.faults import TIMEOUT, Faults, When


def ends_as_if_nothing_had_happened(
    world: World, faults: Faults, state: State, errors: tuple[str, ...], when: When
) -> None:
    """The first attempts at a state fail with these errors; where its turn comes on bad days only, it is one."""
    door = doors_of(state.machine)[0]
    _lead_to(state, faults)
    faults.fail(state.name, *errors, when=when)
    task_id = door.begin(world)
    world.system.wait()
    faults.let_go()
    assert {error for where, error in faults.met if where == state.name} == set(errors)
    ended_cleanly(world)
    if before(state) is None:
        # a state that is late is tried again while its function is still at work
        door.ended_well(world, task_id, again=door.photos if TIMEOUT in errors and when == "after" else 0)
    elif state.machine == "deliver_callback":
        assert world.task(task_id)["callback"]["status"] == "failed"
    else:
        failed_in_plain_words(world, task_id)


def _lead_to(state: State, faults: Faults) -> None:
    leading = before(state)
    if leading is not None:
        faults.fail(leading.name, UNFORESEEN, for_good=True)


def is_given_up_and_goes_well_once_it_is_mended(
    world: World, faults: Faults, door: Door, state: State, error: str, when: When
) -> None:
    """A state fails for good: what is given up for it says why, and a retry does what is left to do."""
    faults.fail(state.name, error, when=when, for_good=True)
    task_id = door.begin(world)
    world.system.wait()
    faults.let_go()
    assert (state.name, error) in faults.met
    if when == "after" and (state.inner or state.name == "RecordSuccess"):
        done_all_the_same(world, door, state, task_id)
        return
    ended_cleanly(world)
    if state.machine == "deliver_callback":
        _message_is_given_up(world, task_id, error, when)
        return
    failed_in_plain_words(world, task_id)
    faults.mend()
    world.post(f"/api/tasks/{task_id}/retry", None, 202)
    world.system.wait()
    door.ended_well(world, task_id)
    ended_cleanly(world)


def done_all_the_same(world: World, door: Door, state: State, task_id: str) -> None:
    """A step that did all its work, and died each time before it could say so, has done it: the task is not failed for
    that. When it is the last one, its execution is, for nobody told it."""
    door.ended_well(world, task_id)
    if state.inner:
        ended_cleanly(world)


def _message_is_given_up(world: World, task_id: str, error: str, when: When) -> None:
    """Unless somebody who was late has sent it after all."""
    sent = when == "after" or error == TIMEOUT
    assert world.task(task_id)["callback"]["status"] == ("delivered" if sent else "failed")
    assert statuses(world, f"callback-{task_id}") == {"deliver_callback": "FAILED"}
    assert bool(world.receiver.received) is sent


def can_be_canceled_and_tried_again(world: World, faults: Faults, door: Door, state: State, when: When) -> None:
    """A task is canceled while a state is at work: nothing runs on, and a retry does what is left to do."""
    faults.hold(state.name, when)
    task_id = door.begin(world)
    faults.wait_for(state.name, door.lanes(inner=state.inner))
    agree(world)
    answer = world.post(f"/api/tasks/{task_id}/cancel", None, 200)
    assert (answer["status"], answer["result"]["status"]) == ("canceled", "canceled")
    tries = list(faults.calls)
    faults.let_go()
    assert faults.calls == tries, "a state was begun after the task was canceled"
    ended_cleanly(world)
    canceled = world.task(task_id)
    assert (canceled["status"], canceled["problem"]) == ("canceled", None)
    _says_what_was_kept(world, door, canceled)
    assert world.post(f"/api/tasks/{task_id}/cancel", None, 200)["status"] == "canceled"
    world.post(f"/api/tasks/{task_id}/retry", None, 202)
    world.system.wait()
    door.ended_well(world, task_id)
    ended_cleanly(world)
    if not door.of_its_own:
        assert statuses(world, task_id) == {door.machine: "ABORTED"}
        assert statuses(world, execution_of(world, task_id)) == {door.machine: "SUCCEEDED"}


def _says_what_was_kept(world: World, door: Door, canceled: dict[str, object]) -> None:
    """What a canceled task says of its photos is what there is."""
    result = canceled["result"]
    assert isinstance(result, dict)
    kept = {name: value for name, value in result["kept"].items() if name != "result"}
    if door.with_items:
        assert canceled["items"] == result["photos"]
        assert kept == {"photos": result["photos"].get("success", 0)}
    elif door.photos:
        image = world.rows.get_one(Image, result["image_id"])
        seen = world.rows.scalar(select(Analysis.id).where(Analysis.image_id == image.id)) is not None
        assert kept == {"original": image.sha256 is not None, "analysis": seen}
    assert world.rows.get_one(Task, canceled["task_id"]).result == result


def is_closed_by_the_reconciler(world: World, faults: Faults, state: State) -> None:
    """A state fails for good that nobody catches: its execution dies without a word, and the reconciler closes what it
    leaves open. Then it is tried again."""
    door = doors_of(state.machine)[0]
    _lead_to(state, faults)
    faults.fail(state.name, UNFORESEEN, for_good=True)
    task_id = door.begin(world)
    world.system.wait()
    assert (state.name, UNFORESEEN) in faults.met
    closed_by_the_reconciler(world, door, task_id, faults)


def closed_by_the_reconciler(world: World, door: Door, task_id: str, faults: Faults) -> None:
    """What a dead execution leaves open is closed, once; who is late changes nothing more, and a retry goes well."""
    if door.machine == "deliver_callback":
        _told_late_or_given_up(world, task_id, faults)
        return
    reconciled(world)
    agree(world)
    failed_in_plain_words(world, task_id)
    faults.mend()
    ended_cleanly(world)
    assert reconciled(world)["looked_at"] == 0
    failed_in_plain_words(world, task_id)
    world.post(f"/api/tasks/{task_id}/retry", None, 202)
    world.system.wait()
    door.ended_well(world, task_id)
    ended_cleanly(world)


def _told_late_or_given_up(world: World, task_id: str, faults: Faults) -> None:
    """A message whose execution died arrives all the same when it was only held. When it fails for good it is sent
    once more, and then given up."""
    broken = faults.fails
    if broken:
        for _ in range(2):
            assert world.task(task_id)["callback"]["status"] == "pending"
            reconciled(world)
            world.system.wait()
    faults.mend()
    world.system.wait()
    assert world.task(task_id)["callback"]["status"] == ("failed" if broken else "delivered")
    ended_cleanly(world)
    assert reconciled(world)["looked_at"] == 0
