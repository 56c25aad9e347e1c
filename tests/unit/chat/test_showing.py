"""Answers about how a listing's photos are shown: the cover, the order, and which of them were altered."""

import pytest

from roomlens.chat.composing import Seen, compose
from roomlens.chat.homes import Home
from roomlens.chat.intents import Intent
from roomlens.chat.questions import read
from roomlens.chat.replies import Reply
from roomlens.listings.alterations import Altered
from roomlens.listings.ordering import Place
from roomlens.vocabulary import DISCLOSURES, AlterationKind, RoomType

KITCHEN = Seen(1, RoomType.KITCHEN, frozenset(), "A kitchen.", 0.8, 0.9)
STAGED = Seen(2, RoomType.LIVING_ROOM, frozenset(), "A living room.", 0.6, 0.5)
EMPTY = Seen(3, RoomType.LIVING_ROOM, frozenset(), "A living room.", 0.6, 0.5)
FRONT = Seen(4, RoomType.FRONT_EXTERIOR, frozenset(), "The front of a house.", None, None)
PHOTOS = [KITCHEN, STAGED, EMPTY, FRONT]
STAGING = Altered(2, 3, "virtual_staging", "Virtually staged.")
ORDER = (
    Place(4, "The cover: the best photo of the front."),
    Place(3, "Shows the living room."),
    Place(2, "Altered: it comes after photo 3, which shows what is there."),
    Place(9, "Shows a room that this answer knows nothing of."),
    Place(1, "Shows the kitchen."),
)


def told(reply: Reply) -> list[tuple[str, tuple[int, ...]]]:
    return [(sentence.text, sentence.image_ids) for sentence in reply.sentences]


def ask(question: str, *altered: Altered, order: tuple[Place, ...] = ()) -> Reply:
    return compose(question, PHOTOS, [], home=Home(order=order, altered=altered))


@pytest.mark.parametrize(
    ("meant", "question"),
    [
        (Intent.ALTERED, "Which photos are virtually staged?"),
        (Intent.ALTERED, "Were any of the photos edited?"),
        (Intent.ALTERED, "Is photo 2 photoshopped?"),
        (Intent.ALTERED, "show me the altered images"),
        (Intent.ALTERED, "Is there virtual staging in the living room?"),
        (Intent.ALTERED, "Has anything been digitally altered?"),
        (Intent.ALTERED, "Where are the original photos?"),
        (Intent.COVER, "What is the cover photo?"),
        (Intent.COVER, "Which photo should come first?"),
        (Intent.COVER, "Which picture is best as the hero shot?"),
        (Intent.COVER, "In what order should the photos be shown?"),
        (Intent.COVER, "Arrange the photos"),
        (Intent.COVER, "Which of them is the cover?"),
        # words that only sound like it
        (Intent.THERE, "Is there a covered porch?"),
        (Intent.THERE, "Do the photos show the original hardwood floors?"),
        (Intent.IMPROVE, "Should I stage the living room?"),
        (Intent.MISSING, "Which rooms are not covered?"),
        (Intent.IMPROVE, "What should I fix first?"),
        (Intent.WHICH, "Which listings have altered photos?"),
        (Intent.OTHER, "What does the first photo show?"),
    ],
)
def test_the_cover_and_alterations_are_asked_for_in_many_words(meant: Intent, question: str) -> None:
    assert read(question).intent is meant


def test_the_cover_is_named_with_its_reason_and_what_follows_it() -> None:
    assert told(ask("What is the cover photo?", order=ORDER)) == [
        ("Photo 4 comes first (the cover: the best photo of the front).", (4,)),
        ("After it come photos 3, 2 and 1.", (3, 2, 1)),
    ]


def test_a_single_photo_comes_first_with_nothing_after_it() -> None:
    by_person = (Place(1, "A person put it here.", "person"),)
    assert told(ask("Which photo comes first?", order=by_person)) == [
        ("Photo 1 comes first (a person put it here).", (1,))
    ]
    assert ask("Which photo comes first?").abstained


def test_altered_photos_are_named_with_their_originals() -> None:
    assert told(ask("Which photos were altered?", STAGING)) == [
        ("Photo 2 is virtually staged; photo 3 is its original.", (2, 3))
    ]


def test_what_keeps_an_altered_photo_from_being_published_is_said() -> None:
    reply = ask("Which photos were altered?", Altered(1, None, "item_removal", ""))
    assert told(reply) == [
        ("Photo 1 had things removed from it; its original is missing, and nothing discloses it.", (1,))
    ]


@pytest.mark.parametrize("kind", AlterationKind)
def test_each_kind_of_alteration_has_words(kind: AlterationKind) -> None:
    said = ask("Which photos were altered?", Altered(1, 4, kind, DISCLOSURES[kind]))
    assert said.text.startswith("Photo 1 ")
    assert (said.text.endswith("; photo 4 is its original."), said.image_ids) == (True, [1, 4])


def test_only_the_photos_that_are_meant_are_told_of() -> None:
    removed = Altered(1, None, "item_removal", "Things were removed.")
    for question in ("Is photo 2 edited?", "Which photos of the living room are staged?"):
        assert ask(question, STAGING, removed).image_ids == [2, 3]


def test_a_photo_that_is_not_declared_as_altered_is_not_said_to_be_true() -> None:
    plain = "None of the photos is declared as altered; the pictures themselves don't tell me."
    assert (ask("Were the photos edited?").text, ask("Were the photos edited?").abstained) == (plain, True)
    assert ask("Is the kitchen photo edited?", STAGING).text.startswith("None of the photos of the kitchen is declared")
    assert ask("Is photo 77 edited?", STAGING).text == "I know of no photo 77 here."


def test_without_a_listing_it_is_asked_which_one_is_meant() -> None:
    for question in ("What is the cover photo?", "Which photos were altered?"):
        reply = compose(question, PHOTOS, [], home=None)
        assert (reply.text.startswith("Tell me which listing you mean"), reply.abstained) == (True, True)
