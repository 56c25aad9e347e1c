"""What a listing's photos say together, over HTTP: aggregation and changes, and that neither is ever out of date."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from roomlens.models import Alteration, Image, Listing, PropertyAggregation, TemporalChange
from tests.seeding import seed_all


@pytest.fixture
def home(db: Session, analyzer: object) -> dict[str, list[int]]:
    """A kitchen before and after, and a bathroom."""
    return seed_all(db, num_listings=2, images_per_listing=3, conversations_per_listing=0)


def aggregation(client: TestClient, listing_id: int, **params: str) -> dict[str, Any]:
    answer = client.get(f"/api/listings/{listing_id}/aggregation", params=params)
    assert answer.status_code == 200
    return answer.json()


def changes(client: TestClient, listing_id: int, **params: str) -> list[dict[str, Any]]:
    return client.get(f"/api/listings/{listing_id}/changes", params=params).json()["changes"]


def test_rooms_are_shown_with_their_photos_and_scores(client: TestClient, home: dict[str, list[int]]) -> None:
    before, after, bathroom = home["image_ids"][:3]
    shown = aggregation(client, home["listing_ids"][0])
    assert (shown["photo_count"], shown["model"], shown["as_of"]) == (3, "fake-colours@1", None)
    kitchen, bath = shown["rooms"]
    assert (kitchen["name"], kitchen["image_ids"]) == ("kitchen", [before, after])
    assert kitchen["condition"] == {
        "score": 0.7, "best_image_id": after, "median_image_id": after, "worst_image_id": after, "band": "C3",
    }  # fmt: skip
    assert (bath["name"], bath["image_ids"]) == ("bathroom", [bathroom])
    assert shown["tags"] == [{"tag": "dishwasher", "count": 1, "image_ids": [after]}]
    assert shown["exterior"]["condition"]["band"] is None
    assert shown["interior"]["image_ids"] == shown["overall"]["image_ids"] == [after, bathroom]


def test_a_correction_is_seen_by_the_next_reader(client: TestClient, home: dict[str, list[int]]) -> None:
    listing_id, (before, after, _) = home["listing_ids"][0], home["image_ids"][:3]
    assert changes(client, listing_id)[0]["verdict"] == "improved"
    said = {"condition_score": 0.2, "add_tags": ["skylight"]}
    assert client.patch(f"/api/images/{after}", json=said).status_code == 200
    assert aggregation(client, listing_id)["rooms"][0]["condition"]["score"] == 0.2
    (change,) = changes(client, listing_id)
    assert (change["before_image_id"], change["verdict"]) == (before, "worsened")
    assert change["condition_delta"] == pytest.approx(-0.5)
    assert client.patch(f"/api/images/{after}", json={"room_type": "bedroom"}).status_code == 200
    assert [room["name"] for room in aggregation(client, listing_id)["rooms"]] == ["kitchen", "bedroom", "bathroom"]
    assert changes(client, listing_id) == []


def test_what_holds_is_read_and_not_made_anew(client: TestClient, db: Session, home: dict[str, list[int]]) -> None:
    listing_id = home["listing_ids"][0]
    made = aggregation(client, listing_id)
    stored = db.scalar(select(PropertyAggregation).where(PropertyAggregation.listing_id == listing_id))
    assert stored is not None
    stored.tags = []
    db.commit()
    assert aggregation(client, listing_id) == {**made, "tags": []}
    db.get_one(Listing, listing_id).beds = 5
    db.commit()
    assert aggregation(client, listing_id)["tags"] == made["tags"]
    assert db.scalar(select(func.count()).select_from(PropertyAggregation)) == 2


def test_a_time_shows_the_photos_that_there_were(client: TestClient, home: dict[str, list[int]]) -> None:
    listing_id, (before, *_) = home["listing_ids"][0], home["image_ids"]
    shown = aggregation(client, listing_id, as_of="2025-06-01T00:00:00Z")
    assert (shown["photo_count"], shown["as_of"]) == (1, "2025-06-01T00:00:00.000Z")
    assert shown["rooms"][0]["condition"]["best_image_id"] == before
    assert aggregation(client, listing_id)["photo_count"] == 3


def test_changes_are_those_of_a_time(client: TestClient, home: dict[str, list[int]]) -> None:
    listing_id = home["listing_ids"][0]
    assert len(changes(client, listing_id, **{"from": "2025-01-01T00:00:00Z", "to": "2025-12-31T00:00:00Z"})) == 1
    assert changes(client, listing_id, **{"from": "2025-04-01T00:00:00Z"}) == []
    assert changes(client, listing_id, to="2025-04-01T00:00:00Z") == []
    backwards = {"from": "2025-12-31T00:00:00Z", "to": "2025-01-01T00:00:00Z"}
    refused = client.get(f"/api/listings/{listing_id}/changes", params=backwards)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/query/from")


def test_two_photos_that_are_named_are_compared_once(
    client: TestClient, db: Session, home: dict[str, list[int]]
) -> None:
    listing_id, (before, after, bathroom) = home["listing_ids"][0], home["image_ids"][:3]
    pair = {"before_image_id": after, "after_image_id": before}
    for _ in range(2):
        answer = client.post(f"/api/listings/{listing_id}/changes", json=pair)
        assert (answer.status_code, answer.json()["verdict"]) == (201, "worsened")
    pair = {"before_image_id": before, "after_image_id": bathroom}
    other = client.post(f"/api/listings/{listing_id}/changes", json=pair).json()
    assert (other["verdict"], other["reason"], other["instance"]) == ("not_comparable", "different_rooms", None)
    assert other["condition_delta"] is None
    db.get_one(Image, after).captured_at = datetime(2026, 1, 1, tzinfo=UTC)
    db.commit()
    assert len(changes(client, listing_id)) == 3  # what somebody asked stays, whatever is known of it
    asked = select(func.count()).select_from(TemporalChange).where(TemporalChange.asked)
    assert db.scalar(asked) == 2


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [("mine", "mine", 422), ("mine", "another listing's", 422), ("mine", "nobody's", 404), ("mine", "unseen", 409)],
)
def test_what_can_not_be_compared_is_refused(
    client: TestClient, db: Session, home: dict[str, list[int]], before: str, after: str, status: int
) -> None:
    listing_id = home["listing_ids"][0]
    unseen = Image(listing_id=listing_id, s3_key="photos/unseen.jpg", filename="a.jpg")
    db.add(unseen)
    db.flush()
    photo = {
        "mine": home["image_ids"][0], "another listing's": home["image_ids"][3], "nobody's": 99_999,
        "unseen": unseen.id,
    }  # fmt: skip
    pair = {"before_image_id": photo[before], "after_image_id": photo[after]}
    answer = client.post(f"/api/listings/{listing_id}/changes", json=pair)
    assert answer.status_code == status
    assert status != 422 or answer.json()["errors"][0]["pointer"] == "/body/after_image_id"


def test_an_altered_photo_counts_for_nothing(client: TestClient, db: Session, home: dict[str, list[int]]) -> None:
    listing_id, (before, after, _) = home["listing_ids"][0], home["image_ids"][:3]
    assert aggregation(client, listing_id)["rooms"][0]["condition"]["best_image_id"] == after
    db.add(Alteration(image_id=after, kind="virtual_staging", disclosure="Staged."))
    db.commit()
    kitchen = aggregation(client, listing_id)["rooms"][0]
    assert (kitchen["image_ids"], kitchen["condition"]["best_image_id"]) == ([before, after], before)
    (change,) = changes(client, listing_id)
    assert (change["verdict"], change["reason"]) == ("not_comparable", "altered")


def test_an_upload_leaves_its_listing_summed_up(
    client: TestClient, db: Session, home: dict[str, list[int]], mock_image_file: Any
) -> None:
    listing_id = home["listing_ids"][1]
    files, told = {"file": ("k.png", mock_image_file)}, {"listing_id": str(listing_id)}
    assert client.post("/api/upload/", files=files, data=told).status_code == 200
    stored = select(PropertyAggregation.photo_count).where(PropertyAggregation.listing_id == listing_id)
    assert db.scalar(stored) == 4
