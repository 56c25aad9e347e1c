"""Answers: every sentence names the photos it rests on, and what no photo shows is not claimed."""

import pytest

from roomlens.chat.composing import Seen, compose
from roomlens.vocabulary import RoomType, Tag

KITCHEN = Seen(1, RoomType.KITCHEN, frozenset({Tag.STOVE, Tag.DISHWASHER}), "A kitchen with a stove.", 0.8, 0.9)
OLD_KITCHEN = Seen(2, RoomType.KITCHEN, frozenset({Tag.STOVE}), "A kitchen.", 0.4, 0.5)
BATHROOM = Seen(3, RoomType.BATHROOM, frozenset({Tag.BATHTUB}), "A bathroom with a bathtub.", 0.6, 0.2)
EXTERIOR = Seen(4, RoomType.EXTERIOR, frozenset(), "The outside of a house.", None, None)
HOME = [KITCHEN, OLD_KITCHEN, BATHROOM, EXTERIOR]


def test_a_thing_is_said_to_be_where_it_was_seen() -> None:
    reply = compose("Is there an oven?", HOME, [])
    assert reply.text == "A stove can be seen in the kitchen (photos 1 and 2)."
    assert (reply.image_ids, reply.abstained) == ([1, 2], False)


def test_several_of_a_kind_have_no_article() -> None:
    shelves = Seen(5, RoomType.LIVING_ROOM, frozenset({Tag.BOOKSHELVES}), "A living room.", 0.5, 0.5)
    assert compose("bookshelves?", [shelves], []).text == "Bookshelves can be seen in the living room (photo 5)."


def test_a_thing_that_no_photo_shows_is_not_claimed() -> None:
    reply = compose("Is there a staircase?", HOME, [KITCHEN])
    assert (reply.text, reply.image_ids, reply.abstained) == (
        "I can't make out a staircase in the photos; I overlook many things, so there may be one.",
        [],
        True,
    )


def test_a_thing_is_looked_for_in_the_room_that_is_named() -> None:
    reply = compose("Does the bathroom have a bathtub?", HOME, [])
    assert reply.image_ids == [3]
    missing = compose("Does the bathroom have a stove?", HOME, [])
    assert (missing.abstained, missing.text) == (
        True,
        "I can't make out a stove in the photos of the bathroom; I overlook many things, so there may be one.",
    )


def test_what_a_photo_can_not_tell_is_said_so() -> None:
    reply = compose("Are the schools good?", HOME, [KITCHEN])
    assert (reply.text, reply.abstained) == ("The photos can't tell me about schools.", True)


def test_one_part_of_a_question_may_be_answered_and_another_not() -> None:
    reply = compose("Is there a bathtub, and a garage?", HOME, [])
    assert reply.abstained is False
    assert [sentence.image_ids for sentence in reply.sentences] == [(3,), ()]
    assert "can't tell me about a garage" in reply.text


def test_a_room_is_described_photo_by_photo() -> None:
    reply = compose("Tell me about the kitchen.", HOME, [])
    assert [sentence.image_ids for sentence in reply.sentences] == [(1,), (2,)]
    assert reply.sentences[0].text.startswith("Photo 1: A kitchen with a stove (condition about 0.80 out of 1")


def test_a_room_that_is_not_there_is_said_to_be_missing() -> None:
    reply = compose("Show me the bedroom", HOME, [KITCHEN])
    assert (reply.text, reply.abstained) == ("None of the 4 photos shows a bedroom.", True)


def test_the_brightest_and_the_darkest_room_are_named() -> None:
    reply = compose("Which room gets the most daylight?", HOME, [])
    assert reply.text == (
        "The most daylight is in the kitchen (photo 1), 0.90 out of 1; the least in the bathroom (photo 3), 0.20."
    )
    assert reply.image_ids == [1, 3]


def test_condition_is_called_an_estimate() -> None:
    reply = compose("What improvements should I make before selling?", HOME, [])
    assert reply.sentences[0].image_ids == (1, 2)
    assert "an estimate from the picture, not an inspection" in reply.text


def test_a_measure_of_one_room_has_no_rival() -> None:
    reply = compose("Is the bathroom dark?", HOME, [])
    assert reply.text == "In the bathroom (photo 3) the daylight is 0.20 out of 1."


def test_what_was_not_measured_is_not_guessed() -> None:
    reply = compose("In what condition is the exterior?", [EXTERIOR], [])
    assert (reply.text, reply.abstained) == ("The condition can't be told from these photos.", True)


def test_words_we_do_not_know_are_answered_by_the_nearest_photos() -> None:
    reply = compose("somewhere cosy to read", HOME, [BATHROOM])
    assert (reply.text, reply.image_ids) == ("Photo 3 comes closest: A bathroom with a bathtub.", [3])
    assert compose("somewhere cosy to read", HOME, []).text == (
        "None of the photos answers that. Ask me what the photos show: a room, a feature, the light or the condition."
        " I read English only."
    )


def test_a_special_kind_of_a_thing_is_not_told_twice() -> None:
    tub = Seen(1, RoomType.BATHROOM, frozenset({Tag.BATHTUB, Tag.SOAKING_TUB}), "A bathroom.", 0.5, 0.5)
    reply = compose("Is there a bathtub?", [tub], [])
    assert reply.text == "A soaking tub can be seen in the bathroom (photo 1)."
    plain = Seen(2, RoomType.BATHROOM, frozenset({Tag.BATHTUB}), "A bathroom.", 0.5, 0.5)
    assert [one.image_ids for one in compose("Is there a bathtub?", [tub, plain], []).sentences] == [(2,), (1,)]


def test_that_a_condition_is_an_estimate_is_said_once() -> None:
    reply = compose("Describe the kitchen", HOME, [])
    assert reply.text.endswith(" Condition is an estimate from the picture, not an inspection.")
    assert reply.text.count("estimate") == 1


def test_two_photos_of_one_room_are_told_apart_by_their_numbers() -> None:
    two = [Seen(n, RoomType.KITCHEN, frozenset(), "A kitchen.", n / 10, None, judged=True) for n in (3, 7)]
    reply = compose("Is the kitchen in good condition?", two, [])
    assert reply.text == (
        "Of the photos of the kitchen, photo 7 shows the best condition, 0.70 out of 1, and photo 3 the weakest, 0.30."
        " A person judged the condition."
    )


@pytest.mark.parametrize(
    ("rooms", "where"),
    [
        (["BEDROOM", "BEDROOM"], "in all photos of the bedroom"),
        (["BEDROOM", "KITCHEN"], "in the bedroom and the kitchen"),
        (["BEDROOM", "KITCHEN", "HALLWAY", "OFFICE"], "in all of these rooms"),
    ],
)
def test_where_all_is_alike_it_is_said_of_what(rooms: list[str], where: str) -> None:
    alike = [Seen(n, RoomType[room], frozenset(), "A room.", None, 0.5) for n, room in enumerate(rooms)]
    reply = compose("How much daylight is there?", alike, [])
    assert reply.text == f"The daylight is much the same {where}, about 0.50 out of 1."


def test_two_rooms_are_compared_by_their_best_photo() -> None:
    reply = compose("Is the kitchen brighter than the bathroom?", HOME, [])
    assert (
        reply.text
        == "On a scale from 0 to 1, the daylight is 0.90 in the kitchen (photo 1) and 0.20 in the bathroom (photo 3)."
    )
    assert reply.image_ids == [1, 3]


def test_small_differences_are_not_ranked() -> None:
    alike = [Seen(n, RoomType.BEDROOM, frozenset(), "A bedroom.", 0.55 + n / 50, 0.5) for n in (1, 2)]
    reply = compose("Which room is in the best condition?", alike, [])
    assert reply.text.startswith("The condition is much the same in all photos of the bedroom, about 0.58 out of 1.")
    assert reply.image_ids == [1, 2]


def test_a_renovation_is_not_read_from_a_picture() -> None:
    reply = compose("Has the kitchen been renovated?", [KITCHEN], [])
    assert "can't tell me what was renovated" in reply.text


def test_a_fashion_is_not_read_from_a_picture() -> None:
    reply = compose("Is the kitchen modern?", [KITCHEN], [])
    assert "The photos can't tell me what was renovated, or when." in reply.text
    assert (
        compose("Does it look modern?", [KITCHEN], []).text == "The photos can't tell me what was renovated, or when."
    )


def test_rooms_are_listed_and_counted() -> None:
    reply = compose("What rooms are there?", HOME, [])
    assert reply.text == (
        "The photos show a kitchen (photos 1 and 2), a bathroom (photo 3) and an exterior (photo 4);"
        " two photos may show one room."
    )
    assert compose("How many bathrooms are there?", HOME, []).image_ids == [3]


@pytest.mark.parametrize(
    "question", ["What is the state tax?", "Is the price a good value?", "Is it near a school by light rail?"]
)
def test_a_word_of_ours_in_a_question_of_theirs_is_not_answered(question: str) -> None:
    reply = compose(question, HOME, [])
    assert (reply.abstained, reply.image_ids) == (True, [])


@pytest.mark.parametrize("question", ["", "   ", "\n", "Hello!", "Thank you"])
def test_an_empty_question_is_answered_with_a_hint(question: str) -> None:
    reply = compose(question, HOME, [])
    assert (reply.abstained, reply.image_ids) == (True, [])


def test_without_photos_there_is_nothing_to_say() -> None:
    assert compose("Is there a stove?", [], []).text == "There are no analysed photos to answer from yet."


def test_rooms_that_were_not_measured_are_not_compared() -> None:
    unmeasured = [Seen(n, room, frozenset(), "A room.", None, None) for n, room in enumerate(RoomType, 1)]
    reply = compose("Is the kitchen brighter than the bathroom?", unmeasured, [])
    assert (reply.text, reply.image_ids) == ("The daylight can't be told from these photos.", [])


def test_a_photo_is_described_with_what_was_measured_of_it_and_no_more() -> None:
    rooms = [
        Seen(1, RoomType.KITCHEN, frozenset(), "A kitchen.", 0.8, None),
        Seen(2, RoomType.KITCHEN, frozenset(), "A dim kitchen.", None, 0.2),
        Seen(3, RoomType.KITCHEN, frozenset(), "A kitchen too.", None, None),
    ]
    first, second, third = compose("Describe the kitchen", rooms, []).text.split("Photo ")[1:]
    assert ("condition about 0.80" in first, "daylight" in first) == (True, False)
    assert ("condition" in second, "daylight 0.20" in second) == (False, True)
    assert third == "3: A kitchen too."
