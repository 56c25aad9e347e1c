"""The command that trains the head of rooms, from a few coloured squares to the files it writes."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from roomlens.vision import Candidate
from roomlens.vision.room_head import RoomHead
from roomlens.vision.rooms import RoomRules, ToldRoom
from roomlens.vocabulary import RoomType, Scene
from roomlens_models.heads import read_head
from roomlens_models.weights import VISION_FILE, BuiltModel
from training import rooms
from training.features import Features
from training.rooms import ROOMS, figures, labelled, main

FOLDERS = ("bathroom", "bedroom", "dining_room", "entrance_hall", "kitchen", "living_room")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Four photos of each room in folders, and eleven houses, of which two are kept apart."""
    for name in FOLDERS:
        (tmp_path / "train-rooms" / name).mkdir(parents=True)
        for number in range(4):
            Image.new("RGB", (4, 4)).save(tmp_path / "train-rooms" / name / f"{number}.jpg")
    (tmp_path / "houses-train").mkdir()
    for house in (*range(1, 11), 13):  # 11 and 12 are known to share a photo with another, or to be mislabelled
        for name in ("bathroom", "bedroom", "frontal", "kitchen"):
            Image.new("RGB", (4, 4)).save(tmp_path / "houses-train" / f"{house}_{name}.jpg")
    return tmp_path


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """In place of the network: features that say which room the name stands for. Gives what was looked at."""
    seen: list[Path] = []

    def answers(paths: Sequence[Path], *, console: Console, view: str, cache_folder: Path) -> Features:
        seen.extend(paths)
        random = np.random.default_rng(len(view))
        features = random.exponential(size=(len(paths), 1280)).astype(np.float32)
        for row, path in enumerate(paths):
            name = path.stem.partition("_")[2] or path.parent.name
            features[row, sorted({*FOLDERS, "frontal"}).index(name)] += 60
        logits = random.normal(size=(len(paths), 1000)).astype(np.float32)
        return Features(logits, features)

    built = BuiltModel("efficientnet-lite2", "1", {VISION_FILE: "0123456789abcdef"})
    monkeypatch.setattr(rooms, "features_of", answers)
    monkeypatch.setattr(rooms, "manifest", lambda: {"efficientnet-lite2": built})
    return seen


def test_a_head_is_trained_written_and_read_back(photos: Path, looked_at: list[Path], tmp_path: Path) -> None:
    assert main(["--photos", str(photos), "--out", str(tmp_path / "out")]) == 0
    head = RoomHead(read_head("rooms", tmp_path / "out"), RoomRules())
    assert set(head.rooms) == set(ROOMS)
    card = json.loads((tmp_path / "out" / "rooms.json").read_text())
    assert card["cross_validated"]["train-rooms"]["photos"] == 24
    assert card["cross_validated"]["houses-train"]["photos"] == 36
    assert card["data"][1]["photos"] == {"bathroom": 9, "bedroom": 9, "exterior": 9, "kitchen": 9}
    # Rooms that differ so much are told apart by heads that did not see them.
    assert card["cross_validated"]["train-rooms"]["top_3"] > 0.9
    assert (tmp_path / "out" / "rooms.safetensors").stat().st_size < 50_000


def test_the_same_photos_give_the_same_bytes(photos: Path, looked_at: list[Path], tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert main(["--photos", str(photos), "--out", str(tmp_path / name)]) == 0
    for file in ("rooms.safetensors", "rooms.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_houses_that_are_kept_apart_are_not_even_looked_at(photos: Path, looked_at: list[Path], tmp_path: Path) -> None:
    (photos / "eval-rooms" / "kitchen").mkdir(parents=True)
    Image.new("RGB", (4, 4)).save(photos / "eval-rooms" / "kitchen" / "kept.jpg")
    main(["--photos", str(photos), "--out", str(tmp_path / "out")])
    names = {path.name for path in looked_at}
    assert {"1_kitchen.jpg", "13_kitchen.jpg"} <= names
    assert not {name for name in names if name.startswith(("5_", "10_", "kept"))}


@pytest.mark.parametrize("absent", ["train-rooms", "houses-train"])
def test_without_a_set_the_command_says_which_and_writes_nothing(
    absent: str, photos: Path, looked_at: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (photos / absent).rename(photos / "elsewhere")
    assert main(["--photos", str(photos), "--out", str(tmp_path / "out")]) == 1
    assert absent in capsys.readouterr().out
    assert not (tmp_path / "out").exists()


def test_a_room_without_photos_is_refused(photos: Path) -> None:
    (photos / "train-rooms" / "living_room").rename(photos / "elsewhere")
    with pytest.raises(FileNotFoundError, match="living_room"):
        labelled(photos)


def test_figures_count_abstentions_as_wrong() -> None:
    def told(*names: str) -> ToldRoom:
        return ToldRoom(Scene.INTERIOR, tuple(Candidate(RoomType(name), 0.5) for name in names))

    found = figures(
        [told("kitchen", "bedroom"), told("other", "bedroom", "kitchen"), told("hallway", "bedroom", "kitchen")],
        [RoomType.KITCHEN, RoomType.KITCHEN, RoomType.BATHROOM],
    )
    assert (found["top_1"], found["top_3"], found["abstained"]) == (0.3333, 0.6667, 0.3333)
    assert found["top_1_by_room"] == {"bathroom": 0.0, "kitchen": 0.5}
    assert found["calibration_error"] == pytest.approx(1 / 6, abs=1e-4)
