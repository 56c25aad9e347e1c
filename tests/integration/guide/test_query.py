"""Search over HTTP: the photos that a question means, best first."""

from typing import Any

from fastapi import status
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from roomlens.models import Image, Listing
from tests.fakes import FakeEmbedder


def ask(client: TestClient, **body: Any) -> Any:
    response = client.post("/api/query/", json=body)
    assert response.status_code == status.HTTP_200_OK, response.text
    return response.json()["top_k"]


def photos_by_listing(db: Session) -> list[list[int]]:
    """The ids of each listing's photos; the listings show a kitchen, a bathroom and a bedroom, twice each."""
    listings = db.scalars(select(Listing.id).order_by(Listing.id)).all()
    return [list(db.scalars(select(Image.id).where(Image.listing_id == one).order_by(Image.id))) for one in listings]


def test_query_images(client: TestClient, seeded_db: Session, mock_embeddings: FakeEmbedder) -> None:
    """The photos whose captions share the question's words come first; what shares none is called noise."""
    kitchens, bathrooms, bedrooms = photos_by_listing(seeded_db)
    hits = ask(client, query="kitchen improvements", k=3)
    assert [hit["id"] for hit in hits[:2]] == kitchens
    assert hits[2]["id"] in bathrooms + bedrooms
    assert [hit["relevance"] for hit in hits] == ["strong", "strong", "noise"]
    assert [hit["room_type"] for hit in hits[:2]] == ["kitchen", "kitchen"]
    assert hits[0]["score"] == hits[1]["score"] > hits[2]["score"]
    assert [hit["id"] for hit in ask(client, query="a large bed", k=2)] == bedrooms


def test_query_images_with_listing(client: TestClient, seeded_db: Session, mock_embeddings: FakeEmbedder) -> None:
    """Of a listing that is named come its own photos and no others, however near the others are."""
    _, bathrooms, _ = photos_by_listing(seeded_db)
    listing_id = seeded_db.get(Image, bathrooms[0]).listing_id
    hits = ask(client, query="kitchen improvements", k=3, listing_id=listing_id)
    assert [hit["id"] for hit in hits] == bathrooms
    assert {hit["listing_id"] for hit in hits} == {listing_id}


def test_query_images_like_another(client: TestClient, seeded_db: Session) -> None:
    """A photo finds the other one of its room first, and never itself."""
    (before, after), *_ = photos_by_listing(seeded_db)
    hits = ask(client, image_id=before, k=5)
    assert (hits[0]["id"], hits[0]["relevance"]) == (after, "strong")
    assert {hit["relevance"] for hit in hits[1:]} == {"noise"}
    assert before not in [hit["id"] for hit in hits]


def test_query_empty(client: TestClient, seeded_db: Session) -> None:
    """A question needs words, or a photo."""
    response = client.post("/api/query/", json={"query": ""})
    assert response.status_code == status.HTTP_422_UNPROCESSABLE_CONTENT
    assert response.json()["errors"][0]["pointer"] == "/body/query"


def test_get_image(client: TestClient, seeded_db: Session) -> None:
    """A photo is shown with what was seen in it."""
    (before, after), *_ = photos_by_listing(seeded_db)
    dark, bright = (client.get(f"/api/images/{image_id}").json()["predictions"] for image_id in (before, after))
    assert dark["room_type"]["label"] == bright["room_type"]["label"] == "kitchen"
    assert dark["feature_tags"] == ["dishwasher"]
    assert bright["natural_light_score"] > dark["natural_light_score"] + 0.4


def test_get_image_not_found(client: TestClient) -> None:
    """An unknown photo is not found, and the answer says which."""
    response = client.get("/api/images/99999")
    assert response.status_code == status.HTTP_404_NOT_FOUND
    assert response.json()["detail"] == "There is no photo 99999."
