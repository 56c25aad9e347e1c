"""How questions are read: the committed set of `benchmarks.chat`, without photos, and what is at the edges of it."""

from datetime import UTC, datetime

import pytest

from benchmarks.chat.asking import Question as Committed
from benchmarks.chat.asking import homes, questions
from roomlens.chat.followups import in_context
from roomlens.chat.history import History, Said
from roomlens.chat.intents import Intent
from roomlens.chat.periods import period_in
from roomlens.chat.questions import Aspect, Question, parts_of, read
from roomlens.chat.spelling import respelt
from roomlens.models import Role
from roomlens.search import words
from roomlens.vocabulary import RoomType, Tag

# Those of the measured half that are read otherwise. They stay so: nothing is tuned on that half.
MISREAD = {question.ask for question in questions() if question.read.get("misread")}
RIGHT = [word for question in questions() if question.kind != "typo" for text in question.ask for word in text.split()]
BOTH = {RoomType.KITCHEN, RoomType.BATHROOM}


@pytest.fixture(autouse=True)
def known_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough English for telling what is misspelt; the text model's words are not there everywhere."""
    monkeypatch.setattr(words, "_known_words", lambda: frozenset(word.strip("?.,!'").lower() for word in RIGHT))


def conversation(*said: str) -> History:
    """Questions, each answered by photo 7."""
    turns = [(Said(Role.USER, text), Said(Role.ASSISTANT, "An answer.", (7,))) for text in said]
    return History(tuple(one for turn in turns for one in turn))


def asked(*said: str) -> Question:
    *before, last = said
    return in_context(last, conversation(*before), respelt)


def reading(question: Committed) -> dict[str, object]:
    found = asked(*question.ask)
    told = {"intent": str(found.intent), "rooms": sorted(found.rooms), "tags": sorted(found.tags)}
    return {**told, "measures": sorted(found.aspects)}


def wanted(question: Committed) -> dict[str, object]:
    lists = {"rooms": [], "tags": [], **question.read} if question.read else {}
    return {name: sorted(value) if isinstance(value, list) else value for name, value in lists.items()}


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.ask[-1])
def test_the_committed_questions_are_read_as_they_are_meant(question: Committed) -> None:
    found, meant = reading(question), wanted(question)
    meant.pop("misread", None)
    is_right = {name: found[name] for name in meant} == meant
    assert is_right is (question.ask not in MISREAD), found


def test_the_committed_set_is_large_and_varied_enough() -> None:
    assert len(questions()) >= 80
    assert {question.kind for question in questions()} >= {"there", "count", "rank", "compare", "dates", "improve"}
    for half in ("tuning", "measured"):
        mine = [question for question in questions() if question.half == half]
        assert len(mine) >= 40
        assert sum(question.expected == "abstain" for question in mine) >= 8
    assert not {question.ask for question in mine} & {one.ask for one in questions() if one.half == "tuning"}
    named = {label for one in questions() if one.expected in ("cite", "among") for label in one.answer}
    assert named - {"all", "any", "inside"} <= {label for labels in homes().values() for label in labels}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Show me the second bathroom", {2}),
        ("bathroom 2 please", {2}),
        ("the 3rd bedroom", {3}),
        ("Compare bathroom 1 and bathroom 2", {1, 2}),
        ("Compare bedroom 1 with 3", {1, 3}),
        ("the other bathroom", {2}),
        ("two bathrooms", set()),
    ],
)
def test_a_room_may_be_asked_for_by_its_number(text: str, numbers: set[int]) -> None:
    assert read(text).numbers == numbers


@pytest.mark.parametrize(
    ("text", "name", "inside", "outside"),
    [
        ("in March 2024", "in March 2024", (2024, 3, 31), (2024, 4, 1)),
        ("the photos of Dec. 2023", "in December 2023", (2023, 12, 31), (2024, 1, 1)),
        ("taken 2024", "in 2024", (2024, 12, 31), (2025, 1, 1)),
        ("since May 2022", "since May 2022", (2022, 5, 1), (2022, 4, 30)),
        ("after 2022", "after 2022", (2023, 1, 1), (2022, 12, 31)),
        ("before June 2024", "before June 2024", (2024, 5, 31), (2024, 6, 1)),
    ],
)
def test_a_time_is_read(text: str, name: str, inside: tuple[int, int, int], outside: tuple[int, int, int]) -> None:
    period = period_in(f"What did the kitchen look like {text}?")
    assert period is not None
    assert period.name == name
    assert period.holds(datetime(*inside, tzinfo=UTC))
    assert not period.holds(datetime(*outside, tzinfo=UTC))
    assert not period.holds(None)


def test_a_number_is_no_year() -> None:
    assert period_in("Is there a 3000 watt stove in house 12?") is None


def test_what_a_clause_asks_in_vain_takes_its_rooms_along() -> None:
    found = read("How big is the kitchen? And is there a bathtub?")
    assert (found.rooms, found.tags, found.unseen) == (frozenset(), {Tag.BATHTUB}, {"sizes and areas"})


def test_of_a_sale_the_price_is_no_matter_that_photos_can_not_tell() -> None:
    found = read("What would increase the price of the bathroom?")
    assert (found.intent, found.unseen, found.rooms) == (Intent.IMPROVE, frozenset(), {RoomType.BATHROOM})


def test_all_but_a_room_is_all_others() -> None:
    found = read("Show me all rooms except the kitchen")
    assert (found.rooms, found.without) == (frozenset(), {RoomType.KITCHEN})
    assert found.answers(RoomType.BATHROOM)
    assert not found.answers(RoomType.KITCHEN)
    assert read("Show me everything but tell me nothing").without == frozenset()


@pytest.mark.parametrize(
    ("said", "intent", "rooms"),
    [
        (("Is there a pool?", "why not?"), Intent.WHY, {RoomType.POOL}),
        (("Is the kitchen bright?", "And in the living room?"), Intent.MEASURE, {RoomType.LIVING_ROOM}),
        (("Which bathroom is the darkest?", "and the bedroom?"), Intent.MEASURE, {RoomType.BEDROOM}),
        (("Compare the kitchen and the bathroom", "and the bedroom?"), Intent.SHOW, {RoomType.BEDROOM}),
        (("Show me the kitchen", "And is the bathroom bright?"), Intent.MEASURE, {RoomType.BATHROOM}),
        (("Show me the kitchen", "What should I improve in it?"), Intent.IMPROVE, {RoomType.KITCHEN}),
        (("Show me the kitchen", "How many rooms does the house have?"), Intent.COUNT, set()),
        (("Show me the kitchen", "thanks", "is it bright?"), Intent.MEASURE, {RoomType.KITCHEN}),
        (("Show me the kitchen and the bathroom", "Which is brightest?"), Intent.RANK, set()),
        (("Show me the kitchen and the bathroom", "Which of them is the brightest?"), Intent.COMPARE, BOTH),
        (("hello", "and the kitchen?"), Intent.SHOW, {RoomType.KITCHEN}),
        (("Show me the kitchen", "What is there to know about schools?"), Intent.CANT, set()),
        (("Show me the kitchen and the bathroom", "and the worst room overall?"), Intent.RANK, set()),
        (("Show me the kitchen", "and the bathroom?", "which is nicer?"), Intent.COMPARE, BOTH),
        (("Show me the kitchen", "tell me more"), Intent.SHOW, {RoomType.KITCHEN}),
        (("Show me the kitchen", "can you compare it with the bathroom?"), Intent.COMPARE, BOTH),
    ],
)
def test_a_question_takes_over_what_it_leaves_out(said: tuple[str, ...], intent: Intent, rooms: set[RoomType]) -> None:
    found = asked(*said)
    assert (found.intent, found.rooms) == (intent, rooms)


@pytest.mark.parametrize(
    ("said", "beyond"),
    [
        (("Does the kitchen have a window?",), True),
        (("Is the main bedroom big?",), True),
        (("Is there a window in the kitchen?",), True),
        (("Would you buy it?",), True),
        (("Show me the kitchen", "Is it cosy?"), True),
        (("Does the house have a kitchen?",), False),
        (("Is the kitchen shown?",), False),
        (("Does the kitchen have an island?",), False),
        (("Is the kitchen bright?",), False),
        (("Does it have a place to read?",), False),
        (("Is the sofa blue?",), True),
        (("Is the fireplace in the living room?",), False),
        (("Show me the kitchen", "Is it bright?"), False),
    ],
)
def test_what_is_not_understood_is_known_not_to_be(said: tuple[str, ...], beyond: bool) -> None:
    assert asked(*said).beyond is beyond


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("What are the best features of the home?", Intent.INVENTORY),
        ("show me", Intent.INVENTORY),
        ("Which photo shows a bicycle?", Intent.OTHER),
        ("tell me a joke", Intent.OTHER),
        ("Rank the rooms by daylight", Intent.COMPARE),
        ("I want a house with a bathtub", Intent.WHICH),
        ("Which is the brightest house?", Intent.WHICH),
        ("Is the kitchen better than in April 2025?", Intent.CHANGES),
    ],
)
def test_a_word_that_asks_is_no_subject(text: str, intent: Intent) -> None:
    assert read(text).intent is intent


def test_photos_may_be_asked_for_by_their_numbers() -> None:
    assert read("What's in photo 3?").photos == (3,)
    assert read("Compare photo #5, 6 and 7").photos == (5, 6, 7)
    assert read("Compare photo 5 and image 6").intent is Intent.COMPARE
    assert read("Are there 5 photos?").photos == ()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("What should I fix, and is there a garage?", ["What should I fix", "is there a garage?"]),
        ("Is it bright? Which room is the worst?", ["Is it bright", "Which room is the worst?"]),
        ("Is there a bathtub and a garage?", ["Is there a bathtub and a garage?"]),
        ("Compare the kitchen and the bathroom", ["Compare the kitchen and the bathroom"]),
        ("why? tell me", ["why? tell me"]),
        ("", [""]),
    ],
)
def test_a_message_may_hold_several_questions(text: str, parts: list[str]) -> None:
    assert parts_of(text) == parts


def test_of_two_questions_in_one_the_second_is_read() -> None:
    found = read("how big is it and is it bright")
    assert (found.unseen, found.aspects) == ({"sizes and areas"}, {Aspect.DAYLIGHT})


def test_the_best_of_several_listings_is_that_in_the_best_condition() -> None:
    assert read("Which home has the best kitchen?").aspects == {Aspect.CONDITION}
    assert read("Which home has a kitchen?").aspects == frozenset()


def test_a_thing_may_be_asked_for_in_the_room_that_was_named() -> None:
    found = asked("Is there a bathtub in the bathroom?", "and a toilet?")
    assert (found.intent, found.tags, found.rooms) == (Intent.THERE, {Tag.TOILET}, {RoomType.BATHROOM})


def test_another_one_is_the_second() -> None:
    found = asked("Show me the bathroom", "Is there another one?")
    assert (found.intent, found.rooms, found.numbers) == (Intent.THERE, {RoomType.BATHROOM}, {2})


def test_where_no_room_was_named_it_goes_back_to_the_photos_of_the_answer() -> None:
    found = asked("Which room is the darkest?", "show me")
    assert (found.intent, found.rooms, found.image_ids) == (Intent.SHOW, frozenset(), (7,))
    assert asked("Is there a sofa?", "show it").tags == {Tag.SOFA}
    assert asked("Which room is the darkest?", "but why?").aspects == {Aspect.DAYLIGHT}


def test_a_question_that_says_all_itself_takes_over_nothing() -> None:
    alone = asked("Show me the kitchen", "Which room of them all would you call the brightest in the whole home?")
    assert alone.rooms == frozenset()
    assert asked("Show me the kitchen", "zebra crossings by the river bank of old town").rooms == frozenset()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("conditon", "condition"), ("brigthest", "brightest"), ("bathrom", "bathroom"), ("Kitchens", "Kitchens")],
)
def test_misspelt_words_are_put_right(typed: str, meant: str) -> None:
    assert respelt(f"the {typed}?") == f"the {meant}?"


@pytest.mark.parametrize("word", ["improved", "conditions", "worse", "charged", "Maple", "compass"])
def test_other_words_stay_as_they_are(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_known_words", frozenset)
    assert respelt(word) == word
