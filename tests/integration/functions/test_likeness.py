"""GET /api/images/{id}/similar and GET /api/images/{id}/duplicates"""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from images.app import handler
from query.app import handler as query
from roomlens import duplicates
from roomlens.duplicates import EDITED_BITS, differing_bits, kind_of
from roomlens.models import Image
from roomlens.photos import intake
from roomlens.photos.records import Arrival
from tests.factories import make_listing, make_photo
from tests.fakes import FakeAnalyzer
from tests.http import call
from tests.pictures import BLUE, GREEN, RED, encoded, photo
from tests.scenes import RoomType, scene

pytestmark = pytest.mark.usefixtures("s3", "analyzer")


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fake analyser's photos of one room are one scene."""
    monkeypatch.setattr(duplicates, "SAME_SCENE", {"fake-colours": 0.9})


def copies(image: Image, **params: Any) -> list[tuple[str, int]]:
    answer = call(handler, "GET", f"/api/images/{image.id}/duplicates", params=params)
    assert answer.status == 200, answer.body
    return [(copy["kind"], copy["image_id"]) for copy in answer.json()["duplicates"]]


def kitchen(db: Session, quality: int, listing_id: int | None = None) -> Image:
    body = encoded(scene(RoomType.KITCHEN), "JPEG", quality=quality)
    return intake.upload(db, body, Arrival("", "a.jpg", listing_id)).image


@pytest.mark.usefixtures("measured")
def test_each_copy_is_in_its_strongest_class_with_its_measure(db: Session) -> None:
    image = kitchen(db, 90)
    edited, identical = kitchen(db, 50), kitchen(db, 90, make_listing(db).id)
    scene_again = make_photo(db, RED).image
    make_photo(db, BLUE)
    body = call(handler, "GET", f"/api/images/{image.id}/duplicates").json()
    first, second, third = body["duplicates"]
    assert (first["kind"], first["image_id"], first["bits"]) == ("identical", identical.id, 0)
    assert (second["kind"], second["image_id"]) == ("edited", edited.id)
    assert second["bits"] <= EDITED_BITS
    assert (third["kind"], third["image_id"]) == ("same_scene", scene_again.id)
    assert third["bits"] > EDITED_BITS
    assert 0.9 <= third["cosine"] < 1
    assert third["thumbnail_url"]
    assert (body["image_id"], body["model"]) == (image.id, "fake-colours@1")
    assert body["thresholds"] == {"edited_bits": 8, "same_scene_cosine": 0.9}


@pytest.mark.usefixtures("measured")
def test_copies_are_mutual_and_can_be_asked_of_one_listing(db: Session) -> None:
    listing = make_listing(db)
    one, other, elsewhere = kitchen(db, 90, listing.id), kitchen(db, 50, listing.id), kitchen(db, 90)
    assert copies(one) == [("identical", elsewhere.id), ("edited", other.id)]
    assert copies(elsewhere) == [("identical", one.id), ("edited", other.id)]
    assert copies(one, listing_id=listing.id) == [("edited", other.id)]


def test_a_model_that_was_not_measured_calls_no_scene_the_same(db: Session) -> None:
    image, edited = kitchen(db, 90), kitchen(db, 50)
    make_photo(db, RED)
    assert copies(image) == [("edited", edited.id)]
    body = call(handler, "GET", f"/api/images/{image.id}/duplicates").json()
    assert body["thresholds"]["same_scene_cosine"] is None


@pytest.mark.usefixtures("measured")
def test_bytes_that_another_model_has_looked_at_are_identical_all_the_same(db: Session, analyzer: FakeAnalyzer) -> None:
    old = kitchen(db, 90, make_listing(db).id)
    analyzer.model = FakeAnalyzer("2").model
    new = kitchen(db, 90)
    (copy,) = call(handler, "GET", f"/api/images/{new.id}/duplicates").json()["duplicates"]
    assert (copy["kind"], copy["image_id"], copy["cosine"]) == ("identical", old.id, None)


@pytest.mark.parametrize(
    ("bits", "cosine", "threshold", "kind"),
    [
        (8, 0.2, 0.9, "edited"),
        (9, 0.89, 0.9, None),
        (9, 0.9, 0.9, "same_scene"),
        (None, 0.9, 0.9, "same_scene"),
        (64, 1.0, None, None),
    ],
)
def test_the_borders_belong_to_the_class(
    bits: int | None, cosine: float, threshold: float | None, kind: str | None
) -> None:
    assert kind_of(bits, cosine, threshold) == kind


def test_hashes_are_compared_bit_by_bit() -> None:
    assert differing_bits("00000000000000ff", "0000000000000001") == 7
    assert differing_bits("ffffffffffffffff", "0" * 16) == 64
    assert differing_bits(None, "0" * 16) is None


def test_what_looks_alike_is_answered_as_a_query_is(db: Session) -> None:
    listing = make_listing(db)
    image, near = make_photo(db, RED, listing.id, seed=0).image, make_photo(db, RED, listing.id, seed=1).image
    far, elsewhere = make_photo(db, GREEN, listing.id).image, make_photo(db, RED, seed=2).image
    answer = call(handler, "GET", f"/api/images/{image.id}/similar", params={"listing_id": listing.id})
    assert [hit["id"] for hit in answer.json()["top_k"]] == [near.id, far.id]
    assert answer.json()["space"] == "image"
    best = call(handler, "GET", f"/api/images/{image.id}/similar", params={"k": 2}).json()
    assert {hit["id"] for hit in best["top_k"]} == {near.id, elsewhere.id}
    asked = call(query, "POST", "/api/query", json={"image_id": image.id, "k": 2}).json()
    assert [(hit["id"], hit["score"]) for hit in asked["top_k"]] == [(hit["id"], hit["score"]) for hit in best["top_k"]]


@pytest.mark.parametrize("what", ["similar", "duplicates"])
def test_what_is_unknown_or_was_not_looked_at_has_no_likeness(db: Session, what: str) -> None:
    queued = intake.queue_upload(db, photo(RED), Arrival("", "a.jpg"))
    seen = make_photo(db, BLUE).image
    for path in (f"99999/{what}", f"{queued.id}/{what}", f"{seen.id}/{what}?listing_id=99999"):
        assert call(handler, "GET", f"/api/images/{path}").problem["code"] == "not-found"
    assert call(handler, "GET", f"/api/images/{seen.id}/{what}?listing_id=0").status == 422


@pytest.mark.parametrize("k", ["0", "101", "x"])
def test_no_more_than_a_hundred_can_be_asked_for(db: Session, k: str) -> None:
    assert call(handler, "GET", f"/api/images/1/similar?k={k}").status == 422
