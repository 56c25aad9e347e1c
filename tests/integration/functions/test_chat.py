"""POST /api/chat/ and what conversations remember of it"""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chat.app import handler
from conversations.app import handler as conversations
from roomlens.models import Conversation, Message
from roomlens.photos import intake
from roomlens.photos.corrections import correct
from roomlens.photos.records import Arrival
from roomlens.schemas import CorrectionRequest
from tests.factories import make_listing, make_photo
from tests.http import call
from tests.pictures import BLUE, GREEN, GREY, RED, photo

pytestmark = pytest.mark.usefixtures("s3", "analyzer")


def ask(message: str, **body: Any) -> Any:
    answer = call(handler, "POST", "/api/chat/", json={"message": message, **body})
    assert answer.status == 200, answer.body
    return answer.json()


def messages(conversation_id: int, **params: Any) -> Any:
    return call(conversations, "GET", f"/api/conversations/{conversation_id}/messages", params=params).json()


def test_an_answer_names_the_photos_that_prove_it(db: Session) -> None:
    listing = make_listing(db)
    made = {colour: make_photo(db, colour, listing.id).image.id for colour in (RED, GREEN, BLUE, GREY)}
    answer = ask("Is there a dishwasher?", listing_id=listing.id)
    assert answer["reply"] == f"A dishwasher can be seen in the kitchen (photo {made[RED]})."
    assert answer["citations"] == [{"sentence": answer["reply"], "image_ids": [made[RED]]}]
    assert [(used["image_id"], used["room_type"]) for used in answer["context_used"]] == [(made[RED], "kitchen")]
    assert answer["abstained"] is False
    assert answer["model"].endswith("fake-colours@1")


def test_another_listing_proves_nothing(db: Session) -> None:
    ours, theirs = make_listing(db), make_listing(db)
    make_photo(db, RED, theirs.id)
    make_photo(db, GREEN, ours.id)
    answer = ask("Is there a dishwasher?", listing_id=ours.id)
    assert answer["abstained"] is True
    assert (answer["citations"], answer["context_used"]) == ([], [])
    assert "dishwasher" in answer["reply"]


def test_each_question_of_a_message_is_answered(db: Session) -> None:
    listing = make_listing(db)
    kitchen, bathroom = (make_photo(db, colour, listing.id).image.id for colour in (RED, BLUE))
    answer = ask("How many kitchens are there, and is there a bathroom? Is it bright?", listing_id=listing.id)
    assert [cited["image_ids"] for cited in answer["citations"]] == [[kitchen], [bathroom], [bathroom]]
    nothing = ask("Is there an attic? Is there a pool?", listing_id=listing.id)
    assert (nothing["abstained"], nothing["citations"]) == (True, [])


def test_of_each_listing_the_best_of_its_photos_counts(db: Session) -> None:
    ours, theirs = make_listing(db), make_listing(db)
    made = [make_photo(db, RED, listing.id, seed=seed).image for listing in (ours, theirs) for seed in (0, 1)]
    for image, score in zip(made, (0.2, 0.9, 0.4, 0.3), strict=True):
        correct(db, image.id, CorrectionRequest(condition_score=score))
    answer = ask("Which home has the best kitchen?")
    assert [cited["image_ids"] for cited in answer["citations"]] == [[made[1].id], [made[2].id]]
    assert "(condition 0.90 out of 1)" in answer["reply"]


def test_a_photo_is_told_of_by_its_number_where_it_may_be_spoken_of(db: Session) -> None:
    ours, theirs = make_listing(db), make_listing(db)
    make_photo(db, GREEN, ours.id)
    kitchen = make_photo(db, RED, theirs.id).image.id
    refused = ask(f"What is in photo {kitchen}?", listing_id=ours.id)
    assert (refused["reply"], refused["context_used"]) == (f"I know of no photo {kitchen} here.", [])
    assert ask(f"What is in photo {kitchen}?")["citations"][0]["image_ids"] == [kitchen]


def test_what_the_photos_can_not_tell_is_said_so(db: Session) -> None:
    listing = make_listing(db)
    make_photo(db, RED, listing.id)
    answer = ask("How good are the schools nearby?", listing_id=listing.id)
    assert (answer["abstained"], answer["reply"]) == (True, "The photos can't tell me about schools.")


def test_an_empty_message_is_answered(db: Session) -> None:
    answer = ask("")
    assert (answer["abstained"], answer["context_used"]) == (True, [])
    assert answer["reply"].startswith("Ask me")


def test_without_a_listing_the_nearest_photos_answer(db: Session) -> None:
    red = make_photo(db, RED).image.id
    make_photo(db, GREEN)
    answer = ask("kitchen with a dishwasher", conversation_id=None, listing_id=None, user_id=None)
    assert [used["image_id"] for used in answer["context_used"]] == [red]


NO_PHOTOS = "There are no analysed photos to answer from yet."


def test_photos_that_are_not_near_are_not_said_to_be_missing(db: Session) -> None:
    make_photo(db, RED, make_listing(db).id)
    answer = ask("zebra crossing")
    assert answer["reply"].startswith("None of the photos answers that.")
    assert answer["abstained"] is True


def test_photos_that_nobody_has_looked_at_are_none_to_answer_from(db: Session) -> None:
    listing = make_listing(db)
    intake.queue_upload(db, photo(GREEN), Arrival("", "a.jpg", listing.id))
    assert ask("zebra crossing")["reply"] == NO_PHOTOS
    make_photo(db, RED, make_listing(db).id)
    assert ask("zebra crossing", listing_id=listing.id)["reply"] == NO_PHOTOS


def test_a_message_may_be_longer_than_a_search(db: Session) -> None:
    listing = make_listing(db)
    made = make_photo(db, RED, listing.id).image.id
    for message in (" " * 3_000 + "Is there a dishwasher?", "Is there a dishwasher? " + "x" * 3_900):
        assert [used["image_id"] for used in ask(message, listing_id=listing.id)["context_used"]] == [made]


def test_a_conversation_goes_on_and_is_remembered_in_order(db: Session) -> None:
    listing = make_listing(db)
    make_photo(db, RED, listing.id)
    first = ask("What about the kitchen?", listing_id=listing.id, user_id="anna")
    second = ask("And the bathroom?", conversation_id=first["conversation_id"])
    assert second["conversation_id"] == first["conversation_id"]
    assert "bathroom" in second["reply"]
    page = messages(first["conversation_id"])
    assert [(message["role"], message["content"]) for message in page["messages"]] == [
        ("user", "What about the kitchen?"),
        ("assistant", first["reply"]),
        ("user", "And the bathroom?"),
        ("assistant", second["reply"]),
    ]
    assert page["messages"][1]["citations"] == first["citations"]
    assert page["messages"][3]["id"] == second["message_id"]
    assert page["next_cursor"] is None


def test_messages_come_in_pages(db: Session) -> None:
    conversation = ask("one")["conversation_id"]
    ask("two", conversation_id=conversation)
    first = messages(conversation, limit=3)
    rest = messages(conversation, limit=3, cursor=first["next_cursor"])
    assert [len(first["messages"]), len(rest["messages"]), rest["next_cursor"]] == [3, 1, None]


def test_conversations_are_listed_by_listing(db: Session) -> None:
    listing = make_listing(db)
    about = ask("hello", listing_id=listing.id, user_id="anna")["conversation_id"]
    ask("hello")
    found = call(conversations, "GET", "/api/conversations", params={"listing_id": listing.id}).json()["conversations"]
    assert [(one["id"], one["listing_id"], one["user_id"]) for one in found] == [(about, listing.id, "anna")]


@pytest.mark.parametrize("body", [{"conversation_id": 99999}, {"listing_id": 99999}])
def test_an_unknown_conversation_or_listing_is_not_found_and_nothing_is_kept(db: Session, body: dict[str, int]) -> None:
    answer = call(handler, "POST", "/api/chat/", json={"message": "hello", **body})
    assert (answer.status, answer.problem["code"]) == (404, "not-found")
    assert db.scalar(select(func.count()).select_from(Message)) == 0
    assert db.scalar(select(func.count()).select_from(Conversation)) == 0


def test_a_conversation_can_not_change_its_listing(db: Session) -> None:
    ours, theirs = make_listing(db), make_listing(db)
    conversation = ask("hello", listing_id=ours.id)["conversation_id"]
    answer = call(
        handler,
        "POST",
        "/api/chat/",
        json={"message": "hello", "conversation_id": conversation, "listing_id": theirs.id},
    )
    assert (answer.status, answer.problem["code"]) == (409, "conflict")


def test_messages_of_an_unknown_conversation_are_not_found(db: Session) -> None:
    assert call(conversations, "GET", "/api/conversations/99999/messages").problem["code"] == "not-found"


@pytest.mark.parametrize(
    "body", [{}, {"message": None}, {"message": "a\0"}, {"message": "x" * 4001}, {"message": "x", "user_id": "y" * 201}]
)
def test_a_malformed_message_is_refused(db: Session, body: dict[str, Any]) -> None:
    assert call(handler, "POST", "/api/chat/", json=body).status == 422


def test_a_callback_for_an_answer_that_is_waited_for_is_refused(db: Session) -> None:
    body = {"message": "hello", "callback_url": "https://example.com/"}
    answer = call(handler, "POST", "/api/chat/", json=body)
    assert (answer.status, answer.problem["errors"][0]["pointer"]) == (422, "/body/callback_url")
    assert "Prefer: respond-async" in answer.problem["detail"]
