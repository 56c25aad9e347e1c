"""Chat over HTTP: a question becomes an answer, and both are remembered."""

from typing import Any

from fastapi import status
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from roomlens.models import Conversation, Image, Listing
from tests.fakes import FakeEmbedder


def say(client: TestClient, message: str, **body: Any) -> Any:
    nothing_else = {"conversation_id": None, "listing_id": None, "user_id": None}
    response = client.post("/api/chat/", json={**nothing_else, "message": message, **body})
    assert response.status_code == status.HTTP_200_OK, response.text
    return response.json()


def messages_of(client: TestClient, conversation_id: int) -> Any:
    response = client.get(f"/api/conversations/{conversation_id}/messages")
    assert response.status_code == status.HTTP_200_OK, response.text
    return response.json()["messages"]


def photos_of(db: Session, listing: Listing) -> list[int]:
    return list(db.scalars(select(Image.id).where(Image.listing_id == listing.id).order_by(Image.id)))


def first_listing(db: Session) -> Listing:
    return db.scalars(select(Listing).order_by(Listing.id)).first()


def test_chat_new_conversation(client: TestClient, seeded_db: Session, mock_embeddings: FakeEmbedder) -> None:
    """A message without a conversation begins one; of no listing and near no photo, it is answered by none."""
    before = set(seeded_db.scalars(select(Conversation.id)))
    answer = say(client, "How can I increase resale value quickly?")
    assert answer["conversation_id"] not in before
    assert seeded_db.get(Conversation, answer["conversation_id"]).listing_id is None
    assert answer["reply"].endswith(".")
    assert (answer["abstained"], answer["context_used"], answer["citations"]) == (True, [], [])


def test_chat_existing_conversation(client: TestClient, seeded_db: Session, mock_embeddings: FakeEmbedder) -> None:
    """A message that names a conversation goes on with it, and still speaks of its listing."""
    listing = first_listing(seeded_db)
    first = say(client, "Is there a dishwasher?", listing_id=listing.id)
    second = say(client, "Show me the kitchen.", conversation_id=first["conversation_id"])
    assert second["conversation_id"] == first["conversation_id"]
    assert second["message_id"] > first["message_id"]
    assert [used["image_id"] for used in second["context_used"]] == photos_of(seeded_db, listing)


def test_chat_with_listing(client: TestClient, seeded_db: Session, mock_embeddings: FakeEmbedder) -> None:
    """An answer about a listing rests on that listing's photos, and each sentence names its own."""
    listing = first_listing(seeded_db)
    answer = say(client, "What improvements should I make?", listing_id=listing.id, user_id="test_user")
    photos = photos_of(seeded_db, listing)
    first = "The condition is much the same in all photos of the kitchen, about 0.70 out of 1."
    assert answer["reply"].startswith(first)
    assert answer["citations"][0]["image_ids"] == photos
    assert all(cited["sentence"] in answer["reply"] for cited in answer["citations"])
    assert [(used["image_id"], used["listing_id"]) for used in answer["context_used"]] == [
        (photo, listing.id) for photo in photos
    ]
    conversation = seeded_db.get(Conversation, answer["conversation_id"])
    assert (conversation.listing_id, conversation.user_id) == (listing.id, "test_user")


def test_chat_message_history(client: TestClient, seeded_db: Session, mock_embeddings: FakeEmbedder) -> None:
    """What was asked and answered is kept, in order."""
    first = say(client, "What is the condition of this property?")
    second = say(client, "What about the kitchen?", conversation_id=first["conversation_id"])
    assert [(one["role"], one["content"]) for one in messages_of(client, first["conversation_id"])] == [
        ("user", "What is the condition of this property?"),
        ("assistant", first["reply"]),
        ("user", "What about the kitchen?"),
        ("assistant", second["reply"]),
    ]


def test_chat_empty_message(client: TestClient, seeded_db: Session) -> None:
    """An empty message is no mistake: it is told what may be asked."""
    answer = say(client, "")
    assert answer["reply"] == "Ask me what the photos show: a room, a feature, the light or the condition."
    assert (answer["abstained"], answer["context_used"]) == (True, [])


def test_get_conversation_messages(client: TestClient, seeded_db: Session) -> None:
    """The messages of a conversation that was there before, with the photos that its answer rests on."""
    listing = first_listing(seeded_db)
    conversation = seeded_db.scalars(select(Conversation).where(Conversation.listing_id == listing.id)).one()
    question, answer = messages_of(client, conversation.id)
    assert (question["role"], question["content"]) == ("user", "What is the condition of this property?")
    assert (answer["role"], answer["citations"]) == (
        "assistant",
        [{"sentence": answer["content"], "image_ids": photos_of(seeded_db, listing)}],
    )


def test_get_conversation_messages_not_found(client: TestClient) -> None:
    """An unknown conversation is not found; an empty list would say that it exists."""
    response = client.get("/api/conversations/99999/messages")
    assert response.status_code == status.HTTP_404_NOT_FOUND
    assert response.json()["detail"] == "There is no conversation 99999."
