"""Answers that rest on what a person said of a photo: that a thing is not there, or what its condition is."""

from dataclasses import replace

import pytest

from roomlens.chat.composing import Seen, compose
from roomlens.vocabulary import TOLD_TAGS, RoomType, Tag

KITCHEN = Seen(1, RoomType.KITCHEN, frozenset({Tag.STOVE}), "A kitchen with a stove.", 0.8, 0.9)
BATHROOM = Seen(6, RoomType.BATHROOM, frozenset(), "A bathroom.", 0.6, 0.2, denied=frozenset({Tag.BATHTUB}))
LOOKED_AT = "No bathtub can be seen in the bathroom (photo 6): a person looked at that photo and says so."


def denying(photo: Seen, *tags: Tag) -> Seen:
    return replace(photo, denied=frozenset(tags))


def judged(photo: Seen, condition: float = 0.95) -> Seen:
    return replace(photo, condition=condition, judged=True)


def test_a_persons_word_that_a_thing_is_not_there_is_the_answer() -> None:
    for question in ("Is there a bathtub?", "Does the bathroom have a bathtub?"):
        reply = compose(question, [BATHROOM], [])
        assert (reply.text, reply.image_ids, reply.abstained) == (LOOKED_AT, [6], False)


def test_of_photos_that_nobody_judged_nothing_is_claimed() -> None:
    reply = compose("Is there a bathtub?", [KITCHEN, BATHROOM], [])
    assert [(sentence.text, sentence.image_ids) for sentence in reply.sentences] == [
        (LOOKED_AT, (6,)),
        ("I can't make out a bathtub in the other photos; I overlook many things, so there may be one.", ()),
    ]
    bathrooms = [BATHROOM, replace(denying(BATHROOM), image_id=7)]
    assert "in the other photos of the bathroom;" in compose("Has the bathroom a bathtub?", bathrooms, []).text


def test_what_no_model_can_tell_a_person_can_say_is_not_there() -> None:
    assert Tag.BIDET not in TOLD_TAGS
    bathroom = denying(BATHROOM, Tag.BIDET)
    said = "No bidet can be seen in the bathroom (photo 6): a person looked at that photo and says so."
    assert compose("Is there a bidet?", [bathroom], []).text == said
    assert compose("Is there a bidet?", [bathroom, KITCHEN], []).text == (
        f"{said} The other photos can't tell me about a bidet."
    )


def test_several_photos_of_which_it_was_said_are_all_named() -> None:
    both = [denying(BATHROOM, Tag.STOVE), denying(replace(KITCHEN, tags=frozenset()), Tag.STOVE)]
    assert compose("Is there a stove?", both, []).text == (
        "No stove can be seen in the bathroom and the kitchen (photos 6 and 1):"
        " a person looked at each photo and says so."
    )


@pytest.mark.parametrize("shown", [Tag.BATHTUB, Tag.SOAKING_TUB])
def test_a_thing_that_another_photo_shows_is_there(shown: Tag) -> None:
    other = replace(BATHROOM, image_id=7, tags=frozenset({shown}), denied=frozenset())
    reply = compose("Is there a bathtub?", [BATHROOM, other], [])
    assert (reply.image_ids, len(reply.sentences)) == ([7], 1)


def test_a_word_on_another_room_is_no_word_on_the_one_that_is_asked_for() -> None:
    reply = compose("Is there a bathtub in the kitchen?", [KITCHEN, BATHROOM], [])
    assert (reply.abstained, reply.image_ids) == (True, [])
    assert "I can't make out a bathtub in the photos of the kitchen" in reply.text


def test_no_special_kind_is_not_none_at_all() -> None:
    reply = compose("Is there a bathtub?", [denying(BATHROOM, Tag.SOAKING_TUB)], [])
    assert reply.text == "I can't make out a bathtub in the photos; I overlook many things, so there may be one."


def test_a_place_that_a_person_said_is_not_there_is_not_called_untold() -> None:
    photo = denying(KITCHEN, Tag.BALCONY)
    said = "No balcony can be seen in the kitchen (photo 1): a person looked at that photo and says so."
    assert compose("Is there a balcony?", [photo], [BATHROOM]).text == said
    assert compose("Is there a balcony?", [photo, BATHROOM], []).text == (
        f"{said} The other photos can't tell me about a balcony."
    )
    fence = compose("Is there a yard?", [denying(KITCHEN, Tag.FENCED_YARD)], []).text
    assert fence.startswith("No fenced yard can be seen in the kitchen (photo 1)")
    assert fence.endswith("The photos can't tell me about a yard.")


def test_a_persons_condition_is_not_called_an_estimate() -> None:
    described = compose("Show me the bathroom", [judged(BATHROOM)], []).text
    assert (
        described
        == "Photo 6: A bathroom (condition 0.95 out of 1; daylight 0.20 out of 1). A person judged the condition."
    )
    asked = compose("In what condition is the bathroom?", [judged(BATHROOM)], [])
    assert asked.text == "In the bathroom (photo 6) the condition is 0.95 out of 1. A person judged the condition."


@pytest.mark.parametrize(
    ("question", "kitchen"),
    [
        ("In what condition is the home?", 0.6),  # the best and the weakest
        ("In what condition is the home?", 0.9),  # all much the same
        ("Is the bathroom in a better condition than the kitchen?", 0.6),
    ],
)
def test_of_several_conditions_it_is_said_whose_word_each_is(question: str, kitchen: float) -> None:
    estimated, known = replace(KITCHEN, condition=kitchen), judged(BATHROOM)
    assert compose(question, [estimated, known], []).text.endswith(
        " A person judged photo 6; the rest is an estimate from the picture, not an inspection."
    )
    both = compose(question, [judged(KITCHEN, kitchen), known], []).text
    assert both.endswith(" A person judged the condition.")
    assert "estimate" not in both


def test_daylight_is_nobodys_word() -> None:
    assert "person" not in compose("Is the bathroom dark?", [judged(BATHROOM)], []).text


def test_photos_that_are_not_near_enough_answer_nothing_but_exist() -> None:
    for question in ("Is there a bathtub?", "Show me the kitchen", "somewhere cosy to read", "the best condition?"):
        reply = compose(question, [], [], exist=True)
        assert (reply.sentences[0].text, reply.abstained) == ("None of the photos answers that.", True)
    assert compose("Good schools?", [], [], exist=True).text == "The photos can't tell me about schools."
