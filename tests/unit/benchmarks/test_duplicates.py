"""The benchmark of copies: how pairs are counted, and how a threshold is chosen."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.duplicates import (
    CHOSEN_FOR,
    EDITS,
    Measured,
    Prints,
    between_houses,
    bits_between,
    choose,
    main,
)
from benchmarks.photo_sets import Labelled
from roomlens.vocabulary import RoomType


def measured(others: list[float]) -> Measured:
    return Measured({}, np.array(others, np.float32))


def test_the_threshold_is_the_lowest_that_other_photos_hardly_ever_reach() -> None:
    common = [0.3] * 999_985
    assert choose(measured([*common, *[0.705] * 10, *[0.795] * 5])) == pytest.approx(0.71)
    assert choose(measured([*common, *[0.705] * 10, *[0.795] * 15])) == pytest.approx(0.80)


def test_a_share_of_pairs_that_is_just_allowed_is_allowed() -> None:
    assert choose(measured([0.3] * 99_999 + [0.905])) == 0.5
    assert choose(measured([0.3] * 99_998 + [0.905])) == pytest.approx(0.91)


def test_only_different_pictures_of_different_houses_are_others() -> None:
    photos = [Labelled(Path(name), RoomType.KITCHEN, group) for name, group in (("a", "1"), ("b", "1"), ("c", "2"))]
    vectors = np.eye(3, dtype=np.float32)
    vectors[2] = (0.6, 0.8, 0.0)
    far_apart = Prints(vectors, [0, 0, 2**64 - 1])
    assert between_houses(photos, far_apart) == pytest.approx([0.6, 0.8])
    listed_twice = Prints(vectors, [2**64 - 1, 0, 2**64 - 256])
    assert between_houses(photos, listed_twice) == pytest.approx([0.8])


def test_hashes_are_compared_one_by_one() -> None:
    assert bits_between([0b1011, 0], [0b0001, 2**64 - 1]).tolist() == [2, 64]


@pytest.mark.parametrize("name", EDITS)
def test_each_edit_makes_another_picture(name: str) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (90, 120, 3), dtype=np.uint8)
    edited = EDITS[name](Image.fromarray(pixels))
    assert edited.mode == "RGB"
    assert edited.tobytes() != pixels.tobytes()


def test_a_mirrored_photo_is_reported_and_not_chosen_for() -> None:
    assert set(EDITS) - set(CHOSEN_FOR) == {"mirrored"}


def test_without_photos_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("benchmarks.duplicates.SHARED", tmp_path / "nowhere")
    assert main([]) == 1
    with pytest.raises(SystemExit):
        main(["--edited", "0"])
