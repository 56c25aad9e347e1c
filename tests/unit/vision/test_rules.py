"""From the network's numbers to rooms, tags and captions."""

import numpy as np
import pytest
from numpy.typing import NDArray

from roomlens.vision.captions import MAX_LENGTH, caption
from roomlens.vision.room_evidence import FLOOR_PLANS, OUTDOORS, ROOMS, VAGUE
from roomlens.vision.rooms import RoomRules
from roomlens.vision.tags import RULES, TagRules, confidence
from roomlens.vocabulary import TOLD_ROOMS, TOLD_TAGS, RoomType, Tag
from roomlens_models.efficientnet import Classification
from roomlens_models.imagenet import class_indices
from tests.unit.vision.answers import classified, logits

FloatArray = NDArray[np.float32]


def seen(**shares: float) -> Classification:
    """A photo in which the named classes (blanks for underscores) have these shares, and the rest evenly."""
    return classified(logits(**shares))


@pytest.fixture(scope="module")
def rules() -> RoomRules:
    return RoomRules()


@pytest.mark.parametrize(
    ("shares", "room"),
    [
        ({"microwave": 0.5, "stove": 0.3}, RoomType.KITCHEN),
        ({"toilet_seat": 0.6}, RoomType.BATHROOM),
        ({"quilt": 0.4, "wardrobe": 0.2}, RoomType.BEDROOM),
        ({"dining_table": 0.6}, RoomType.DINING_ROOM),
        ({"fire_screen": 0.4, "bookcase": 0.4}, RoomType.LIVING_ROOM),
        ({"bannister": 0.7}, RoomType.HALLWAY),
        ({"patio": 0.25, "mobile_home": 0.2}, RoomType.EXTERIOR),
        ({"menu": 0.3, "crossword_puzzle": 0.2}, RoomType.FLOOR_PLAN),
        ({"Egyptian_cat": 0.97}, RoomType.OTHER),
        ({"doormat": 0.6, "lotion": 0.3}, RoomType.OTHER),
    ],
)
def test_a_photo_is_named_after_what_is_in_it(rules: RoomRules, shares: dict[str, float], room: RoomType) -> None:
    assert rules.tell(seen(**shares)).ranked[0].label is room


def test_a_few_signs_of_outdoors_do_not_outweigh_a_clear_room(rules: RoomRules) -> None:
    assert rules.tell(seen(patio=0.22, microwave=0.7)).ranked[0].label is RoomType.KITCHEN


def test_confidences_of_all_rooms_sum_to_one_and_fall(rules: RoomRules) -> None:
    for seed in range(50):
        ranked = rules.tell(classified(np.random.default_rng(seed).normal(scale=4, size=1000))).ranked
        assert {candidate.label for candidate in ranked} == TOLD_ROOMS
        confidences = [candidate.confidence for candidate in ranked]
        assert sum(confidences) == pytest.approx(1)
        assert confidences == sorted(confidences, reverse=True)


def test_more_evidence_means_more_confidence(rules: RoomRules) -> None:
    found = [rules.tell(seen(microwave=share, quilt=0.2)).ranked[0].confidence for share in (0.3, 0.5, 0.7)]
    assert found == sorted(found)
    assert found[0] < found[-1]


def test_every_name_in_the_lists_is_one_class() -> None:
    for evidence in (OUTDOORS, FLOOR_PLANS, *ROOMS.values()):
        assert len(class_indices(evidence)) == len(evidence)


def test_vague_names_come_from_the_lists() -> None:
    assert set(OUTDOORS).union(*ROOMS.values()) >= VAGUE


def shares_of(**shares: float) -> FloatArray:
    return np.exp(logits(**shares))


@pytest.fixture(scope="module")
def tag_rules() -> TagRules:
    return TagRules()


def test_a_tag_needs_its_threshold(tag_rules: TagRules) -> None:
    assert tag_rules.detect(shares_of(stove=0.09), RoomType.KITCHEN) == ()
    (feature,) = tag_rules.detect(shares_of(stove=0.11), RoomType.KITCHEN)
    assert feature.tag is Tag.STOVE
    assert feature.confidence == pytest.approx(confidence(0.11, 0.10), abs=1e-3)


def test_a_tag_needs_the_right_room(tag_rules: TagRules) -> None:
    couch = shares_of(studio_couch=0.6)
    assert [feature.tag for feature in tag_rules.detect(couch, RoomType.BEDROOM)] == [Tag.BED]
    assert [feature.tag for feature in tag_rules.detect(couch, RoomType.LIVING_ROOM)] == [Tag.SOFA]
    assert tag_rules.detect(couch, RoomType.EXTERIOR) == ()


def test_the_surest_tag_comes_first(tag_rules: TagRules) -> None:
    found = tag_rules.detect(shares_of(stove=0.12, refrigerator=0.6), RoomType.KITCHEN)
    assert [feature.tag for feature in found] == [Tag.REFRIGERATOR, Tag.STOVE]


@pytest.mark.parametrize("room", [RoomType.FLOOR_PLAN, RoomType.OTHER])
def test_a_drawing_shows_no_things(tag_rules: TagRules, room: RoomType) -> None:
    assert tag_rules.detect(shares_of(washer=0.9), room) == ()


def test_every_tag_that_the_model_can_tell_can_be_found_and_by_one_rule() -> None:
    assert sorted(rule.tag for rule in RULES) == sorted(TOLD_TAGS)


def test_confidence_runs_from_a_half_to_one() -> None:
    assert confidence(0.3, 0.3) == 0.5
    assert confidence(1.0, 0.3) == 1.0


def test_a_caption_says_what_was_found() -> None:
    assert (
        caption(RoomType.KITCHEN, [Tag.STOVE, Tag.KITCHEN_CABINETS], 0.9)
        == "A kitchen with a stove and kitchen cabinets. It is bright with daylight."
    )
    assert caption(RoomType.HALLWAY, [], 0.1) == "A hallway. There is little daylight."
    assert caption(RoomType.EXTERIOR, [Tag.PICKET_FENCE], None) == "The outside of a house with a picket fence."
    assert caption(RoomType.LIVING_ROOM, [], 0.5) == "A living room."


def test_a_four_poster_bed_is_not_mentioned_twice() -> None:
    found = caption(RoomType.BEDROOM, [Tag.BED, Tag.FOUR_POSTER_BED], 0.5)
    assert found == "A bedroom with a four-poster bed."


@pytest.mark.parametrize("room", RoomType)
@pytest.mark.parametrize("daylight", [None, 0.0, 0.5, 1.0])
def test_no_caption_is_longer_than_the_limit(room: RoomType, daylight: float | None) -> None:
    assert 0 < len(caption(room, sorted(Tag, key=len, reverse=True), daylight)) <= MAX_LENGTH
