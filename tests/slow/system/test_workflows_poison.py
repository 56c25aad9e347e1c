"""One bad photo among many fails alone, with its reason; the others finish."""

from typing import Any

import pytest
from sqlalchemy import func, select

from roomlens.models import Analysis, Image
from tests.fakes import FakeAnalyzer
from tests.pictures import BLUE, RED, photo
from tests.scenes import room_in
from tests.workflows.doors import Door, World, door_called
from tests.workflows.ends import ended_cleanly, failed_in_plain_words
from tests.workflows.faults import Faults

MANY = 25
BAD = 13


def test_one_file_that_is_no_photo_fails_alone_and_is_tried_again_alone(world: World, weather: None) -> None:
    keys = [world.put(f"{place:02}.jpg", photo(RED, seed=place)) for place in range(MANY)]
    world.put(f"{BAD:02}.jpg", b"%PDF-1.7")
    batch = world.post("/api/uploads/batch", {"photos": keys}, 202)["task_id"]
    world.system.wait(60)
    task = world.task(batch)
    assert (task["status"], task["items"]) == ("partial", {"success": MANY - 1, "failed": 1})
    (failed,) = task["failed_items"]
    assert (failed["position"], failed["problem"]["code"]) == (BAD, "unsupported-media")
    assert (world.count(Image), world.count(Analysis), world.analyzer.asked) == (MANY, MANY - 1, MANY - 1)
    ended_cleanly(world)
    world.put(f"{BAD:02}.jpg", photo(BLUE))
    world.post(f"/api/tasks/{batch}/retry", None, 202)
    world.system.wait(60)
    assert world.task(batch)["items"] == {"success": MANY}
    assert (world.count(Image), world.count(Analysis), world.analyzer.asked) == (MANY, MANY, MANY)
    ended_cleanly(world)


class Killer:
    """A photo of a bathroom ends the function that looks at it in a batch, as one that takes all memory does."""

    def __init__(self, world: World, faults: Faults) -> None:
        self.deadly = True
        look = FakeAnalyzer.analyze

        def analyze(analyzer: FakeAnalyzer, rgb: Any, *size: Any) -> Any:
            if self.deadly and "ProcessItems" in faults.calls and room_in(rgb) == "bathroom":
                raise SystemExit(137)
            return look(analyzer, rgb, *size)

        world.patch.setattr(FakeAnalyzer, "analyze", analyze)


@pytest.mark.parametrize("door", [door_called(name) for name in ("import", "reanalysis", "backfill")], ids=str)
def test_a_photo_that_kills_who_looks_at_it_fails_alone(
    world: World, faults: Faults, weather: None, door: Door
) -> None:
    killer = Killer(world, faults)
    task_id = door.begin(world)
    world.system.wait()
    task = world.task(task_id)
    assert (task["status"], task["items"]) == ("partial", {"success": 2, "failed": 1}), task
    (failed,) = task["failed_items"]
    assert failed["problem"]["code"] == "inference-failed"
    ended_cleanly(world)
    killer.deadly = False
    world.post(f"/api/tasks/{task_id}/retry", None, 202)
    world.system.wait()
    door.ended_well(world, task_id)
    ended_cleanly(world)


def test_a_batch_of_nothing_but_killers_ends(world: World, faults: Faults, weather: None) -> None:
    Killer(world, faults)
    keys = [world.put(f"{seed}.jpg", photo(BLUE, seed=seed)) for seed in range(3)]
    batch = world.post("/api/uploads/batch", {"photos": keys}, 202)["task_id"]
    world.system.wait(60)
    task = failed_in_plain_words(world, batch)
    assert task["items"] == {"failed": 3}
    assert world.rows.scalar(select(func.count(Analysis.id))) == 0
    ended_cleanly(world)
