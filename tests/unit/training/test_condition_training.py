"""The trainers of the condition and compliance heads, on photos and prices that are made up, without the network."""

import csv
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageFont

from roomlens.vision.compliance import TOLD_BY_HEAD, ComplianceHead
from roomlens.vision.condition_heads import HEAD_NAME, ConditionHeads
from roomlens_models.heads import WrongHeadError, read_head
from tests.unit.vision.drawings import room
from training import compliance, condition, overlays
from training import ratings as drawing
from training.cards import write_head
from training.condition import House, residuals, ridge
from training.features import Features
from training.ratings import interval, ratings, spearman

RANDOM = np.random.default_rng(5)


def sale(number: int, zipcode: str, worth: float, area: float = 2000) -> House:
    return House(number, zipcode, area * float(np.exp(worth)), area, (3, 2))


def test_what_a_place_is_worth_is_taken_off_the_price() -> None:
    dear = [sale(number, "90210", 6 + 0.1 * (number % 2)) for number in range(100)]
    cheap = [sale(100 + number, "10001", 4 + 0.1 * (number % 2)) for number in range(100)]
    left = residuals([*dear, *cheap])
    assert np.mean([left[house.number] for house in dear]) == pytest.approx(0, abs=0.1)
    assert left[1] - left[0] == pytest.approx(0.1, abs=0.02)
    assert left[101] - left[100] == pytest.approx(0.1, abs=0.02)


def test_what_a_size_is_worth_is_taken_off_the_price() -> None:
    houses = [sale(number, "1", 5 - 0.4 * np.log(1000 + 10 * number), 1000 + 10 * number) for number in range(80)]
    assert max(abs(value) for value in residuals(houses).values()) < 1e-6


def test_a_ridge_finds_a_line_and_a_heavy_one_less_of_it() -> None:
    x = RANDOM.normal(size=(200, 5))
    line = np.array([1.0, -2, 0, 0.5, 3])
    weights, bias = ridge(x, x @ line + 7, 1e-6)
    np.testing.assert_allclose(weights, line, atol=1e-4)
    assert bias == pytest.approx(7, abs=1e-4)
    assert np.abs(ridge(x, x @ line + 7, 1e4)[0]).sum() < np.abs(line).sum() / 10


def test_spearman_is_one_for_any_rising_relation_and_knows_ties() -> None:
    values = np.array([1.0, 2, 3, 4, 5])
    assert spearman(values, np.exp(values)) == pytest.approx(1)
    assert spearman(values, -values) == pytest.approx(-1)
    # By hand: ranks 1 2.5 2.5 4 against 1 2 3 4.
    assert spearman(np.array([1.0, 2, 2, 3]), np.array([1.0, 2, 3, 4])) == pytest.approx(4.5 / np.sqrt(4.5 * 5))
    assert spearman(values, np.ones(5)) == 0
    rho, low, high = interval(values, values)
    assert (rho, high) == (pytest.approx(1), pytest.approx(1))
    assert low <= rho


def test_the_committed_ratings_are_whole() -> None:
    rated = ratings(condition.RATINGS)
    assert len({one.file for one in rated}) == len(rated) == 132
    assert sum(one.kept_apart for one in rated) == 72
    assert all(0 <= value <= 10 for one in rated for value in (one.daylight, one.condition))


def planted(paths: Sequence[Path], **_: Any) -> Features:
    """The first feature is what a house is worth, the second how tidy a room is; the rest is noise."""
    features = np.random.default_rng(len(paths)).normal(scale=0.01, size=(len(paths), 1280)).astype(np.float32)
    for row, path in zip(features, paths, strict=True):
        row[2] = 1
        if path.parent.name in ("clean", "messy"):
            row[1] = 1 if path.parent.name == "clean" else -1
        else:
            row[0] = int(path.stem.split("_")[0]) % 7
    return Features(np.zeros((len(paths), 1000), np.float32), features)


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sixty houses that fetch more the larger their number modulo seven, and eight tidy or messy rooms."""
    folder = tmp_path / "photos"
    (folder / "houses-train").mkdir(parents=True)
    picture = Image.fromarray(room()).resize((96, 72))
    with (folder / "houses-train" / "houses.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(("house", "bedrooms", "bathrooms", "area_sqft", "zipcode", "price_usd"))
        for number in range(1, 61):
            table.writerow((number, 3, 2, 2000, "90210", 2000 * np.exp(5 + 0.1 * (number % 7))))
            for kind in ("bathroom", "bedroom", "kitchen", "frontal"):
                picture.save(folder / "houses-train" / f"{number}_{kind}.jpg")
    for part in ("train", "val"):
        for kind in ("clean", "messy"):
            (folder / "tidy" / part / kind).mkdir(parents=True)
            for number in range(2):
                picture.save(folder / "tidy" / part / kind / f"{number}.jpg")
    monkeypatch.setattr(condition, "features_of", planted)
    monkeypatch.setattr(drawing, "_DRAWS", 20)
    return folder


def test_the_trainer_of_condition_finds_what_was_planted_and_writes_a_card(photos: Path, tmp_path: Path) -> None:
    assert condition.main(["--photos", str(photos), "--out", str(tmp_path / "heads")]) == 0
    head = read_head(HEAD_NAME, tmp_path / "heads")
    features = np.zeros((2, 1280), np.float32)
    features[:, 2] = 1
    features[1, 0] = 6
    plain, fine = ConditionHeads(head.tensors).raw(features)
    assert fine[0] > plain[0]
    features[1, :2] = 0, 1
    messy, tidy = ConditionHeads(head.tensors).raw(features)
    assert tidy[1] > messy[1]
    card = json.loads((tmp_path / "heads" / "condition.json").read_text(encoding="utf-8"))
    assert card["figures"]["tidy"] == "4 of 4 rooms of its own val"
    # 60 houses less 12 kept apart and those that are dirty or have a double
    assert card["figures"]["photos learnt from"] == 3 * (60 - 12 - 5)


def test_a_dry_run_writes_nothing(photos: Path, tmp_path: Path) -> None:
    assert condition.main(["--photos", str(photos), "--out", str(tmp_path / "heads"), "--dry-run"]) == 0
    assert not (tmp_path / "heads").exists()


def test_a_head_and_its_card_belong_together(tmp_path: Path) -> None:
    written = write_head("small", {"weights": np.arange(3, dtype=np.float32)}, {"what": "a test"}, tmp_path)
    assert read_head("small", tmp_path).sha256 == written
    assert write_head("small", {"weights": np.arange(3, dtype=np.float32)}, {"what": "a test"}, tmp_path) == written
    (tmp_path / "small.safetensors").write_bytes(b"something else")
    with pytest.raises(WrongHeadError):
        read_head("small", tmp_path)


def test_the_head_for_marks_learns_each_and_lets_next_to_no_clean_photo_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compliance, "_CLEAN", 150)
    random_numbers = np.random.default_rng(2)
    directions = np.linalg.qr(random_numbers.normal(size=(1280, 3)))[0].T

    def photos_with(mark: int | None, count: int) -> Any:
        x = random_numbers.normal(scale=0.03, size=(count, 1280))
        if mark is not None:
            x += 2 * directions[mark]
        return x / np.linalg.norm(x, axis=1, keepdims=True)

    sets = compliance.Sets(
        photos_with(None, 1200), {flag: photos_with(row, 40) for row, flag in enumerate(TOLD_BY_HEAD)}
    )
    tensors = compliance.trained(sets)
    head = ComplianceHead(tensors)
    for row, flag in enumerate(TOLD_BY_HEAD):
        found = head.scores(photos_with(row, 50).astype(np.float32))[:, row] >= tensors["thresholds"][row]
        clean = head.scores(photos_with(None, 500).astype(np.float32))[:, row] >= tensors["thresholds"][row]
        assert found.mean() > 0.95, flag
        assert clean.mean() < 0.04, flag
    figures = compliance.figures(sets, tensors)
    assert set(figures) == {flag.value for flag in TOLD_BY_HEAD}


@pytest.mark.parametrize("draw", [overlays.caption, overlays.watermark, overlays.screenshot])
@pytest.mark.parametrize("size", [(320, 240), (60, 90)])
def test_marks_are_drawn_the_same_for_the_same_seed_and_leave_the_photo_alone(
    draw: overlays.Draw, size: tuple[int, int]
) -> None:
    try:
        ImageFont.truetype(overlays.LEARNT_FACES[0], 20)
    except OSError:
        pytest.skip("the type faces are not on this machine")
    photo = Image.fromarray(room()).resize(size)
    before = photo.tobytes()
    first, second, other = (draw(photo, random.Random(seed), overlays.LEARNT_FACES) for seed in (1, 1, 2))
    assert first.tobytes() == second.tobytes()
    assert first.tobytes() != other.tobytes()
    assert photo.tobytes() == before
    assert first.mode == "RGB"
