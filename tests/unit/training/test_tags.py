"""Training the heads of tags, on features and labels made for it."""

import csv
import io
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from roomlens.vision.tag_head import TagHead
from roomlens.vision.tags import RULES
from roomlens.vocabulary import RoomType, Tag
from roomlens_models.heads import read_head
from roomlens_models.imagenet import class_indices
from roomlens_models.weights import VISION_FILE, BuiltModel
from training import tags as training
from training.logistic import Linear, wilson
from training.tag_labels import LABELS, Look, RuleLook, for_measuring, looks, rule_looks
from training.tag_plan import AIMS, MUST_SAY, PLANS, PRECISION, RECALL, SURELY_ABOVE, Plan
from training.tags import Counts, Head, rule_counts, show, train, write

ISLAND = Plan(Tag.ISLAND, ("kitchen",), (RoomType.KITCHEN,))


def kitchens(count: int = 300, signal: float = 3.0) -> tuple[list[Look], np.ndarray]:
    """Kitchens of as many houses; the first feature is larger where there is an island."""
    random = np.random.default_rng(0)
    present = random.random(count) < 0.4
    x = random.normal(size=(count, 30))
    x[:, 0] += signal * present
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    known = [Look("houses-train", f"{600 + i}_kitchen.jpg", {"island": bool(seen)}) for i, seen in enumerate(present)]
    return known, x


def head_with(measured: Counts, tag: Tag = Tag.ISLAND) -> Head:
    plan = Plan(tag, ("kitchen",), (RoomType.KITCHEN,))
    return Head(plan, Linear(np.ones(30), 0.0), 0.5, Counter([True, False]), Counts(9, 10, 20), measured)


def test_a_head_learns_what_can_be_learnt_and_is_counted_on_other_houses() -> None:
    known, x = kitchens()
    head = train(ISLAND, known, x)
    assert head.least is not None
    assert head.trained.total() == 240  # every fifth house is kept apart
    assert head.measured.seen == sum(look.seen["island"] for look in known if look.for_measuring)
    assert head.measured.passes
    confidences = 1 / (1 + np.exp(-head.line.scores(x)))
    apart = [i for i, look in enumerate(known) if look.for_measuring]
    assert head.measured.told == sum(confidences[i] >= head.least for i in apart)


def test_where_there_is_nothing_to_learn_a_head_is_not_told() -> None:
    known, x = kitchens(signal=0.0)
    assert not train(ISLAND, known, x).measured.passes


def test_photos_kept_apart_change_no_weight_and_no_threshold() -> None:
    known, x = kitchens()
    turned = [
        Look(look.photo_set, look.file, {"island": not look.seen["island"]}) if look.for_measuring else look
        for look in known
    ]
    first, second = train(ISLAND, known, x), train(ISLAND, turned, x)
    np.testing.assert_array_equal(first.line.weight, second.line.weight)
    assert (first.line.bias, first.least) == (second.line.bias, second.least)
    assert first.measured != second.measured


@pytest.mark.parametrize(
    ("counts", "passes"),
    [
        (Counts(18, 20, 30), True),
        (Counts(18, 20), True),
        (Counts(15, 20, 30), False),  # too often wrong
        (Counts(9, 9, 30), False),  # said too seldom to tell
        (Counts(18, 20, 400), False),  # finds next to nothing
        (Counts(0, 0, 30), False),
    ],
)
def test_the_bar(counts: Counts, passes: bool) -> None:
    assert counts.passes is passes


def test_the_bar_lies_below_what_thresholds_aim_at() -> None:
    assert min(AIMS) > PRECISION
    assert wilson(round(PRECISION * MUST_SAY), MUST_SAY)[0] < SURELY_ABOVE  # few photos must do better than that
    assert 0 < RECALL < 1


def test_a_file_holds_the_good_heads_and_its_card_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = BuiltModel("efficientnet-lite2", "1", {VISION_FILE: "0123"})
    monkeypatch.setattr(training, "manifest", lambda: {"efficientnet-lite2": built})
    heads = [head_with(Counts(18, 20, 30)), head_with(Counts(3, 20, 30), Tag.CARPET)]
    write(heads, {"stove": Counts(9, 10)}, tmp_path)
    assert TagHead(read_head("tags", tmp_path)).tags == {Tag.ISLAND}
    card = json.loads((tmp_path / "tags.json").read_text(encoding="utf-8"))
    assert [entry["tag"] for entry in card["heads"]] == ["island"]
    assert [entry["tag"] for entry in card["heads_not_told"]] == ["carpet"]
    assert card["heads"][0]["kept_apart"] == {
        "right": 18, "told": 20, "precision": 0.9, "interval": [0.699, 0.972], "seen": 30, "recall": 0.6,
    }  # fmt: skip
    assert card["rules"]["stove"]["precision"] == 0.9
    assert "IJCCI" in card["data"]


def test_a_rule_is_counted_where_it_speaks_today_on_photos_kept_apart() -> None:
    stove = next(rule for rule in RULES if rule.tag is Tag.STOVE)
    speaks, silent = np.zeros((2, 1000))
    speaks[class_indices(stove.classes)] = 8.0
    judged = [
        RuleLook("stove", "eval-rooms", "kitchen/1.jpg", True),
        RuleLook("stove", "houses-train", "10_kitchen.jpg", False),
        RuleLook("stove", "houses-train", "11_kitchen.jpg", True),
        RuleLook("stove", "eval-rooms", "kitchen/2.jpg", True),
        RuleLook("crib", "train-rooms", "bedroom/3.jpg", True),
    ]
    counted = rule_counts(judged, np.stack([speaks, speaks, speaks, silent, silent]).astype(np.float32))
    assert counted == {"crib": Counts(0, 0), "stove": Counts(1, 2)}


def test_what_is_shown_names_every_head_and_rule() -> None:
    console = Console(file=io.StringIO(), width=160)
    show([head_with(Counts(18, 20, 30))], {"stove": Counts(9, 10)}, console)
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    assert "18/20 of 30" in printed
    assert "0.90 (0.70-0.97)" in printed
    assert "stove" in printed


def test_without_photos_the_command_says_what_it_wants(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert training.main(["--photos", str(tmp_path / "none"), "--dry-run"]) == 1
    assert "--photos DIR" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("photo_set", "file", "apart"),
    [
        ("houses-train", "10_kitchen.jpg", True),
        ("houses-train", "11_kitchen.jpg", False),
        ("eval-rooms", "kitchen/1.jpg", True),
        ("train-rooms", "kitchen/5.jpg", False),
    ],
)
def test_every_fifth_house_and_the_rooms_for_measuring_are_kept_apart(photo_set: str, file: str, apart: bool) -> None:
    assert for_measuring(photo_set, file) is apart


def test_a_house_with_a_double_kept_apart_teaches_nothing() -> None:
    assert not Look("houses-train", "271_kitchen.jpg", {}).for_training
    assert Look("houses-train", "272_kitchen.jpg", {}).for_training


def test_unsure_labels_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "kitchen.csv").write_text("set,file,island,carpet\nhouses-train,1_kitchen.jpg,1,\n", encoding="utf-8")
    assert looks("kitchen", tmp_path) == [Look("houses-train", "1_kitchen.jpg", {"island": True})]


def test_the_labels_name_tags_of_the_vocabulary_and_each_photo_once() -> None:
    for kind in {kind for plan in PLANS for kind in plan.kinds}:
        known = looks(kind)
        assert len({look.path for look in known}) == len(known) > 200
        assert all(Tag(tag) for look in known for tag in look.seen)
    assert all(Tag(look.tag) for look in rule_looks())


def test_the_labels_are_plain_zeros_and_ones() -> None:
    for path in LABELS.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            values = {v for row in csv.DictReader(file) for k, v in row.items() if k not in {"set", "file", "tag"}}
        assert values <= {"0", "1", ""}, path
