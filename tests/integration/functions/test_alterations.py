"""/api/images/{id}/alteration and /api/listings/{id}/alterations: photos that show what is not there."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from images.app import handler as images
from listings.app import handler as listings
from roomlens.models import Image
from roomlens.vocabulary import DISCLOSURES, AlterationKind
from tests.factories import make_listing, make_photo
from tests.http import Answer, call
from tests.pictures import BLUE, GREEN, RED

pytestmark = pytest.mark.usefixtures("s3", "analyzer")

STAGED = {"kind": "virtual_staging"}


@pytest.fixture
def listing(db: Session) -> int:
    return make_listing(db).id


@pytest.fixture
def original(db: Session, listing: int) -> int:
    return make_photo(db, RED, listing).image.id


@pytest.fixture
def staged(db: Session, listing: int) -> int:
    return make_photo(db, BLUE, listing).image.id


def declare(image_id: int, **said: Any) -> Answer:
    return call(images, "PUT", f"/api/images/{image_id}/alteration", json=STAGED | said)


def blockers(listing: int) -> list[str]:
    """Why the listing can't be published; one that can has none."""
    shown = call(listings, "GET", f"/api/listings/{listing}").json()
    assert shown["publishable"] == (shown["blockers"] == [])
    return [blocker["reason"] for blocker in shown["blockers"]]


def test_an_altered_photo_shows_its_original_and_what_has_to_be_said(db: Session, original: int, staged: int) -> None:
    before = call(images, "GET", f"/api/images/{staged}")
    assert before.json()["alteration"] is None
    answer = declare(staged, original_image_id=original, declared_by="Ann")
    shown = answer.json()["alteration"]
    assert (shown["kind"], shown["original_image_id"], shown["declared_by"]) == ("virtual_staging", original, "Ann")
    assert shown["disclosure"] == DISCLOSURES[AlterationKind.VIRTUAL_STAGING]
    assert db.get_one(Image, original).sha256 in shown["original_url"]
    again = call(images, "GET", f"/api/images/{staged}")
    assert again.headers["etag"] == answer.headers["etag"] != before.headers["etag"]


def test_the_same_again_changes_nothing_and_other_words_take_its_place(original: int, staged: int) -> None:
    first = declare(staged, original_image_id=original)
    assert declare(staged, original_image_id=original).headers["etag"] == first.headers["etag"]
    said = declare(staged, kind="sky_replacement", disclosure=" The sky is not ours. ").json()["alteration"]
    assert (said["kind"], said["disclosure"]) == ("sky_replacement", "The sky is not ours.")
    assert (said["original_image_id"], said["original_url"]) == (None, None)


def test_what_was_declared_can_be_taken_back_and_taking_back_twice_is_once(staged: int) -> None:
    declare(staged)
    for _ in range(2):
        answer = call(images, "DELETE", f"/api/images/{staged}/alteration")
        assert (answer.status, answer.json()["alteration"]) == (200, None)


def test_a_listing_is_publishable_when_originals_and_disclosures_are_there(
    db: Session, listing: int, original: int, staged: int
) -> None:
    assert blockers(listing) == []
    declare(staged)
    assert blockers(listing) == [f"Photo {staged} is altered, and its original is missing."]
    declare(staged, original_image_id=original, disclosure=" ")
    assert blockers(listing) == [f"Photo {staged} is altered, and nothing discloses it."]
    declare(staged, original_image_id=original)
    assert blockers(listing) == []
    db.delete(db.get_one(Image, original))
    db.flush()
    db.expire_all()
    assert blockers(listing) == [f"Photo {staged} is altered, and its original is missing."]
    found = call(listings, "POST", f"/api/listings/{listing}/lint", json={}).json()["findings"]
    assert [one["image_id"] for one in found if one["rule"] == "missing_original"] == [staged]


def test_one_listings_ledger_blocks_no_other(db: Session, listing: int, staged: int) -> None:
    other = make_listing(db).id
    declare(staged)
    body = call(listings, "GET", "/api/listings").json()["listings"]
    assert {one["id"]: one["publishable"] for one in body} == {listing: False, other: True}
    assert call(listings, "GET", f"/api/listings/{other}/alterations").json()["alterations"] == []


def test_the_ledger_has_both_hashes(db: Session, listing: int, original: int, staged: int) -> None:
    declare(staged, original_image_id=original)
    (entry,) = call(listings, "GET", f"/api/listings/{listing}/alterations").json()["alterations"]
    hashes = [db.get_one(Image, image_id).sha256 for image_id in (staged, original)]
    assert [entry["sha256"], entry["original_sha256"]] == hashes
    assert hashes[0] in entry["thumbnail_url"]
    assert hashes[1] in entry["original_thumbnail_url"]
    declare(staged)
    (entry,) = call(listings, "GET", f"/api/listings/{listing}/alterations").json()["alterations"]
    assert (entry["original_sha256"], entry["original_thumbnail_url"]) == (None, None)


def test_an_original_is_another_photo_of_the_same_listing_as_it_was_taken(
    db: Session, listing: int, original: int, staged: int
) -> None:
    elsewhere = make_photo(db, GREEN, make_listing(db).id).image.id
    third = make_photo(db, GREEN, listing).image.id
    assert declare(third).status == 200
    for wrong in (staged, elsewhere, 99999, third):
        answer = declare(staged, original_image_id=wrong)
        assert (answer.status, answer.problem["errors"][0]["pointer"]) == (422, "/body/original_image_id")
    assert declare(staged, original_image_id=original).status == 200
    assert (declare(original).status, declare(original).problem["code"]) == (409, "conflict")


def test_an_altered_photo_is_not_the_cover_while_its_original_is_there(
    db: Session, listing: int, original: int, staged: int
) -> None:
    for image_id in (staged, original):
        call(images, "PATCH", f"/api/images/{image_id}", json={"room_type": "front_exterior"})
    declare(staged, original_image_id=original)
    order = call(listings, "GET", f"/api/listings/{listing}/photo-order").json()
    said = DISCLOSURES[AlterationKind.VIRTUAL_STAGING]
    assert [(place["image_id"], place["disclosure"]) for place in order["order"]] == [(original, None), (staged, said)]
    assert db.get_one(Image, original).sha256 in call(listings, "GET", f"/api/listings/{listing}").json()["cover"]


@pytest.mark.parametrize("said", [{"kind": "magic"}, {"kind": None}, {"disclosure": "a\0"}, {"original_image_id": 0}])
def test_a_malformed_declaration_is_refused(staged: int, said: dict[str, Any]) -> None:
    assert declare(staged, **said).status == 422
