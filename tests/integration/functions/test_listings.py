"""/api/listings"""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from listings.app import handler
from roomlens.errors import ValidationError
from roomlens.photos.records import Arrival
from roomlens.photos.rows import settle_failure
from tests.factories import make_listing, make_photo
from tests.http import call
from tests.pictures import GREEN, RED

pytestmark = pytest.mark.usefixtures("s3", "analyzer")

HOUSE = {"title": "By the sea", "address": "1 Quay Street", "price": 640000, "beds": 3, "baths": 2.5, "area_sqft": 1800}


def test_a_listing_is_made_and_found_again(db: Session) -> None:
    made = call(handler, "POST", "/api/listings", json=HOUSE | {"external_ref": "MLS-1"})
    assert made.status == 201
    body = made.json()
    assert made.headers["location"] == f"/api/listings/{body['id']}"
    assert {name: body[name] for name in HOUSE} == HOUSE
    assert (body["status"], body["photo_counts"], body["cover"]) == ("active", {}, None)
    assert call(handler, "GET", f"/api/listings/{body['id']}").json() == body
    assert call(handler, "GET", "/api/listings", params={"external_ref": "MLS-1"}).json()["listings"] == [body]
    assert call(handler, "GET", "/api/listings", params={"external_ref": "MLS-2"}).json()["listings"] == []


def test_two_listings_can_not_share_a_reference(db: Session) -> None:
    assert call(handler, "POST", "/api/listings", json={"external_ref": "MLS-1"}).status == 201
    answer = call(handler, "POST", "/api/listings", json={"external_ref": "MLS-1"})
    assert (answer.status, answer.problem["code"]) == (409, "conflict")
    assert [call(handler, "POST", "/api/listings", json={}).status for _ in range(2)] == [201, 201]


def test_a_listing_counts_its_photos_and_shows_the_outside_first(db: Session) -> None:
    listing = make_listing(db)
    make_photo(db, RED, listing.id)
    outside = make_photo(db, GREEN, listing.id).image
    settle_failure(db, Arrival(f"incoming/{listing.id}/x", "x", listing.id), ValidationError("The file is empty."))
    body = call(handler, "GET", f"/api/listings/{listing.id}").json()
    assert body["photo_counts"] == {"analyzed": 2, "failed": 1, "total": 3}
    assert f"/{outside.sha256}/320.jpg" in body["cover"]


def test_listings_come_in_pages(db: Session) -> None:
    made = [make_listing(db).id for _ in range(3)]
    first = call(handler, "GET", "/api/listings", params={"limit": 2}).json()
    rest = call(handler, "GET", "/api/listings", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [listing["id"] for listing in first["listings"] + rest["listings"]] == made
    assert rest["next_cursor"] is None


def test_an_unknown_listing_is_not_found(db: Session) -> None:
    assert call(handler, "GET", "/api/listings/99999").problem["code"] == "not-found"


@pytest.mark.parametrize(
    "wrong",
    [{"price": -1}, {"price": "dear"}, {"title": "x" * 201}, {"address": "a\0"}, {"status": "gone"},
     {"external_ref": ""}, {"id": 7}, {"beds": 1e9}],
)  # fmt: skip
def test_a_malformed_listing_is_refused(db: Session, wrong: dict[str, Any]) -> None:
    answer = call(handler, "POST", "/api/listings", json=wrong)
    assert answer.status == 422
    assert answer.problem["errors"][0]["pointer"] == f"/body/{next(iter(wrong))}"
