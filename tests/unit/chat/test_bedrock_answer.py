"""What may be said of a language model's answer: sentences with photos that show what they speak of, and our own."""

import random
import string
from dataclasses import replace
from typing import Any

import pytest

from roomlens.chat.bedrock_answer import MOST_CHARACTERS, MOST_SENTENCES, Answer, NoAnswer, not_shown, supported
from roomlens.photos.facts import Facts
from roomlens.vocabulary import EMBEDDED_TELLS, EVERYTHING, RoomType, Scene, Tag

KITCHEN = Facts(
    scene=Scene.INTERIOR,
    room_type=RoomType.KITCHEN,
    tags=(Tag.DISHWASHER,),
    tags_denied=frozenset(),
    caption="Kitchen with a dishwasher.",
    condition_score=0.7,
    condition_reason=None,
    condition_why=(),
    condition_judged=False,
    natural_light_score=0.5,
    natural_light_why=(),
    corrected=False,
    reworded=False,
)
BATHROOM = replace(
    KITCHEN, room_type=RoomType.BATHROOM, tags=(), tags_denied=frozenset({Tag.BATHTUB}), caption="Bathroom."
)
PHOTOS = {1: KITCHEN, 2: BATHROOM}
SCORES = {0.7, 0.5, -0.25}


def said(text: str, *image_ids: Any) -> list[tuple[str, tuple[int, ...]]]:
    answer = Answer.model_validate({"sentences": [{"text": text, "image_ids": list(image_ids)}]})
    return [(sentence.text, sentence.image_ids) for sentence in supported(answer, PHOTOS, SCORES)]


def missing(photos: Any = PHOTOS, told: Any = EVERYTHING, found: bool = False, **named: Any) -> list[str]:
    answer = Answer.model_validate(named)
    return [sentence.text for sentence in not_shown(answer, photos.values(), told, found=found)]


# -------------------------------------------------------------------------------------------------------- sentences


@pytest.mark.parametrize(
    ("text", "image_ids"),
    [
        ("The kitchen has a dishwasher.", (1,)),
        ("The kitchen (photo 1) is in better condition than the bathroom (photo 2).", (1, 2)),
        ("Photos 1 and 2 are bright.", (1, 2)),
        ("There is no bathtub in the bathroom, a person says.", (2,)),
        ("Between photo 1 and 2 the kitchen's dishwasher was added!", (1, 2)),
        ("The kitchen's condition is 0.70 and its daylight 50 %.", (1,)),
        ("The kitchen's daylight fell by 0.3, which is 25 percent.", (1,)),
        ("In photo 2 the bathroom has few windows.", (2,)),
    ],
)
def test_a_sentence_that_its_photos_show_is_said(text: str, image_ids: tuple[int, ...]) -> None:
    assert said(text, *image_ids) == [(text, image_ids)]


@pytest.mark.parametrize(
    ("text", "image_ids"),
    [
        ("The kitchen has a dishwasher.", ()),  # no photo
        ("The kitchen has a dishwasher.", (7,)),  # one that no tool has shown
        ("The kitchen has a dishwasher.", (2,)),  # one that does not show it
        ("The kitchen has an island.", (1,)),
        ("The kitchen has no island.", (1,)),  # only people say what is not there
        ("The bathroom has a bathtub.", (2,)),  # a person says that there is none
        ("The kitchen lacks a dishwasher.", (1,)),
        ("The bedroom is bright.", (1,)),
        ("It is a safe place for young families.", (1,)),  # nothing that can be held against a photo
        ("The kitchen is close to good schools.", (1,)),
        ("The kitchen is in photo 9.", (1,)),
        ("The home has two kitchens.", (1, 2)),
        ("The home has 12 large bathrooms.", (1, 2)),
        ("The kitchen's condition is 0.9.", (1,)),
        ("The kitchen's condition is 0.72.", (1,)),
        ("The kitchen's daylight is 90%.", (1,)),
        ("Photos 1 and 9 show the kitchen.", (1,)),
        ("See www.example.com for the kitchen.", (1,)),
        ("The kitchen: [look](evil).", (1,)),
        ("<b>The kitchen</b>", (1,)),
        (f"The kitchen is {'very ' * MOST_CHARACTERS}bright.", (1,)),
        (" \n\t", (1,)),
    ],
)
def test_a_sentence_that_they_do_not_show_is_not(text: str, image_ids: tuple[int, ...]) -> None:
    assert said(text, *image_ids) == []


def test_a_photo_that_no_tool_has_shown_is_taken_out_and_the_sentence_stays_with_the_others() -> None:
    assert said("The kitchen has a dishwasher.", 9, 1, 1) == [("The kitchen has a dishwasher.", (1,))]


def test_a_place_that_is_seen_from_another_room_is_shown() -> None:
    claim = {"text": "The pool can be seen from the kitchen.", "image_ids": [1]}
    answer = Answer.model_validate({"sentences": [claim]})
    assert len(supported(answer, {1: replace(KITCHEN, tags=(Tag.IN_GROUND_POOL,))}, SCORES)) == 1
    assert supported(answer, PHOTOS, SCORES) == []


def test_rooms_are_counted_by_the_photos_of_them() -> None:
    claim = {"text": "The home has two bathrooms.", "image_ids": [1, 2, 3]}
    answer = Answer.model_validate({"sentences": [claim]})
    assert len(supported(answer, PHOTOS | {3: BATHROOM}, SCORES)) == 1


def test_each_of_several_sentences_in_one_is_held_against_the_photos() -> None:
    text = "The kitchen has a dishwasher. The area is quiet. Dr. Who lived here. The kitchen is bright"
    assert [one for one, _ in said(text, 1)] == ["The kitchen has a dishwasher.", "The kitchen is bright."]


def test_what_a_person_wrote_of_a_photo_supports_it_too() -> None:
    captioned = replace(KITCHEN, caption="Kitchen with an island and a view of the pool.")
    answer = Answer.model_validate({"sentences": [{"text": "The kitchen has an island.", "image_ids": [1]}]})
    assert len(supported(answer, {1: captioned}, SCORES)) == 1


def test_a_sentence_is_one_line_without_signs_that_nobody_sees() -> None:
    assert said("The\nkitchen \u202e\x07 is\u200b bright", 1) == [("The kitchen is bright.", (1,))]


def test_no_more_sentences_are_said_than_a_reader_can_take() -> None:
    claim = {"text": "The kitchen has a dishwasher.", "image_ids": [1]}
    answer = Answer.model_validate({"sentences": [claim] * (MOST_SENTENCES + 5)})
    assert len(supported(answer, PHOTOS, SCORES)) == MOST_SENTENCES


# --------------------------------------------------------------------------------------------------------- arguments


def test_lists_and_ids_that_come_as_text_are_read() -> None:
    given = {"sentences": '[{"text": "The kitchen has a dishwasher.", "image_ids": ["1", "photo 2", true, 1.5, null]}]'}
    assert [claim.image_ids for claim in Answer.model_validate(given).sentences] == [[1, 2]]


def test_what_can_not_be_read_costs_itself_and_not_the_answer() -> None:
    claim = {"text": "The kitchen has a dishwasher.", "image_ids": [1]}
    given = {
        "sentences": [claim, "words", {"text": 3}, None, {"image_ids": [1]}],
        "rooms_not_shown": ["garage", "cave", 3, "garage"],
        "things_not_shown": "not a list",
        "cannot_answer": "because",
        "more": 1,
    }
    answer = Answer.model_validate(given)
    assert (len(answer.sentences), answer.rooms_not_shown) == (1, [RoomType.GARAGE])
    assert (answer.things_not_shown, answer.cannot_answer, answer.is_empty) == ([], None, False)


@pytest.mark.parametrize("given", [{}, {"sentences": []}, {"sentences": None, "cannot_answer": None}])
def test_an_answer_without_anything_is_empty(given: Any) -> None:
    assert Answer.model_validate(given).is_empty


def test_a_reason_alone_is_an_answer() -> None:
    answer = Answer.model_validate({"cannot_answer": "unclear"})
    assert (answer.cannot_answer, answer.is_empty) == (NoAnswer.UNCLEAR, False)


def test_whatever_a_model_gives_no_sentence_stands_without_photos_that_were_shown() -> None:
    chance = random.Random(6)
    values: list[Any] = [None, True, -1, 0, 1, 2, 9, 10**12, 0.5, "1", "x", "", [], {}, "kitchen", ["1"], [[1]]]

    def anything(depth: int = 0) -> Any:
        kind = chance.randrange(4 if depth < 3 else 1)
        if kind == 1:
            return [anything(depth + 1) for _ in range(chance.randrange(3))]
        if kind == 2:
            return {"text": "".join(chance.choices(string.printable, k=20)) + " kitchen.", "image_ids": anything(3)}
        return chance.choice(values)

    for _ in range(300):
        answer = Answer.model_validate({name: anything() for name in Answer.model_fields})
        for sentence in supported(answer, PHOTOS, SCORES):
            assert set(sentence.image_ids) <= {1, 2}
            assert sentence.image_ids


# --------------------------------------------------------------------------------------------------------- not shown


def test_rooms_and_things_that_no_photo_shows_are_named_in_our_words() -> None:
    assert missing(rooms_not_shown=["garage"], things_not_shown=["island"]) == [
        "None of the photos shows a garage.",
        "I can't make out a kitchen island in the photos; I overlook many things, so there may be one.",
    ]


def test_what_is_shown_after_all_is_not_denied() -> None:
    pool = {3: replace(KITCHEN, tags=(Tag.IN_GROUND_POOL, Tag.SOAKING_TUB))}
    assert missing(PHOTOS | pool, rooms_not_shown=["kitchen", "pool", "other"], things_not_shown=["bathtub"]) == []


def test_what_the_model_that_looked_can_not_tell_is_not_denied_either() -> None:
    assert RoomType.WINE_CELLAR not in EMBEDDED_TELLS.rooms
    assert Tag.BIDET not in EMBEDDED_TELLS.tags
    assert missing(told=EMBEDDED_TELLS, rooms_not_shown=["wine_cellar"], things_not_shown=["bidet"]) == [
        "The photos can't tell me about a wine cellar.",
        "The photos can't tell me about a bidet.",
    ]


def test_a_room_of_a_special_kind_is_not_denied_where_the_general_one_is_shown() -> None:
    assert missing(rooms_not_shown=["primary_bathroom"]) == [
        "The photos show a bathroom; whether it is a primary bathroom they can't tell me."
    ]


def test_without_a_listing_only_what_was_found_is_spoken_of() -> None:
    assert missing(found=True, rooms_not_shown=["garage"]) == ["None of the photos that I found shows a garage."]
