"""The benchmark of rules: what it counts, and that it says when there is nothing to measure."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.listings.lint import FAULTS, RULES, Seen, found, main
from roomlens.vocabulary import QualityFlag, RoomType
from tests.listed import listed


def seen(number: int, room: RoomType, *faults: QualityFlag) -> Seen:
    photo = listed(number, room, faults=faults)
    photo.image.perceptual_hash = f"{number * 0x9E3779B97F4A7C15 % 2**64:016x}"
    return Seen(photo, np.eye(8, dtype=np.float32)[number])


def test_every_fault_has_its_rule() -> None:
    assert {fault.rule for fault in FAULTS} <= {rule.about for rule in RULES.rules}


def test_a_finding_is_counted_under_what_its_rule_is_about() -> None:
    rooms = (RoomType.EXTERIOR, RoomType.KITCHEN, RoomType.BEDROOM)
    photos = [seen(number, room, QualityFlag.DARK) for number, room in enumerate(rooms[:1])]
    photos += [seen(number, room) for number, room in enumerate(rooms[1:], 1)]
    assert found(photos) == [("required_room bathroom", None), ("quality dark", 0)]


@pytest.mark.parametrize("fault", FAULTS[:3] + FAULTS[6:], ids=lambda fault: fault.rule)
def test_a_planted_fault_is_another_picture(fault: object) -> None:
    picture = Image.fromarray(np.random.default_rng(1).integers(0, 255, (60, 90, 3), np.uint8))
    edited = fault.edit.apply(picture)  # type: ignore[attr-defined]
    assert edited.size != picture.size or edited.tobytes() != picture.tobytes()


def test_without_photos_nothing_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--photos", str(tmp_path)]) == 2
    assert "nothing to measure" in " ".join(capsys.readouterr().out.split())
