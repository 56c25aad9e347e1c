"""The drill's photos and its weather: what is wrong with them, when, and that nothing stays broken."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from benchmarks.faults.photos import POISONS, Photo, photos
from benchmarks.faults.weather import TARGETS, Target, Weather, in_order
from roomlens.errors import AppError
from roomlens.photos.decoding import decode


@pytest.fixture(scope="module")
def drawn() -> list[Photo]:
    return list(photos(9, seed=1))


def test_the_photos_are_always_the_same_and_no_two_alike(drawn: list[Photo]) -> None:
    assert next(photos(9, seed=1)) == drawn[0]
    assert len({photo.sha256 for photo in drawn}) == 9
    assert {photo.poison for photo in drawn} == {"", *POISONS}
    assert {number % 2 for number, photo in enumerate(drawn) if photo.poison} == {0, 1}, "by both doors"


def test_nobody_can_read_the_poisoned_ones(drawn: list[Photo]) -> None:
    for photo in drawn:
        if photo.poison:
            with pytest.raises(AppError):
                decode(photo.body)
        else:
            assert decode(photo.body).width == 800


class Place:
    """A system in which steps run when a test says so, one invocation at a time."""

    def __init__(self) -> None:
        self.at_work: tuple[str, dict[str, Any], float] | None = None
        self.killed: list[str] = []
        self.down: list[str] = []
        self.fails = False

    @property
    def cloud(self) -> Any:
        return self

    def kill(self, function: str, when: Callable[[dict[str, Any], float], bool]) -> int:
        if self.at_work is None or self.at_work[0] != function or not when(self.at_work[1], self.at_work[2]):
            return 0
        self.killed.append(function)
        self.at_work = None
        return 1

    @contextmanager
    def outage(self, service: str) -> Iterator[None]:
        self.down.append(service)
        yield
        self.down.append(f"{service} is back")

    @contextmanager
    def database_down(self) -> Iterator[None]:
        if self.fails:
            raise RuntimeError("it does not come up again")
        self.down.append("database")
        yield
        self.down.append("database is back")


@pytest.fixture
def place() -> Place:
    return Place()


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_outages_come_when_their_share_is_done_one_after_the_other(place: Place) -> None:
    with Weather(place, 0, database=0.01, s3=0.01, kills=1) as weather:
        weather.work_is_done(0.1)
        assert place.down == []
        weather.work_is_done(0.9)
        until(lambda: len(place.down) == 2)
        until(lambda: not weather._outside.locked())
        weather.work_is_done(0.9)
    assert place.down == ["database", "database is back", "s3", "s3 is back"]
    assert [found.what for found in in_order(weather.happened)] == ["PostgreSQL is stopped", "S3 answers 503 SlowDown"]
    assert weather.missed == [f"{target} was never hit" for target in TARGETS]


def test_what_never_came_is_missed_and_what_failed_is_told(place: Place) -> None:
    with Weather(place, 0, database=0, s3=0, kills=1) as weather:
        pass
    assert weather.missed[-2:] == [
        "PostgreSQL is stopped: never came to it",
        "S3 answers 503 SlowDown: never came to it",
    ]
    place.fails = True
    with (
        pytest.raises(RuntimeError, match="does not come up"),
        Weather(place, 0, database=0, s3=0, kills=1) as weather,
    ):
        weather.work_is_done(1.0)


def of(step: str, machine: str) -> Target:
    return next(target for target in TARGETS if (target.step, target.machine) == (step, machine))


@pytest.mark.parametrize(
    ("event", "target"),
    [
        ({"task_id": "tsk_1", "run": 1}, of("RecordSuccess", "import_photos")),
        ({"task_id": "tsk_1-i3", "run": 1}, of("RecordSuccess", "receive_upload")),
        ({"task_id": "tsk_1-i3", "run": 1, "error": {}}, of("RecordFailure", "receive_upload")),
    ],
)
def test_each_step_is_killed_once_in_its_middle_though_functions_are_shared(
    place: Place, event: dict[str, Any], target: Target
) -> None:
    with Weather(place, 0, database=0, s3=0, kills=1) as weather:
        place.at_work = ("FinishTaskFunction", event, 0.0)
        time.sleep(0.05)
        assert place.killed == []
        place.at_work = ("FinishTaskFunction", event, 1.0)
        until(lambda: place.killed == ["FinishTaskFunction"])
        place.at_work = ("FinishTaskFunction", event, 1.0)
        time.sleep(0.02)
    assert place.killed == ["FinishTaskFunction"]
    assert weather.happened[0].what == f"kill -9 in {target}"
    assert f"{target} was never hit" not in weather.missed


def test_an_invocation_that_is_always_over_too_soon_is_killed_sooner(place: Place) -> None:
    event = {"task_id": "tsk_1-i3", "run": 1}
    with Weather(place, 0, database=0, s3=0, kills=1):
        for number in range(200):
            for seconds in (0.0, 0.0025):
                place.at_work = ("FinishTaskFunction", {**event, "run": number}, seconds)
                time.sleep(0.005)
                if place.killed:
                    return
    pytest.fail("never killed")
