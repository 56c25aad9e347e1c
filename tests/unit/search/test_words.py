"""What a question's words mean: spelling, synonyms, names that stay as they are, and odd texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roomlens.search import words
from roomlens.search.words import nearest_word, understand
from roomlens.vocabulary import EVERYTHING, RoomType, Tag

# In place of the text model's word list, which is built and not committed.
_LIST = """
    a avenue bath bathe bed bedroom big book cabin door fine hall house in is kitchen lane large light look maple marble
    mold old road room show sink star street table the to tub wall warm wide window with wood
"""
KNOWN = frozenset(_LIST.split())


@pytest.fixture(autouse=True)
def known_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_known_words", lambda: KNOWN)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kichen", "kitchen"),
        ("refridgerator", "refrigerator"),
        ("bathrom", "bathroom"),
        ("dishwaser", "dishwasher"),
        ("firplace", "fireplace"),
        ("shwoer", "shower"),  # two letters swapped are one mistake
        ("livingrom", "livingroom"),
        ("toliet", "toilet"),
    ],
)
def test_a_misspelt_word_is_read_as_the_one_that_was_meant(typed: str, meant: str) -> None:
    asked = understand(f"a {typed} with light")
    assert asked.corrections == {typed: meant}
    assert meant in asked.terms
    assert typed in asked.typed
    assert f"a {meant} with light" in asked.text


@pytest.mark.parametrize("name", ["maple", "marlborough", "12345", "mls-4711", "o'brien", "küche", "stopped"])
def test_a_name_a_number_and_an_english_word_stay_as_they_are(name: str) -> None:
    assert understand(name).corrections == {}


@pytest.mark.parametrize(
    "question", ["14 kichen street", "the house in Kichen", "kichen maple road", "a house on Dors Lane"]
)
def test_what_looks_like_a_mistake_is_a_name_in_an_address_or_with_a_capital(question: str) -> None:
    assert understand(question).corrections == {}


@pytest.mark.parametrize("question", ["kichen door bed street", "street kichen", "in Maple a kichen", "12 kichen"])
def test_what_stands_near_a_name_is_no_name_by_that(question: str) -> None:
    assert understand(question).corrections == {"kichen": "kitchen"}


@pytest.mark.parametrize("question", ["Kichen with a table", "KICHEN WITH A TABLE"])
def test_a_capital_at_the_beginning_or_everywhere_names_nothing(question: str) -> None:
    assert list(understand(question).corrections.values()) == ["kitchen"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bet", None),  # three letters lie next to too many words
        ("oven", None),
        ("ovan", "oven"),
        ("fireplase", "fireplace"),
        ("firreplase", "fireplace"),  # two mistakes in a long word
        ("stiarcaes", "staircase"),  # from nine letters on
        ("btahroum", None),
        ("stovs", "stove"),  # no plural of anything
        ("doors", None),
        ("ireplace", None),  # another first letter
        ("x" * 25, None),
        ("kich3n", None),
    ],
)
def test_one_mistake_is_read_over_and_two_in_a_long_word(typed: str, meant: str | None) -> None:
    assert nearest_word(typed, KNOWN) == meant


def test_no_more_than_sixty_words_are_read_for_their_spelling() -> None:
    assert understand("door " * 59 + "kichen").corrections == {"kichen": "kitchen"}
    assert understand("door " * 60 + "kichen").corrections == {}


@pytest.mark.parametrize(
    ("shown", "things"),
    [([], set()), (["bathtub"], {Tag.BATHTUB}), (["soaking_tub", "sofa"], {Tag.BATHTUB, Tag.SOFA}), (["bed"], set())],
)
def test_a_special_kind_shows_the_thing_that_is_asked_for(shown: list[str], things: set[Tag]) -> None:
    assert understand("a bathtub and a couch").things_in(shown) == things


def test_without_a_word_list_nothing_is_taken_for_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_known_words", frozenset)
    assert understand("kichen").corrections == {}
    assert nearest_word("kichen", frozenset()) is None


@pytest.mark.parametrize(
    ("question", "rooms", "tags"),
    [
        ("fridge", set(), {Tag.REFRIGERATOR}),
        ("a couch", set(), {Tag.SOFA}),
        ("the tub", set(), {Tag.BATHTUB}),
        ("backyard", {RoomType.YARD}, set()),
        ("powder room", {RoomType.BATHROOM, RoomType.PRIMARY_BATHROOM}, set()),
        ("main bedroom", {RoomType.BEDROOM, RoomType.PRIMARY_BEDROOM}, set()),
        ("bath rom", {RoomType.BATHROOM, RoomType.PRIMARY_BATHROOM}, set()),  # "rom" is too short to be corrected
        ("spaceship", set(), set()),
    ],
)
def test_a_synonym_names_the_rooms_and_things_that_answer(question: str, rooms: set[RoomType], tags: set[Tag]) -> None:
    asked = understand(question)
    assert (asked.rooms, asked.tags) == (rooms, tags)


def test_our_own_name_stands_beside_a_synonym_and_never_twice() -> None:
    assert understand("settee").text == "settee sofa"
    assert understand("a large sofa").text == "a large sofa"
    assert understand("settee fame").text == "settee fame sofa", "half of the question is about it"


def test_a_question_that_is_about_something_else_gets_no_name_of_ours() -> None:
    asked = understand("tub of popcorn at the cinema")
    assert asked.text == "tub of popcorn at the cinema"
    assert asked.covered == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("question", "terms", "covered"),
    [
        ("show me the kitchen please", ("kitchen",), 1.0),
        ("Kitchen, kitchen!", ("kitchen",), 1.0),
        ("hall of fame", ("hall", "fame"), 0.5),
        ("bedrooms", ("bedrooms",), 1.0),
        ("what is it like", (), 0.0),
    ],
)
def test_words_that_say_nothing_do_not_count(question: str, terms: tuple[str, ...], covered: float) -> None:
    asked = understand(question)
    assert (asked.terms, asked.covered) == (terms, covered)


@pytest.mark.parametrize("question", ["", "   ", "???", "\x00\ud800", "日本の台所", "a" * 5_000, "kichen " * 2_000])
def test_odd_texts_are_read_without_an_error(question: str) -> None:
    asked = understand(question)
    assert len(asked.terms) == len(asked.typed)
    assert 0 <= asked.covered <= 1


@given(st.text())
def test_any_text_keeps_the_words_that_were_not_corrected(question: str) -> None:
    asked = understand(question)
    if not asked.corrections:
        assert asked.text.startswith(question)
    assert len(asked.terms) == len(asked.typed) == len(set(asked.terms))


@given(st.sampled_from(sorted(words._targets_set())))
def test_a_word_that_homes_are_asked_with_is_never_corrected(word: str) -> None:
    assert nearest_word(word, KNOWN) is None


@pytest.mark.parametrize(
    ("query", "of_photos"),
    [
        ("kitchen", {"kitchen"}),
        ("Bright Kitchen with an ISLAND", {"kitchen", "island"}),
        ("the kichen on Maple Street", {"kitchen"}),
        ("bedrooms", {"bedrooms"}),
        ("a sauna, a wine cellar", set()),  # words that the embedded model can't tell
        ("12 Bath Road", set()),
    ],
)
def test_what_the_model_tells_of_each_photo_is_not_looked_for_in_listings(query: str, of_photos: set[str]) -> None:
    assert understand(query).of_photos == of_photos


def test_a_model_that_tells_more_is_believed_in_more() -> None:
    assert understand("a sauna beside the garage").of_photos == frozenset()
    assert understand("a sauna beside the garage", EVERYTHING).of_photos == {"garage"}
