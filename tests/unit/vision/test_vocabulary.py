"""The words: complete, and found in questions."""

import subprocess
import sys
from pathlib import Path

import pytest

from roomlens.vocabulary import (
    RESO_IMAGE_OF,
    ROOM_LABELS,
    ROOM_SYNONYMS,
    TAG_GROUPS,
    TAG_LABELS,
    TAG_SYNONYMS,
    TOLD_ROOMS,
    TOLD_TAGS,
    UNSEEN_THINGS,
    ConditionBand,
    RoomType,
    Scene,
    Tag,
    answering_rooms,
    condition_band,
    kinds_of,
    rooms_mentioned,
    scene_of,
    tags_mentioned,
    things_not_seen,
)


def test_every_word_has_its_label_its_group_and_its_synonyms() -> None:
    assert set(ROOM_LABELS) == set(ROOM_SYNONYMS) == set(RESO_IMAGE_OF) == set(RoomType)
    assert set(TAG_LABELS) == set(TAG_GROUPS) == set(TAG_SYNONYMS) == set(Tag)
    assert all(TAG_SYNONYMS.values())
    assert all(words for room, words in ROOM_SYNONYMS.items() if room is not RoomType.OTHER)
    assert set(RoomType) > TOLD_ROOMS
    assert set(Tag) > TOLD_TAGS


@pytest.mark.parametrize(
    ("room", "scene"),
    [
        (RoomType.KITCHEN, Scene.INTERIOR),
        (RoomType.GARAGE, Scene.INTERIOR),
        (RoomType.EXTERIOR, Scene.EXTERIOR),
        (RoomType.POOL, Scene.EXTERIOR),
        (RoomType.AERIAL_VIEW, Scene.AERIAL),
        (RoomType.FLOOR_PLAN, Scene.FLOOR_PLAN),
        (RoomType.OTHER, Scene.OTHER),
    ],
)
def test_a_room_belongs_to_a_scene(room: RoomType, scene: Scene) -> None:
    assert scene_of(room) is scene


def test_a_general_room_includes_its_kinds_and_a_kind_may_be_seen_as_its_general_room() -> None:
    assert kinds_of(RoomType.BEDROOM) == {RoomType.BEDROOM, RoomType.PRIMARY_BEDROOM, RoomType.NURSERY}
    assert kinds_of(RoomType.NURSERY) == {RoomType.NURSERY}
    assert answering_rooms(RoomType.NURSERY) == {RoomType.NURSERY, RoomType.BEDROOM}
    assert answering_rooms(RoomType.GARAGE) == {RoomType.GARAGE}


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
        ("Which family room is brighter than the lounge", {RoomType.FAMILY_ROOM, RoomType.LIVING_ROOM}),
        ("What about the foyer's floor plan", {RoomType.ENTRY, RoomType.FLOOR_PLAN}),
        ("Where can I park my car?", {RoomType.PARKING}),
        ("Is there a swimming pool, or a backyard?", {RoomType.POOL, RoomType.YARD}),
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
        ("a hot tub", {Tag.HOT_TUB}),
        ("granite countertops", {Tag.GRANITE_COUNTERS}),
        ("hardwood floors and stainless steel appliances", {Tag.HARDWOOD_FLOORS, Tag.STAINLESS_STEEL_APPLIANCES}),
    ],
)
def test_things_are_found_by_their_synonyms_and_longest_name(question: str, tags: set[Tag]) -> None:
    assert tags_mentioned(question) == tags


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("Are the walls of the roof leaking, is it a leak?", {"hidden damage or what is behind the walls"}),
        ("countertops in the kitchen", {"counters and their material"}),
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
