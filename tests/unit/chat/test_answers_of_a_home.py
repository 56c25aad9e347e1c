"""Answers that rest on rooms, gaps and changes of a listing, and on what several listings show."""

import random
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from benchmarks.chat.asking import questions
from roomlens.chat import advice
from roomlens.chat.composing import Seen, compose
from roomlens.chat.followups import in_context
from roomlens.chat.history import History, Said
from roomlens.chat.homes import Home, Listing
from roomlens.chat.replies import MOST_SENTENCES, Reply
from roomlens.listings.kinds import Change, Gap, Measured, RoomInstance
from roomlens.models import ChangeVerdict, Role
from roomlens.vocabulary import QualityFlag, RoomType, Tag

OLD, NEW = datetime(2025, 4, 28, tzinfo=UTC), datetime(2026, 5, 12, tzinfo=UTC)
BEFORE = Seen(1, RoomType.KITCHEN, frozenset({Tag.STOVE}), "A kitchen with a stove.", 0.4, 0.5, taken=OLD)
AFTER = Seen(2, RoomType.KITCHEN, frozenset({Tag.ISLAND}), "A kitchen with an island.", 0.8, 0.7, taken=NEW)
BATH = Seen(3, RoomType.BATHROOM, frozenset({Tag.BATHTUB}), "A bathroom.", 0.6, 0.2, taken=NEW)
OTHER_BATH = Seen(4, RoomType.BATHROOM, frozenset(), "A bathroom too.", 0.3, 0.6, taken=NEW)
FRONT = Seen(5, RoomType.EXTERIOR, frozenset(), "The outside of a house.", None, None)
PHOTOS = [BEFORE, AFTER, BATH, OTHER_BATH, FRONT]


def room(name: str, kind: RoomType, number: int, *photos: Seen, of: Seen | None = None) -> RoomInstance:
    """`of`: the photo that its measures rest on, else the last."""
    now = of or photos[-1]
    condition, light = (Measured(score, *[now.image_id] * 3) for score in (now.condition, now.daylight))
    ids = tuple(photo.image_id for photo in photos)
    return RoomInstance(name, kind, number, ids, condition, light, tuple(sorted(now.tags)))


KITCHEN = room("kitchen", RoomType.KITCHEN, 1, BEFORE, AFTER)
HOME = Home(
    rooms=(
        KITCHEN,
        room("bathroom 1", RoomType.BATHROOM, 1, BATH),
        room("bathroom 2", RoomType.BATHROOM, 2, OTHER_BATH),
        RoomInstance("exterior", RoomType.EXTERIOR, 1, (5,), Measured(None), Measured(None), ()),
    ),
    gaps=(Gap(RoomType.BEDROOM, "No photo shows a bedroom."),),
)


def change(**values: Any) -> Change:
    told = {
        "before_image_id": 1,
        "after_image_id": 2,
        "before_at": OLD,
        "after_at": NEW,
        "room_type": RoomType.KITCHEN,
        "instance": "kitchen",
        "verdict": ChangeVerdict.IMPROVED,
        "reason": None,
        "tags_added": (Tag.ISLAND,),
        "tags_removed": (Tag.STOVE,),
        "condition_delta": 0.4,
        "natural_light_delta": 0.2,
    }
    return Change(**{**told, **values})


def ask(question: str, photos: list[Seen] = PHOTOS, home: Home | None = HOME, **known: Any) -> Reply:
    return compose(question, photos, [], home=home, **known)


def told(reply: Reply) -> list[tuple[str, tuple[int, ...]]]:
    return [(sentence.text, sentence.image_ids) for sentence in reply.sentences]


# -- how many, what is there


def test_rooms_are_counted_and_not_photos() -> None:
    assert told(ask("How many bathrooms are there?")) == [("The photos show two bathrooms (photos 3 and 4).", (3, 4))]
    assert told(ask("How many kitchens are there?")) == [
        ("Judging by how alike they look, the photos show one kitchen (photos 1 and 2).", (1, 2))
    ]


def test_photos_are_counted_where_photos_are_asked_for() -> None:
    assert ask("How many photos of the bathroom are there?").text == "2 photos show a bathroom."
    assert told(ask("How many photos do you have?")) == [("There are 5 photos.", (1, 2, 3, 4, 5))]
    assert ask("How many pictures of the outside?").text == "1 photo shows the outside of the house."


def test_what_is_not_there_is_not_counted() -> None:
    reply = ask("How many bedrooms are there?")
    assert (reply.text, reply.abstained) == ("None of the 5 photos shows a bedroom.", True)


def test_a_home_is_told_of_by_its_rooms_and_things() -> None:
    plan = Seen(6, RoomType.FLOOR_PLAN, frozenset(), "A floor plan.", None, None)
    strange = replace(plan, image_id=7, room=RoomType.OTHER)
    reply = ask("What can I see?", [*PHOTOS, plan, strange, replace(strange, image_id=8)])
    assert told(reply) == [
        (
            "Judging by how alike they look, the photos show one kitchen (photos 1 and 2), two bathrooms (photos 3"
            " and 4) and the outside of the house (photo 5).",
            (1, 2, 3, 4, 5),
        ),
        ("A floor plan can be seen in photo 6.", (6,)),
        ("Photos 7 and 8 show no room that I can name.", (7, 8)),
        ("In them I can make out a bathtub and a kitchen island (photos 2 and 3).", (2, 3)),
    ]


def test_photos_are_named_for_the_things_that_are_named() -> None:
    plain = replace(BATH, tags=frozenset({Tag.BATHTUB}))
    special = replace(OTHER_BATH, tags=frozenset({Tag.SOAKING_TUB, Tag.BATHTUB}))
    reply = ask("What can I see?", [plain, special], Home())
    assert told(reply)[-1] == ("In them I can make out a soaking tub (photo 4).", (4,))
    many = replace(plain, tags=frozenset(sorted(Tag)[:9]))
    assert "and three more (photo 3)." in ask("What can I see?", [many], Home()).text
    seven = replace(plain, tags=frozenset(sorted(Tag)[:7]))
    assert " more " not in ask("What can I see?", [seven], Home()).text


def test_photos_that_no_room_is_known_of_are_listed() -> None:
    later = replace(BATH, image_id=9)  # came after the rooms were told
    assert ask("What rooms are there?", [BATH, later]).text.startswith("The photos show a bathroom (photos 3 and 9);")


def test_a_room_that_is_there_is_said_to_be_there() -> None:
    assert told(ask("Is there a bathroom?")) == [("A bathroom can be seen in photos 3 and 4.", (3, 4))]


def test_many_photos_are_named_by_number_alone() -> None:
    many = [replace(BATH, image_id=number) for number in range(1, 13)]
    reply = ask("Show me the bathrooms", many, Home())
    assert reply.sentences[-1].text == "6 more photos show a bathroom (photos 7, 8, 9, 10, 11 and 12)."
    assert reply.image_ids == list(range(1, 13))
    assert ask("Is there a bathroom?", many).text.endswith("photos 1, 2, 3, 4, 5, 6, 7, 8 and 4 more.")
    assert "1 more photo shows a bathroom (photo 7)." in ask("Show me the bathrooms", many[:7], Home()).text


def test_a_reply_is_short_however_much_is_asked() -> None:
    unseen = "Is there a garage, a pool, a deck, a balcony, a gym, an attic, a loft, a workshop, a nursery, a pantry?"
    assert len(ask(unseen).sentences) == MOST_SENTENCES
    both = ask(f"Show me every bathroom. {unseen}", [replace(BATH, image_id=n) for n in range(1, 9)], Home())
    assert len(both.sentences) <= MOST_SENTENCES
    assert both.image_ids


# -- which of them, compared


def test_a_room_may_be_named_by_its_number() -> None:
    assert ask("Show me bathroom 2").image_ids == [4]
    assert ask("Show me the fifth bathroom").image_ids == [3, 4]


def test_photos_are_told_of_by_their_numbers() -> None:
    reply = ask("What's in photo 2 and 99?")
    assert reply.image_ids == [2]
    assert reply.text.startswith("Photo 2: A kitchen with an island (")
    assert reply.text.endswith(" I know of no photo 99 here.")
    assert ask("Is there a bathtub in photo 3?").image_ids == [3]
    assert ask("Is there a bathtub in photo 2?").abstained


def test_a_room_that_there_is_not_one_more_of_is_not_said_to_be_there() -> None:
    assert ask("Is there a third bathroom?").text.endswith(" I can make out only two bathrooms.")
    assert "only" not in ask("Is there a second bathroom?").text


def test_what_is_not_understood_of_a_room_is_not_answered_with_the_room() -> None:
    reply = ask("Does the kitchen have a window?")
    assert reply.text.startswith("Photo 1: A kitchen with a stove (")
    assert reply.text.endswith(" The photos can't tell me more than that.")
    home = ask("Would you buy it?")
    assert (home.text, home.abstained) == ("The photos can't tell me that.", True)


def test_rooms_are_ranked_by_the_photos_that_their_measures_rest_on() -> None:
    assert told(ask("Which room is in the worst condition?")) == [
        (
            "The weakest condition is in bathroom 2 (photo 4), 0.30 out of 1; the best in the kitchen"
            " (photo 2), 0.80. Condition is an estimate from the picture, not an inspection.",
            (4, 2),
        )
    ]


def test_of_part_of_a_rooms_photos_the_middle_one_counts() -> None:
    then = [BEFORE, replace(AFTER, taken=OLD), replace(BATH, taken=OLD)]
    later = replace(AFTER, image_id=6, condition=0.9)
    home = Home((room("kitchen", RoomType.KITCHEN, 1, *then[:2], later), HOME.rooms[1]))
    reply = ask("Which room was in the best condition before 2026?", [*then, later], home)
    assert reply.text.startswith(
        "The best condition is in bathroom 1 (photo 3), 0.60 out of 1;"
        " the weakest in the kitchen (photos 1 and 2), 0.40."
    )


def test_two_rooms_of_a_kind_are_compared() -> None:
    reply = ask("Compare the two bathrooms")
    assert told(reply)[0] == (
        "On a scale from 0 to 1, the daylight is 0.60 in bathroom 2 (photo 4) and 0.20 in bathroom 1 (photo 3).",
        (4, 3),
    )
    assert reply.sentences[-1].text == "In bathroom 1 I can make out a bathtub (photo 3)."


def test_what_there_is_only_one_of_is_not_compared() -> None:
    reply = ask("Compare the kitchen with the bedroom", [AFTER])
    assert "In the kitchen (photo 2) the daylight is 0.70 out of 1." in reply.text
    assert reply.sentences[-1].text == "The only photo doesn't show a bedroom."


def test_a_question_goes_back_to_the_photos_of_an_answer() -> None:
    history = History((Said(Role.USER, "Which room is the darkest?"), Said(Role.ASSISTANT, "Bathroom 1.", (3,))))
    bath = replace(BATH, daylight_why=("The picture is dark.",), condition_why=("The photo is clear.",))
    shown = compose(in_context("show me", history), [AFTER, bath], [], home=HOME)
    assert shown.image_ids == [3]
    why = compose(in_context("why?", history), [AFTER, bath], [], home=HOME)
    assert told(why) == [("Photo 3: Daylight 0.20 out of 1. The picture is dark.", (3,))]
    gone = compose(in_context("show me", history), [AFTER], [], home=HOME)
    assert gone.image_ids == [2]
    both = in_context("why?", History((Said(Role.USER, "Show me the bathroom"),)))
    assert compose(both, [bath], [], home=HOME).text == (
        "Photo 3: Condition 0.60 out of 1. The photo is clear. Daylight 0.20 out of 1. The picture is dark."
    )


def test_why_without_anything_before_is_not_answered() -> None:
    assert ask("why?").text == "None of the photos answers that."
    assert compose(in_context("why?", History((Said(Role.USER, "Show me the outside"),))), [FRONT], []).abstained


# -- dates


def test_a_change_is_told_with_both_photos() -> None:
    reply = ask("What has changed?", home=Home(changes=(change(),)))
    assert told(reply) == [
        (
            "The kitchen looks better between photo 1 of 28 April 2025 and photo 2 of 12 May 2026: condition up by"
            " 0.40; daylight up by 0.20; a kitchen island only in the later one; a stove only in the earlier one.",
            (1, 2),
        )
    ]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"verdict": ChangeVerdict.NOT_COMPARABLE, "reason": "blurry", "instance": None},
            "The kitchen can't be compared between photo 1 of 28 April 2025 and photo 2 of 12 May 2026:"
            " one of them is blurred.",
        ),
        (
            {"verdict": ChangeVerdict.NOT_COMPARABLE, "reason": "<b>", "before_at": None, "instance": "bathroom 2"},
            "Bathroom 2 can't be compared between photo 1 of an unknown day and photo 2 of 12 May 2026:"
            " the photos do not allow it.",
        ),
        (
            {"verdict": ChangeVerdict.UNCHANGED, "condition_delta": 0.001, "natural_light_delta": None}
            | {"tags_added": (), "tags_removed": ()},
            "The kitchen looks much the same between photo 1 of 28 April 2025 and photo 2 of 12 May 2026:"
            " condition as before.",
        ),
        (
            {"verdict": ChangeVerdict.WORSENED, "condition_delta": -0.25, "natural_light_delta": -0.1}
            | {"tags_added": (), "tags_removed": ()},
            "The kitchen looks worse between photo 1 of 28 April 2025 and photo 2 of 12 May 2026:"
            " condition down by 0.25; daylight down by 0.10.",
        ),
    ],
)
def test_each_verdict_has_its_words(values: dict[str, Any], said: str) -> None:
    assert ask("What has changed?", home=Home(changes=(change(**values),))).text == said


def test_changes_are_told_of_the_room_and_the_time_that_are_asked_for() -> None:
    changes = (change(), change(before_image_id=3, after_image_id=4, room_type=RoomType.BATHROOM, instance=None))
    home = Home(changes=changes)
    assert ask("What has changed in the bathroom?", home=home).image_ids == [3, 4]
    assert ask("What changed since 2026?", home=home).image_ids == [1, 2, 3, 4]
    assert ask("What changed since 2027?", home=home).abstained
    assert ask("What has changed?", [BEFORE], home).abstained  # a photo that may not be spoken of


def test_many_changes_are_counted() -> None:
    many = tuple(change(after_image_id=2) for _ in range(6))
    reply = ask("What has changed?", home=Home(changes=many))
    assert reply.sentences[-1].text == "2 more pairs of photos show a room on two dates."


def test_without_two_dates_nothing_is_compared() -> None:
    assert ask("What has changed?", home=Home()).text == (
        "There are no photos of one room from two dates, so I can't compare."
    )
    assert ask("Was the bathroom renovated?", home=Home()).text == (
        "The photos can't tell me what was renovated, or when."
        " There are no photos of the bathroom from two dates, so I can't compare."
    )


def test_a_room_of_a_time_is_shown_by_the_photos_of_then() -> None:
    assert ask("Show me the kitchen in April 2025").image_ids == [1]
    assert (
        ask("Show me the kitchen in 2020").text
        == "None of the photos of the kitchen is known to have been taken in 2020."
    )
    assert ask("Show me the photos from 2020").text == "None of the photos is known to have been taken in 2020."


# -- before selling, and what is missing


def test_what_to_improve_rests_on_photos_and_a_general_figure_on_its_source() -> None:
    worn = replace(AFTER, condition=0.2)
    home = replace(HOME, rooms=(room("kitchen", RoomType.KITCHEN, 1, BEFORE, worn), *HOME.rooms[1:]))
    reply = ask("What should I improve before selling?", [BEFORE, worn, *PHOTOS[2:]], home)
    weakest, figure, light, gaps = reply.sentences
    assert weakest.text.startswith("The weakest condition is in the kitchen (photo 2), 0.20 out of 1;")
    assert (figure.image_ids, figure.source) == ((2,), advice.OF_ROOMS[RoomType.KITCHEN].source)
    assert "77.6 %" in figure.text
    assert light.text == "There is little daylight in bathroom 1 (photo 3): let more in, and take the photo by day."
    assert (gaps.text, gaps.image_ids) == (
        "Of what buyers look for, none of the 5 photos shows a bedroom.",
        (1, 2, 3, 4, 5),
    )


def test_photos_and_rooms_with_faults_are_named() -> None:
    untidy = replace(
        BATH,
        daylight=0.6,
        flaws=frozenset({QualityFlag.BLURRY}),
        tags=frozenset({Tag.CARPET}),
        condition_why=("The room looks less tidy than most.",),
    )
    tilted = [
        replace(AFTER, flaws=frozenset({QualityFlag.TILTED})),
        replace(OTHER_BATH, flaws=frozenset({QualityFlag.TILTED})),
    ]
    reply = ask("What should I fix?", [untidy, *tilted], Home())
    said = told(reply)
    assert ("Tidy up the bathroom (photo 3): there it looks less tidy than in most such rooms.", (3,)) in said
    assert ("Photo 3 is blurred: take it again.", (3,)) in said
    assert ("Photos 2 and 4 are tilted: take them again.", (2, 4)) in said
    assert ("Carpet can be seen in the bathroom (photo 3).", (3,)) in said
    sources = {sentence.source for sentence in reply.sentences} - {None}
    assert sources == {advice.STAGING.source, advice.FLOORS.source}


def test_one_room_is_improved_alone() -> None:
    reply = ask("What should I do about the kitchen before selling?")
    assert set(reply.image_ids) == {1, 2}
    assert "77.6 %" in reply.text


def test_the_weakest_room_may_be_one_that_no_figure_is_known_of() -> None:
    office = Seen(6, RoomType.OFFICE, frozenset(), "An office.", 0.2, 0.9)
    worn = replace(AFTER, condition=0.4)
    rooms = (
        room("kitchen", RoomType.KITCHEN, 1, BEFORE, worn),
        *HOME.rooms[1:],
        room("office", RoomType.OFFICE, 1, office),
    )
    first, figure, *_ = ask("What should I improve?", [BEFORE, worn, *PHOTOS[2:], office], Home(rooms)).sentences
    assert "weakest condition is in the office (photo 6)" in first.text
    assert figure.text.startswith("In the kitchen (photo 2) the condition is 0.40 out of 1. As a general figure, ")
    assert figure.image_ids == (2,)


def test_of_rooms_without_figures_none_is_given() -> None:
    bedrooms = [replace(BATH, image_id=n, room=RoomType.BEDROOM, condition=n / 10, daylight=0.9) for n in (3, 6)]
    rooms = tuple(room(f"bedroom {n}", RoomType.BEDROOM, n, photo) for n, photo in enumerate(bedrooms, 1))
    reply = ask("What should I improve?", bedrooms, Home(rooms))
    assert [sentence.source for sentence in reply.sentences] == [None]
    alike = [replace(photo, condition=0.5) for photo in (BATH, OTHER_BATH)]
    level = Home(tuple(room(f"bathroom {n}", RoomType.BATHROOM, n, photo) for n, photo in enumerate(alike, 1)))
    assert not [one for one in ask("What should I improve?", alike, level).sentences if one.source]
    assert ask("What should I improve?", [FRONT], HOME).sentences[0].text == (
        "Of what buyers look for, the only photo doesn't show a bedroom."
    )


def test_figures_are_facts_with_a_source() -> None:
    for figure in (*advice.OF_ROOMS.values(), advice.STAGING, advice.FLOORS):
        assert figure.source.url.startswith("https://")
        year = figure.source.title[:4]
        assert year in figure.text


def test_what_is_missing_is_told_of_all_photos() -> None:
    gaps = (*HOME.gaps, Gap(RoomType.BATHROOM, "The listing has 3 bathrooms; the photos seem to show 2."))
    reply = ask("What is missing?", home=replace(HOME, gaps=gaps))
    assert told(reply) == [
        ("Of what buyers look for, none of the 5 photos shows a bedroom.", (1, 2, 3, 4, 5)),
        ("The listing has 3 bathrooms; the photos seem to show 2.", (3, 4)),
    ]
    assert ask("What is missing?", home=replace(HOME, gaps=())).text == (
        "The photos show the rooms that buyers look for: nothing is missing that I know of."
    )
    assert ask("What is missing in the bathroom?", home=HOME).abstained


# -- several listings


def found(*photos: Seen) -> list[Listing]:
    return [Listing(number, photo) for number, photo in enumerate(photos, 10)]


def test_listings_are_named_by_the_photo_that_shows_it() -> None:
    reply = ask("Which listing has a bathroom with a bathtub?", [], None, exist=True, listings=found(BATH))
    assert told(reply) == [("Listing 10: photo 3 shows a bathroom with a bathtub.", (3,))]
    tub = replace(BATH, tags=frozenset({Tag.SOAKING_TUB}))
    assert "with a soaking tub" in ask("Which homes have a bathtub?", [], None, exist=True, listings=found(tub)).text
    light = ask("Which home has the brightest kitchen?", [], None, exist=True, listings=found(AFTER))
    assert light.text == "Listing 10: photo 2 shows a kitchen (daylight 0.70 out of 1)."


def test_of_a_listing_only_what_its_photo_shows_is_said() -> None:
    reply = ask("Which homes have a bathtub and a stove?", [], None, exist=True, listings=found(BATH, BEFORE))
    assert reply.text == (
        "Listing 10: photo 3 shows a bathroom with a bathtub. Listing 11: photo 1 shows a kitchen with a stove."
    )


def test_more_listings_than_are_named_are_hinted_at() -> None:
    reply = ask("Which homes have a bathroom?", [], None, exist=True, listings=found(*[BATH] * 6))
    assert len(reply.sentences) == 6
    assert reply.text.endswith("There are more listings like these; name a room or a thing to narrow them down.")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Which homes have a kitchen?", "No listing's photos show a kitchen, as far as I can make out."),
        ("Which homes have a sauna and a garage?", "The photos can't tell me about a garage."),
        ("Which homes have a sofa?", "I can't make out a sofa in any listing's photos; I overlook many things."),
        ("Which homes have a skylight?", "The photos can't tell me about a skylight."),
        ("Which home is the brightest?", "None of the photos answers that."),
        ("Which home is nice?", "None of the photos answers that."),
        ("What is missing?", "Tell me which listing you mean: that is a question about one home."),
    ],
)
def test_what_no_listing_shows_is_said_so(question: str, said: str) -> None:
    assert ask(question, [], None, exist=True).text == said


def test_rooms_of_several_homes_are_neither_counted_nor_compared() -> None:
    homes = [replace(BATH, listing_id=1), replace(AFTER, listing_id=2)]
    for question in ("How many bathrooms are there?", "Compare the kitchen and the bathroom"):
        assert ask(question, homes, None).text.startswith("Tell me which listing you mean")


def test_without_a_listing_each_is_named() -> None:
    best = ask("What is the brightest room?", PHOTOS, None, listings=found(AFTER, OTHER_BATH))
    assert best.text == (
        "Listing 10: photo 2 shows a kitchen (daylight 0.70 out of 1)."
        " Listing 11: photo 4 shows a bathroom (daylight 0.60 out of 1)."
    )


def test_without_a_listing_the_nearest_photos_answer() -> None:
    assert ask("Is there a bathtub?", [BATH], None).image_ids == [3]


def test_whatever_is_asked_the_answer_is_short_and_claims_nothing_without_a_photo() -> None:
    words = [word for question in questions() for text in question.ask for word in text.split()]
    dice = random.Random(4)
    for _ in range(400):
        before, last = (" ".join(dice.choices(words, k=dice.randint(0, 9))) for _ in range(2))
        history = History((Said(Role.USER, before), Said(Role.ASSISTANT, "An answer.", (dice.randint(1, 6),))))
        photos = dice.sample(PHOTOS, dice.randint(0, 5))
        home = dice.choice([HOME, Home(), Home(changes=(change(),)), None])
        asked, listings = in_context(last, history), found(*photos) if home is None else []
        reply = compose(asked, photos, photos[:1], exist=dice.random() < 0.5, home=home, listings=listings)
        assert 1 <= len(reply.sentences) <= MOST_SENTENCES, (before, last)
        assert set(reply.image_ids) <= {photo.image_id for photo in photos}, (before, last)
        assert reply.abstained is (not reply.image_ids), (before, last)
