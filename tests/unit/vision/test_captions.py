"""A caption says what was detected, briefly, and nothing about people."""

import re
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from roomlens.vision.captions import MAX_LENGTH, caption
from roomlens.vocabulary import ROOM_LABELS, TAG_LABELS, RoomType, Scene, Tag

DAYLIGHT = (None, 0.0, 0.5, 1.0)
_LIST = Path(__file__).with_name("words_about_people.txt").read_text(encoding="utf-8").splitlines()
WORDS = [word for line in _LIST if not line.startswith("#") for word in line.split()]
FORBIDDEN = re.compile(r"\b(?:" + "|".join(word.replace("*", r"\w*") for word in WORDS) + r")\b", re.IGNORECASE)


@cache
def every_caption() -> frozenset[str]:
    """Captions only list names, so each word that one can have occurs in those with no thing or one thing. The scene
    is named where the room is not."""
    things: list[list[Tag]] = [[], *([tag] for tag in Tag)]
    by_room = (caption(*made) for made in product(RoomType, things, DAYLIGHT))
    by_scene = (caption(RoomType.OTHER, *made) for made in product(things, DAYLIGHT, Scene))
    return frozenset((*by_room, *by_scene))


def test_a_caption_says_what_was_found() -> None:
    found = caption(RoomType.KITCHEN, [Tag.STOVE, Tag.KITCHEN_CABINETS, Tag.ISLAND], 0.9)
    assert found == "A kitchen with a stove, kitchen cabinets and a kitchen island. It is bright with daylight."
    assert caption(RoomType.HALLWAY, [], 0.1) == "A hallway. There is little daylight."
    assert caption(RoomType.EXTERIOR, [Tag.PICKET_FENCE], None) == "The outside of a house with a picket fence."
    assert caption(RoomType.LIVING_ROOM, [], 0.5) == "A living room."
    steel = caption(RoomType.KITCHEN, [Tag.STAINLESS_STEEL_APPLIANCES, Tag.RECESSED_LIGHTING], None)
    assert steel == "A kitchen with stainless steel appliances and recessed lighting."


@pytest.mark.parametrize(
    ("scene", "opening"),
    [
        (Scene.INTERIOR, "An interior."),
        (Scene.EXTERIOR, "A view of the outside."),
        (Scene.OTHER, "A photo that shows no room."),
    ],
)
def test_where_no_room_is_told_the_scene_is(scene: Scene, opening: str) -> None:
    assert caption(RoomType.OTHER, [], None, scene) == opening


def test_the_scene_is_not_repeated_where_the_room_is_told() -> None:
    assert caption(RoomType.KITCHEN, [], None, Scene.INTERIOR) == "A kitchen."


def test_a_thing_is_not_mentioned_twice_by_its_general_name() -> None:
    assert caption(RoomType.BEDROOM, [Tag.BED, Tag.FOUR_POSTER_BED], 0.5) == "A bedroom with a four-poster bed."
    found = caption(RoomType.BATHROOM, [Tag.BATHTUB, Tag.TOILET, Tag.SOAKING_TUB], None)
    assert found == "A bathroom with a toilet and a soaking tub."
    cabinets = caption(RoomType.KITCHEN, [Tag.KITCHEN_CABINETS, Tag.WHITE_CABINETS], None)
    assert cabinets == "A kitchen with white cabinets."


@pytest.mark.parametrize("room", RoomType)
@pytest.mark.parametrize("daylight", DAYLIGHT)
def test_no_caption_is_longer_than_the_limit(room: RoomType, daylight: float | None) -> None:
    assert 0 < len(caption(room, sorted(Tag, key=len, reverse=True), daylight)) <= MAX_LENGTH


def test_no_caption_speaks_of_people_the_area_or_worth() -> None:
    found = {word.group(): words for words in every_caption() if (word := FORBIDDEN.search(words))}
    assert found == {}


@pytest.mark.parametrize("words", ["A master bedroom.", "Ideal for families", "a safe neighbourhood", "near schools"])
def test_the_list_finds_what_it_is_for(words: str) -> None:
    assert FORBIDDEN.search(words)


def test_a_caption_has_no_word_but_those_of_the_vocabulary_and_of_its_sentences() -> None:
    sentences = (
        "a an with and the of house outside front back side main shared facility floor plan or another drawing view "
        "from air interior photo that shows no room it is bright daylight there little living bedroom bathroom"
    )
    known = set(re.findall(r"[\w'-]+", " ".join([sentences, *ROOM_LABELS.values(), *TAG_LABELS.values()]).lower()))
    assert {word for words in every_caption() for word in re.findall(r"[\w'-]+", words.lower())} <= known
