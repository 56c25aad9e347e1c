"""Which photos may be learned from, and which are kept apart for measuring."""

from pathlib import Path

import pytest

from benchmarks.photo_sets import eval_houses, houses, room_folders, training_houses
from roomlens.vocabulary import RoomType


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for house in (1, 5, 9, 10, 12, 21, 271, 305, 343):
        for room in ("kitchen", "frontal", "cellar"):
            (tmp_path / f"{house}_{room}.jpg").touch()
    (tmp_path / "houses.csv").touch()
    return tmp_path


def numbers(photos: list) -> set[int]:  # type: ignore[type-arg]
    return {int(photo.path.name.partition("_")[0]) for photo in photos}


def test_every_fifth_house_is_kept_apart(folder: Path) -> None:
    assert numbers(eval_houses(folder)) == {5, 10, 305}


def test_no_house_that_is_kept_apart_is_learned_from_under_another_number(folder: Path) -> None:
    assert numbers(training_houses(folder)) == {1, 9, 21}


def test_houses_with_wrong_labels_count_nowhere(folder: Path) -> None:
    assert not numbers(houses(folder)) & {12, 343}


def test_a_house_that_was_listed_twice_is_one_house(folder: Path) -> None:
    assert {photo.group for photo in training_houses(folder)} == {"1", "9"}


def test_the_room_is_in_the_name(folder: Path) -> None:
    assert {photo.room for photo in houses(folder)} == {RoomType.KITCHEN, RoomType.EXTERIOR}


def test_folders_are_rooms_and_other_folders_are_left_out(tmp_path: Path) -> None:
    for name in ("entrance_hall/1.jpg", "kitchen/2.PNG", "kitchen/notes.txt", "garden_gnomes/3.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = room_folders(tmp_path)
    assert [(photo.path.name, photo.room) for photo in found] == [
        ("1.jpg", RoomType.HALLWAY),
        ("2.PNG", RoomType.KITCHEN),
    ]
