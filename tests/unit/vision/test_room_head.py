"""The trained head of rooms: what it says, when it says nothing, and how it shares the answer with the rules."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from roomlens.vision.room_head import RoomHead, inputs
from roomlens.vision.rooms import RoomRules, Signs, ToldRoom
from roomlens.vocabulary import TOLD_ROOMS, RoomType, Scene
from roomlens_models.heads import Head, WrongHeadError, read_head
from roomlens_models.tensorfile import write_tensors
from tests.unit.vision.answers import classified, logits

ROOMS = (RoomType.BEDROOM, RoomType.EXTERIOR, RoomType.KITCHEN, RoomType.LIVING_ROOM)
WIDTH = 1280 + 16
INSIDE = Signs(outdoors=0.01, certain=0.5, plan=0.001, spoken=0.6)
RULES = RoomRules()


def head_file(strength: float = 30.0) -> Head:
    """A head that goes by one feature a room: the first is a bedroom's, the second an exterior's, and so on."""
    weight = np.zeros((WIDTH, len(ROOMS)), np.float16)
    weight[: len(ROOMS)] = strength * np.eye(len(ROOMS))
    metadata = {"rooms": ",".join(ROOMS), "abstain_below": "0.4", "speaks_above": "0.02"}
    return Head({"weight": weight, "bias": np.zeros(len(ROOMS), np.float32)}, metadata, "0" * 64)


@pytest.fixture(scope="module")
def head() -> RoomHead:
    return RoomHead(head_file(), RULES)


def features(**strengths: float) -> np.ndarray:
    values = np.full(1280, 0.01)
    for room, strength in strengths.items():
        values[ROOMS.index(RoomType(room))] = strength
    return values


def said(head: RoomHead, signs: Signs = INSIDE, **shares: float) -> ToldRoom:
    """The answer where the head shares out its confidence so, and the rest evenly."""
    rest = (1 - sum(shares.values())) / (len(ROOMS) - len(shares))
    return head.combined({room: shares.get(room.value, rest) for room in ROOMS}, signs)


def test_a_photo_is_named_after_its_features(head: RoomHead) -> None:
    for room in ROOMS:
        seen = classified(logits(microwave=0.3, quilt=0.3), features(**{room.value: 9.0}))
        assert head.tell(seen).ranked[0].label is room


def test_confidences_of_all_rooms_sum_to_one_and_fall(head: RoomHead) -> None:
    for seed in range(50):
        random = np.random.default_rng(seed)
        seen = classified(random.normal(scale=4, size=1000), random.exponential(size=1280))
        ranked = head.tell(seen).ranked
        confidences = [candidate.confidence for candidate in ranked]
        assert {candidate.label for candidate in ranked} == {*ROOMS, RoomType.FLOOR_PLAN, RoomType.OTHER} <= TOLD_ROOMS
        assert sum(confidences) == pytest.approx(1)
        assert confidences == sorted(confidences, reverse=True)


def test_where_the_rules_are_silent_the_head_s_confidence_stands(head: RoomHead) -> None:
    told = said(head, bedroom=0.7, kitchen=0.2)
    assert told.scene is Scene.INTERIOR
    assert [candidate.label for candidate in told.ranked[:2]] == [RoomType.BEDROOM, RoomType.KITCHEN]
    assert told.ranked[0].confidence == pytest.approx(0.7, abs=1e-3)


def test_below_the_threshold_the_room_is_other_and_the_guesses_follow(head: RoomHead) -> None:
    told = said(head, bedroom=0.39, living_room=0.35)
    assert [candidate.label for candidate in told.ranked[:3]] == [
        RoomType.OTHER,
        RoomType.BEDROOM,
        RoomType.LIVING_ROOM,
    ]
    assert told.scene is Scene.INTERIOR
    assert said(head, bedroom=0.41, living_room=0.35).ranked[0].label is RoomType.BEDROOM


def test_an_abstention_tells_the_scene_that_all_guesses_together_make_likelier(head: RoomHead) -> None:
    sceptical = RoomHead(replace(head_file(), metadata=dict(head_file().metadata) | {"abstain_below": "0.6"}), RULES)
    assert said(sceptical, exterior=0.55).scene is Scene.EXTERIOR
    assert said(sceptical, exterior=0.55).ranked[0].label is RoomType.OTHER
    assert said(sceptical, exterior=0.45).scene is Scene.INTERIOR


def test_where_the_head_is_unsure_the_outdoor_rule_answers(head: RoomHead) -> None:
    outdoors = replace(INSIDE, outdoors=0.5, certain=0.1)
    told = said(head, outdoors, bedroom=0.35, kitchen=0.33)
    assert (told.ranked[0].label, told.scene) == (RoomType.EXTERIOR, Scene.EXTERIOR)
    assert said(head, outdoors, bedroom=0.8).ranked[0].label is RoomType.BEDROOM


def test_what_looks_like_a_printed_sheet_is_a_floor_plan_whatever_the_head_says(head: RoomHead) -> None:
    plan = replace(INSIDE, plan=0.4, spoken=0.001)
    for share in (0.95, 0.3):
        told = said(head, plan, kitchen=share)
        assert (told.ranked[0].label, told.scene) == (RoomType.FLOOR_PLAN, Scene.FLOOR_PLAN)


def test_where_nothing_speaks_for_a_home_the_head_is_not_believed(head: RoomHead) -> None:
    for share in (0.95, 0.3):
        told = said(head, replace(INSIDE, spoken=0.001), bedroom=share)
        assert (told.ranked[0].label, told.scene) == (RoomType.OTHER, Scene.OTHER)
        assert told.ranked[1].label is RoomType.BEDROOM


def test_inputs_are_roots_of_shares_and_logarithms_of_evidence() -> None:
    photos = np.stack([features(bedroom=4.0), 10 * features(bedroom=4.0)]).astype(np.float32)
    found = inputs(RULES, np.stack([logits(stove=0.9), logits(stove=0.9)]), photos)
    assert found.shape == (2, WIDTH)
    np.testing.assert_allclose((found[:, :1280] ** 2).sum(1), 1, rtol=1e-5)
    np.testing.assert_allclose(found[0], found[1], rtol=1e-4)  # brightness of the whole layer says nothing
    kitchen = list(RULES._rooms).index(RoomType.KITCHEN)
    assert found[0, 1280 + kitchen] == pytest.approx(np.log(0.9), abs=0.01)


def test_a_photo_that_excites_nothing_has_inputs_too() -> None:
    assert np.isfinite(inputs(RULES, np.zeros((1, 1000), np.float32), np.zeros((1, 1280), np.float32))).all()


@pytest.mark.parametrize(
    "spoilt",
    [
        {"rooms": "bedroom,kitchen"},
        {"rooms": "bedroom,exterior,kitchen,dungeon"},
        {"abstain_below": "never"},
    ],
)
def test_a_head_that_does_not_fit_is_refused(spoilt: dict[str, str]) -> None:
    file = head_file()
    with pytest.raises(WrongHeadError):
        RoomHead(replace(file, metadata=dict(file.metadata) | spoilt), RULES)


def test_a_head_without_a_threshold_is_refused() -> None:
    with pytest.raises(WrongHeadError, match="rooms"):
        RoomHead(replace(head_file(), metadata={}), RULES)


def written(folder: Path, sha256: str | None = None) -> Path:
    file = head_file()
    write_tensors(folder / "rooms.safetensors", file.tensors, file.metadata)
    (folder / "rooms.json").write_text(json.dumps({"sha256": sha256} if sha256 else {}))
    return folder


def test_a_head_is_held_to_the_hash_of_its_card(tmp_path: Path) -> None:
    with pytest.raises(WrongHeadError, match=r"sha256 is ([0-9a-f]{64})") as refused:
        read_head("rooms", written(tmp_path, "0" * 64))
    found = read_head("rooms", written(tmp_path, str(refused.value)[-64:]))
    np.testing.assert_array_equal(found.tensors["weight"], head_file().tensors["weight"])
    assert RoomHead(found, RULES).abstain_below == 0.4


def test_a_head_without_a_file_or_with_an_empty_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongHeadError, match="rooms"):
        read_head("rooms", tmp_path)
    with pytest.raises(WrongHeadError, match="rooms"):
        read_head("rooms", written(tmp_path))


def test_the_committed_head_is_of_rooms_that_the_model_can_tell() -> None:
    head = RoomHead.load()
    assert {*head.rooms, RoomType.FLOOR_PLAN, RoomType.OTHER} == TOLD_ROOMS
    assert 0 < head.abstain_below < 0.6
