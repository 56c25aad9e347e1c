"""The words: complete, and found in questions."""

import subprocess
import sys
from pathlib import Path

import pytest

from roomlens.vocabulary import (
    ROOM_LABELS,
    ROOM_SYNONYMS,
    TAG_GROUPS,
    TAG_LABELS,
    TAG_SYNONYMS,
    UNSEEN_THINGS,
    ConditionBand,
    RoomType,
    Tag,
    condition_band,
    rooms_mentioned,
    tags_mentioned,
    things_not_seen,
)


def test_every_word_has_its_label_its_group_and_its_synonyms() -> None:
    assert set(ROOM_LABELS) == set(ROOM_SYNONYMS) == set(RoomType)
    assert set(TAG_LABELS) == set(TAG_GROUPS) == set(TAG_SYNONYMS) == set(Tag)
    assert all(TAG_SYNONYMS.values())


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (1, "C1"),
        (0.95, "C1"),
        (0.9499, "C2"),
        (0.82, "C2"),
        (0.65, "C3"),
        (0.45, "C4"),
        (0.22, "C5"),
        (0.2199, "C6"),
        (0, "C6"),
    ],
)
def test_a_score_falls_into_its_band(score: float, band: str) -> None:
    assert condition_band(score) is ConditionBand(band)


@pytest.mark.parametrize(
    ("question", "rooms"),
    [
        ("Show me the KITCHEN!", {RoomType.KITCHEN}),
        ("how many bedrooms and bathrooms?", {RoomType.BEDROOM, RoomType.BATHROOM}),
        ("Which family room is brighter than the lounge", {RoomType.LIVING_ROOM}),
        ("What about the foyer's floor plan", {RoomType.HALLWAY, RoomType.FLOOR_PLAN}),
        ("a challenge for the hallmark", set()),
        ("", set()),
    ],
)
def test_rooms_are_found_as_whole_words(question: str, rooms: set[RoomType]) -> None:
    assert rooms_mentioned(question) == rooms


@pytest.mark.parametrize(
    ("question", "tags"),
    [
        ("Is there a fridge?", {Tag.REFRIGERATOR}),
        ("couches, bookshelves and stairs", {Tag.SOFA, Tag.BOOKSHELVES, Tag.STAIRCASE}),
        ("Does it have a tub or an oven", {Tag.BATHTUB, Tag.STOVE}),
        ("a four-poster bed", {Tag.FOUR_POSTER_BED}),
        ("bedding in the bedroom", set()),
        ("a pool table", {Tag.POOL_TABLE}),
        ("a hot tub", set()),
    ],
)
def test_things_are_found_by_their_synonyms_and_longest_name(question: str, tags: set[Tag]) -> None:
    assert tags_mentioned(question) == tags


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("Where can I park my car?", {"a garage or parking"}),
        ("Is there a swimming pool or a hot tub?", {"a pool or hot tub"}),
        ("pool table", set()),
        ("granite countertops in the kitchen", {"counters and their material"}),
        ("What is the best school in the neighbourhood?", {"schools", "the neighbourhood"}),
        ("Show me the kitchen", set()),
    ],
)
def test_what_no_photo_can_tell_is_recognised(question: str, things: set[str]) -> None:
    assert things_not_seen(question) == things


def test_no_phrase_means_two_things() -> None:
    phrases = [
        phrase
        for synonyms in (ROOM_SYNONYMS, TAG_SYNONYMS, UNSEEN_THINGS)
        for group in synonyms.values()
        for phrase in group
    ]
    assert len(phrases) == len(set(phrases))


@pytest.mark.parametrize("question", ["\x00 kitchen", "\ud800 kitchen", "kitchen " * 15_000])
def test_odd_text_is_read_all_the_same(question: str) -> None:
    assert rooms_mentioned(question) == {RoomType.KITCHEN}


def test_the_doors_to_the_models_load_no_numpy() -> None:
    root = Path(__file__).parents[3]
    code = "import sys, roomlens.vision, roomlens.text; assert not {'numpy', 'PIL'} & set(sys.modules), 'numpy or PIL'"
    paths = [str(root / "layers" / "core"), str(root / "layers" / "models")]
    subprocess.run([sys.executable, "-c", f"import sys; sys.path[:0] = {paths!r}; {code}"], check=True, cwd=root)
