"""/api/images and /api/images/{id}: read and deleted"""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from images.app import handler
from roomlens.errors import UnsupportedMediaError
from roomlens.models import PropertyAggregation
from roomlens.photos.records import Arrival
from roomlens.photos.rows import settle_failure
from tests.factories import make_listing, make_photo
from tests.fakes import FakeAnalyzer
from tests.http import call
from tests.pictures import BLUE, GREEN, RED

pytestmark = pytest.mark.usefixtures("s3", "analyzer")


def ids(answer: Any) -> list[int]:
    assert answer.status == 200, answer.body
    return [image["id"] for image in answer.json()["images"]]


def test_photos_come_in_pages_in_the_order_they_came(db: Session) -> None:
    made = [make_photo(db, seed=seed).image.id for seed in range(5)]
    first = call(handler, "GET", "/api/images", params={"limit": 2})
    second = call(handler, "GET", "/api/images", params={"limit": 2, "cursor": first.json()["next_cursor"]})
    third = call(handler, "GET", "/api/images", params={"limit": 2, "cursor": second.json()["next_cursor"]})
    assert ids(first) + ids(second) + ids(third) == made
    assert third.json()["next_cursor"] is None


def test_photos_are_filtered_by_listing_room_and_status(db: Session) -> None:
    listing = make_listing(db)
    kitchen = make_photo(db, RED, listing.id).image.id
    bathroom = make_photo(db, BLUE, listing.id).image.id
    elsewhere = make_photo(db, RED).image.id
    settle_failure(db, Arrival("incoming/1/bad.jpg", "bad.jpg"), UnsupportedMediaError("The file is a PDF."))
    assert ids(call(handler, "GET", "/api/images", params={"listing_id": listing.id})) == [kitchen, bathroom]
    assert ids(call(handler, "GET", "/api/images", params={"room_type": "kitchen"})) == [kitchen, elsewhere]
    assert ids(call(handler, "GET", "/api/images", params={"status": "analyzed"})) == [kitchen, bathroom, elsewhere]


def test_a_failed_photo_says_why(db: Session) -> None:
    settle_failure(db, Arrival("incoming/1/bad.jpg", "bad.jpg"), UnsupportedMediaError("The file is a PDF."))
    (failed,) = call(handler, "GET", "/api/images", params={"status": "failed"}).json()["images"]
    assert failed["failure"] == {"code": "unsupported-media", "detail": "The file is a PDF."}
    assert (failed["filename"], failed["predictions"], failed["thumbnail_url"]) == ("bad.jpg", None, None)


def test_a_photo_is_shown_with_every_analysis_the_newest_first(db: Session, analyzer: FakeAnalyzer) -> None:
    image = make_photo(db, GREEN).image
    analyzer.model = FakeAnalyzer("2").model
    make_photo(db, GREEN)
    db.expire_all()
    body = call(handler, "GET", f"/api/images/{image.id}").json()
    assert [analysis["model"]["version"] for analysis in body["analyses"]] == ["2", "1"]
    assert body["predictions"]["room_type"]["label"] == "exterior"
    assert (body["predictions"]["condition_score"], body["predictions"]["condition_reason"]) == (None, "not_scorable")
    assert body["status"] == "analyzed"
    assert f"/derived/local/{image.sha256[:2]}/{image.sha256}/320.jpg?" in body["thumbnail_url"]
    assert "/1280.jpg?" in body["image_url"]
    assert body["created_at"].endswith("Z")


def test_an_unknown_photo_is_not_found(db: Session) -> None:
    answer = call(handler, "GET", "/api/images/99999")
    assert (answer.status, answer.problem["code"]) == (404, "not-found")
    assert answer.problem["detail"] == "There is no photo 99999."


@pytest.mark.parametrize("image_id", ["abc", "0", "-1", "2147483648", "1e3", "%00", "١"])
def test_a_malformed_id_is_refused(db: Session, image_id: str) -> None:
    answer = call(handler, "GET", f"/api/images/{image_id}")
    assert (answer.status, answer.problem["code"]) == (422, "validation")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "x"),
        ("cursor", "x"),
        ("listing_id", "0"),
        ("status", "lost"),
        ("room_type", "moat"),
    ],
)
def test_a_wrong_filter_is_refused(db: Session, name: str, value: str) -> None:
    answer = call(handler, "GET", "/api/images", params={name: value})
    assert answer.status == 422
    assert answer.problem["errors"][0]["pointer"] == f"/query/{name}"


def test_a_text_that_can_not_be_stored_is_refused_wherever_it_comes(db: Session) -> None:
    from listings.app import handler as listings
    from tasks.app import handler as tasks

    assert call(tasks, "GET", "/api/tasks/%00").status == 422
    assert call(listings, "GET", "/api/listings?external_ref=%00").status == 422


@pytest.mark.usefixtures("executions")
def test_a_photo_is_deleted_once_and_its_listing_says_no_more_of_it(db: Session, keys: Any) -> None:
    listing = make_listing(db)
    kept, going = (make_photo(db, colour, listing.id).image.id for colour in (RED, BLUE))
    assert call(handler, "PATCH", f"/api/images/{kept}", json={"room_type": "pantry"}).status == 200
    assert {room["room_type"] for room in db.scalars(select(PropertyAggregation.rooms)).one()} == {"bathroom", "pantry"}
    gone = call(handler, "DELETE", f"/api/images/{going}")
    assert gone.status == 200
    assert gone.json() == {
        "image_id": going, "listing_id": listing.id,
        "removed": {
            "photos": 1, "objects": 3, "analyses": 1, "vectors": 2, "conversations": 0, "messages": 0,
            "feedback": 0, "tasks_canceled": 0,
        },
    }  # fmt: skip
    db.expire_all()
    assert [room["room_type"] for room in db.scalars(select(PropertyAggregation.rooms)).one()] == ["pantry"]
    assert len(keys()) == 3
    for method in ("DELETE", "GET"):
        assert call(handler, method, f"/api/images/{going}").problem["code"] == "not-found"
