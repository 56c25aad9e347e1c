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
    assert made.headers["etag"] == call(handler, "GET", f"/api/listings/{body['id']}").headers["etag"]
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


def test_listings_are_told_apart_by_their_status(db: Session) -> None:
    sold = make_listing(db, status="sold").id
    make_listing(db)
    found = call(handler, "GET", "/api/listings", params={"status": "sold"}).json()["listings"]
    assert [listing["id"] for listing in found] == [sold]
    assert call(handler, "GET", "/api/listings", params={"status": "gone"}).status == 422


def test_a_change_of_a_listing_leaves_what_it_does_not_name(db: Session) -> None:
    made = call(handler, "POST", "/api/listings", json=HOUSE | {"external_ref": "MLS-1"})
    path = made.headers["location"]
    change = {"price": 600000, "baths": None, "status": "pending", "title": "  By the lake "}
    changed = call(handler, "PATCH", path, json=change)
    assert (changed.status, changed.json()) == (200, call(handler, "GET", path).json())
    expected = made.json() | change | {"title": "By the lake"}
    assert changed.json() | {"updated_at": expected["updated_at"]} == expected
    assert call(handler, "PATCH", path, json={}).json() == changed.json()
    assert call(handler, "PATCH", path, json={"external_ref": None}).json()["external_ref"] is None


def test_a_change_of_what_has_changed_meanwhile_is_refused(db: Session) -> None:
    path = f"/api/listings/{make_listing(db).id}"
    read = call(handler, "GET", path).headers["etag"]
    changed = call(handler, "PATCH", path, json={"price": 1}, headers={"if-match": read})
    assert changed.headers["etag"] != read
    late = call(handler, "PATCH", path, json={"price": 2}, headers={"if-match": read})
    assert (late.status, late.problem["code"]) == (412, "precondition-failed")
    assert call(handler, "PATCH", path, json={"price": 3}, headers={"if-match": "*"}).status == 200
    assert call(handler, "DELETE", path, headers={"if-match": read}).status == 412
    read = call(handler, "GET", path).headers["etag"]
    assert call(handler, "DELETE", path, headers={"if-match": read}).status == 200


def test_a_change_that_can_not_be_is_refused(db: Session) -> None:
    listings = [make_listing(db, external_ref=f"MLS-{number}").id for number in (1, 2)]
    path = f"/api/listings/{listings[1]}"
    taken = call(handler, "PATCH", path, json={"external_ref": "MLS-1"})
    assert (taken.status, taken.problem["code"]) == (409, "conflict")
    assert call(handler, "PATCH", path, json={"status": None}).status == 422
    assert call(handler, "PATCH", "/api/listings/99999", json={}).status == 404


@pytest.mark.usefixtures("executions")
def test_a_listing_is_deleted_once_and_says_what_went(db: Session, keys: Any) -> None:
    listing = make_listing(db)
    make_photo(db, RED, listing.id)
    path = f"/api/listings/{listing.id}"
    gone = call(handler, "DELETE", path)
    assert (gone.status, gone.json()["listing_id"], keys()) == (200, listing.id, [])
    assert {name: number for name, number in gone.json()["removed"].items() if number} == {
        "photos": 1, "objects": 3, "analyses": 1, "vectors": 2,
    }  # fmt: skip
    for method in ("DELETE", "GET"):
        assert call(handler, method, path).problem["code"] == "not-found"


def test_an_unknown_listing_is_not_found(db: Session) -> None:
    assert call(handler, "GET", "/api/listings/99999").problem["code"] == "not-found"


@pytest.mark.parametrize(
    "wrong",
    [{"price": -1}, {"price": "dear"}, {"title": "x" * 201}, {"address": "a\0"}, {"status": "gone"},
     {"external_ref": ""}, {"id": 7}, {"beds": 1e9}, {"title": " \n"}, {"address": ""}, {"external_ref": " "},
     {"price": 1e308}, {"area_sqft": 1e10}],
)  # fmt: skip
def test_a_malformed_listing_is_refused(db: Session, wrong: dict[str, Any]) -> None:
    answer = call(handler, "POST", "/api/listings", json=wrong)
    assert answer.status == 422
    assert answer.problem["errors"][0]["pointer"] == f"/body/{next(iter(wrong))}"
