"""From the network's numbers to rooms, by rules."""

import numpy as np
import pytest
from numpy.typing import NDArray

from roomlens.vision.room_evidence import FLOOR_PLANS, OUTDOORS, ROOMS, VAGUE
from roomlens.vision.rooms import RoomRules
from roomlens.vocabulary import TOLD_ROOMS, RoomType
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
