"""How the bars of relevance are measured and looked at, with a model of words and photos of two rooms."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.looks import Look
from benchmarks.photo_sets import Labelled
from roomlens.search import calibration
from roomlens.vocabulary import RoomType, Tag
from tests.fakes import FakeEmbedder, seeded_vector
from training.relevance import judged, measured, told_by_kind
from training.searching import Gallery, questions

CAPTIONS = {
    RoomType.KITCHEN: ("A kitchen with an oven and cupboards.", [Tag.STOVE]),
    RoomType.BATHROOM: ("A bathroom with a shower and a sink.", [Tag.SOAKING_TUB]),
    RoomType.BEDROOM: ("A bedroom with a comfortable bed and pillows.", []),
}


def look(room: RoomType) -> Look:
    caption, tags = CAPTIONS[room]
    values = {"room_type": room, "features": [{"tag": tag} for tag in tags]}
    return Look(room, values, FakeEmbedder().embed([caption])[0], seeded_vector(room, 768))


@pytest.fixture
def photos() -> Gallery:
    return Gallery([Labelled(Path(room), room, room) for room in CAPTIONS], [look(room) for room in CAPTIONS])


def test_the_bars_lie_above_questions_without_an_answer(photos: Gallery) -> None:
    found = measured(FakeEmbedder(), photos)
    assert 0 < found.bars.weak <= found.bars.strong < 0.5
    assert found.bars.weak_lead <= found.bars.strong_lead
    assert measured(FakeEmbedder(), photos).bars == found.bars


def test_what_answers_by_name_is_lifted_and_one_cosine_for_all_knows_no_names(
    photos: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A soaking tub is a bathtub, though no word of the caption says so."""
    monkeypatch.setattr(calibration, "_KNOWN", {FakeEmbedder.model: measured(FakeEmbedder(), photos)})
    bathtub, other = judged(FakeEmbedder(), ["bathtub", "stock market crash"], photos, flat=False)
    assert (bathtub == 2).tolist() == [False, True, False]
    assert other.max() < 2
    assert judged(FakeEmbedder(), ["bathtub"], photos, flat=True).tolist() == [[0, 0, 0]]


def test_pairs_of_questions_and_photos_are_told_by_kind(photos: Gallery) -> None:
    right = np.array([photos.showing(rooms) for _, _, rooms in questions()])
    told = told_by_kind(np.where(right, 2, 1), photos)
    assert set(told) == {"plain", "natural", "synonym", "typo", "abstract", "all"}
    assert {(one.strong, one.weak) for one in told.values()} == {((1.0, 0.0), (1.0, 1.0))}
