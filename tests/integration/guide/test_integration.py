"""Whole conversations with the API: what one call makes, the next one finds."""

import io
from typing import Any

from fastapi import status
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from roomlens.models import Listing
from roomlens.vocabulary import RoomType
from tests.fakes import FakeAnalyzer, FakeEmbedder
from tests.pictures import encoded
from tests.scenes import scene


def upload(client: TestClient, file: Any, **form: Any) -> Any:
    response = client.post("/api/upload/", files={"file": ("photo.png", file, "image/png")}, data=form)
    assert response.status_code == status.HTTP_200_OK, response.text
    return response.json()


def say(client: TestClient, message: str, **body: Any) -> Any:
    response = client.post("/api/chat/", json={"message": message, "user_id": "test_user", **body})
    assert response.status_code == status.HTTP_200_OK, response.text
    return response.json()


def test_full_upload_and_query_workflow(
    client: TestClient,
    mock_image_file: io.BytesIO,
    mock_s3_upload: Any,
    mock_inference: FakeAnalyzer,
    mock_embeddings: FakeEmbedder,
) -> None:
    """A photo that was uploaded is the first one found, by words and by likeness, among others that were."""
    for room in (RoomType.BATHROOM, RoomType.BEDROOM):
        upload(client, encoded(scene(room), "PNG"))
    kitchen = upload(client, mock_image_file)["image_id"]
    another = upload(client, encoded(scene(RoomType.KITCHEN, light=0.9, seed=1), "PNG"))["image_id"]
    by_words = client.post("/api/query/", json={"query": "kitchen with island", "k": 5}).json()["top_k"]
    assert [hit["id"] for hit in by_words[:2]] == [kitchen, another]
    assert [hit["relevance"] for hit in by_words] == ["strong", "strong", "noise", "noise"]
    by_likeness = client.post("/api/query/", json={"image_id": kitchen, "k": 1}).json()["top_k"]
    assert [(hit["id"], hit["relevance"]) for hit in by_likeness] == [(another, "strong")]


def test_full_chat_workflow(client: TestClient, seeded_db: Session, mock_embeddings: FakeEmbedder) -> None:
    """A conversation of two questions is four messages, whose answers rest on the photos that they cite."""
    listing = seeded_db.scalars(select(Listing).order_by(Listing.id)).first()
    first = say(client, "What improvements can I make?", listing_id=listing.id)
    second = say(client, "Tell me more about the kitchen", conversation_id=first["conversation_id"])
    messages = client.get(f"/api/conversations/{first['conversation_id']}/messages").json()["messages"]
    assert [message["role"] for message in messages] == ["user", "assistant", "user", "assistant"]
    assert [message["citations"] for message in messages] == [[], first["citations"], [], second["citations"]]
    cited = [image_id for citation in second["citations"] for image_id in citation["image_ids"]]
    shown = client.get("/api/images", params={"listing_id": listing.id}).json()["images"]
    assert cited == [image["id"] for image in shown]


def test_upload_and_chat_workflow(
    client: TestClient,
    mock_image_file: io.BytesIO,
    mock_s3_upload: Any,
    mock_inference: FakeAnalyzer,
    mock_embeddings: FakeEmbedder,
) -> None:
    """A photo of a listing is what the next answer about the listing rests on."""
    listing_id = client.post("/api/listings", json={"title": "By the sea"}).json()["id"]
    before = say(client, "Is there a dishwasher?", listing_id=listing_id)
    assert (before["abstained"], before["context_used"]) == (True, [])
    photo = upload(client, mock_image_file, listing_id=str(listing_id))["image_id"]
    after = say(client, "Is there a dishwasher?", listing_id=listing_id)
    assert after["reply"] == f"A dishwasher can be seen in the kitchen (photo {photo})."
    assert [used["image_id"] for used in after["context_used"]] == [photo]
