"""Answers about words that no model knows: nothing is claimed of them, until a person has said something."""

import pytest

from roomlens.chat.composing import Seen, compose
from roomlens.vocabulary import (
    EVERYTHING,
    ROOM_LABELS,
    ROOM_SYNONYMS,
    TAG_LABELS,
    TAG_SYNONYMS,
    TOLD_ROOMS,
    TOLD_TAGS,
    RoomType,
    Tag,
    answering_rooms,
    with_article,
)

KITCHEN = Seen(1, RoomType.KITCHEN, frozenset({Tag.STOVE}), "A kitchen with a stove.", 0.8, 0.9)
BEDROOM = Seen(2, RoomType.BEDROOM, frozenset(), "A bedroom.", 0.8, 0.5)
HOME = [KITCHEN, BEDROOM]


def having(*tags: Tag, room: RoomType = RoomType.LIVING_ROOM) -> Seen:
    return Seen(3, room, frozenset(tags), "A photo.", None, None)


@pytest.mark.parametrize("tag", sorted(set(Tag) - TOLD_TAGS))
def test_a_thing_that_the_model_does_not_know_is_not_called_missing(tag: Tag) -> None:
    reply = compose(f"Is there {with_article(TAG_SYNONYMS[tag][0])}?", [BEDROOM], [])
    assert reply.abstained
    assert reply.text == f"The photos can't tell me about {with_article(TAG_LABELS[tag])}."


@pytest.mark.parametrize("tag", Tag)
def test_a_thing_that_a_person_has_named_is_shown(tag: Tag) -> None:
    reply = compose(f"Is there {with_article(TAG_SYNONYMS[tag][0])}?", [having(tag), BEDROOM], [])
    assert reply.image_ids == [3]
    assert f"{with_article(TAG_LABELS[tag])} can be seen in the living room".lower() in reply.text.lower()


@pytest.mark.parametrize("room", sorted(set(RoomType) - TOLD_ROOMS))
def test_a_room_that_the_model_does_not_know_is_shown_once_a_person_has_named_it(room: RoomType) -> None:
    question, name = f"Show me the {ROOM_SYNONYMS[room][0]}", with_article(ROOM_LABELS[room])
    stranger = having(room=RoomType.FLOOR_PLAN)
    may_be_seen = bool(answering_rooms(room) & TOLD_ROOMS)  # as the general room that it is a kind of
    missing = f"The only photo doesn't show {name}." if may_be_seen else f"The photos can't tell me about {name}."
    assert compose(question, [stranger], []).text == missing
    assert compose(question, [stranger, having(room=room)], []).image_ids == [3]


def test_a_kind_of_room_may_be_among_the_general_ones() -> None:
    reply = compose("Show me the primary bedroom", HOME, [])
    assert reply.image_ids == [2]
    assert "The photos show a bedroom; whether it is a primary bedroom they can't tell me." in reply.text
    named = Seen(4, RoomType.PRIMARY_BEDROOM, frozenset(), "Ours.", None, None)
    assert "can't tell me" not in compose("Show me the primary bedroom", [*HOME, named], []).text
    assert compose("Show me the bedrooms", [*HOME, named], []).image_ids == [2, 4]


def test_a_place_without_a_photo_of_its_own_may_be_seen_in_another() -> None:
    reply = compose("Is there a pool?", [*HOME, having(Tag.IN_GROUND_POOL, room=RoomType.EXTERIOR)], [])
    assert reply.text == "An in-ground pool can be seen in the exterior (photo 3)."


def test_a_thing_is_also_its_special_kinds() -> None:
    reply = compose("Is there a bathtub?", [having(Tag.SOAKING_TUB, room=RoomType.BATHROOM)], [])
    assert (reply.text, reply.image_ids) == ("A soaking tub can be seen in the bathroom (photo 3).", [3])


def test_the_light_of_a_room_that_is_not_there_is_not_that_of_others() -> None:
    reply = compose("Is the garage dark?", HOME, [])
    assert (reply.text, reply.image_ids) == ("The photos can't tell me about a garage.", [])


def test_of_a_model_that_knows_every_word_nothing_is_beyond_it() -> None:
    reply = compose("Is there a garage, and a skylight?", HOME, [], EVERYTHING)
    assert reply.text == (
        "None of the 2 photos shows a garage."
        " I can't make out a skylight in the photos of the garage; I overlook many things, so there may be one."
    )


@pytest.mark.parametrize(
    ("noun", "said"),
    [
        ("office", "an office"),
        ("unrecognised scene", "an unrecognised scene"),
        ("EV charger", "an EV charger"),
        ("in-ground pool", "an in-ground pool"),
        ("stairs", "stairs"),
        ("French doors", "French doors"),
        ("carpet", "carpet"),
        ("crown molding", "crown molding"),
        ("washer and dryer", "a washer and dryer"),
        ("yard", "a yard"),
    ],
)
def test_a_noun_has_its_article(noun: str, said: str) -> None:
    assert with_article(noun) == said
