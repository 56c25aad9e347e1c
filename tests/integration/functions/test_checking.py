"""/api/listings/{id}/lint and /photo-order: a listing's photos held against rules, and put in order."""

from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from listings.app import handler
from roomlens.duplicates import SAME_SCENE
from roomlens.errors import ValidationError
from roomlens.models import Analysis, Image, Listing
from roomlens.photos.records import Arrival
from roomlens.photos.rows import settle_failure
from roomlens.vocabulary import ComplianceFlag, QualityFlag, RoomType
from tests.factories import make_listing, make_photo
from tests.fakes import FakeAnalyzer
from tests.http import call
from tests.pictures import BLUE, GREEN, RED

pytestmark = pytest.mark.usefixtures("s3", "analyzer")


def add(db: Session, listing: Listing, room: RoomType, number: int, **seen: Any) -> int:
    """A photo in which the model saw this room, and whatever else is named."""
    colours = (RED, BLUE, GREEN)
    image = make_photo(db, colours[number % 3], listing.id, seed=number).image
    values = {"room_type": room, "quality_flags": [], "compliance": [], "natural_light_score": None} | seen
    db.execute(update(Analysis).where(Analysis.image_id == image.id).values(**values))
    unlike = f"{number * 0x9E3779B97F4A7C15 % 2**64:016x}"
    db.execute(update(Image).where(Image.id == image.id).values(perceptual_hash=unlike))
    db.expire_all()
    return image.id


def order_of(listing: Listing) -> dict[str, Any]:
    answer = call(handler, "GET", f"/api/listings/{listing.id}/photo-order")
    assert answer.status == 200
    body: dict[str, Any] = answer.json()
    return body


def cover_agrees(listing: Listing) -> int | None:
    """The cover by the order; the listing shows the same photo, alone and in the list."""
    order = order_of(listing)
    shown = [place["thumbnail_url"].split("?")[0] for place in order["order"][:1]]
    alone = call(handler, "GET", f"/api/listings/{listing.id}").json()
    listed = next(one for one in call(handler, "GET", "/api/listings").json()["listings"] if one["id"] == listing.id)
    assert [cover["cover"].split("?")[0] for cover in (alone, listed) if cover["cover"]] == shown * 2
    cover: int | None = order["cover_image_id"]
    return cover


def put(listing: Listing, image_ids: Any) -> Any:
    return call(handler, "PUT", f"/api/listings/{listing.id}/photo-order", json={"image_ids": image_ids})


def lint(listing: Listing, **wanted: Any) -> Any:
    return call(handler, "POST", f"/api/listings/{listing.id}/lint", json=wanted)


def test_the_cover_of_a_listing_is_the_first_photo_of_its_order(db: Session) -> None:
    listing, other = make_listing(db), make_listing(db)
    assert cover_agrees(listing) is None
    add(db, other, RoomType.FRONT_EXTERIOR, 1)
    kitchen = add(db, listing, RoomType.KITCHEN, 2)
    assert cover_agrees(listing) == kitchen
    outside = add(db, listing, RoomType.EXTERIOR, 3)
    assert cover_agrees(listing) == outside
    front = add(db, listing, RoomType.FRONT_EXTERIOR, 4, quality_flags=[QualityFlag.DARK])
    assert cover_agrees(listing) == front
    better = add(db, listing, RoomType.FRONT_EXTERIOR, 5)
    assert cover_agrees(listing) == better
    written = [{"flag": ComplianceFlag.TEXT_OVERLAY, "confidence": 1.0}]
    add(db, listing, RoomType.FRONT_EXTERIOR, 6, compliance=written)
    assert cover_agrees(listing) == better
    assert [place["image_id"] for place in order_of(listing)["order"]][:2] == [better, kitchen]


def test_a_persons_order_stands_until_it_is_taken_back(db: Session) -> None:
    listing = make_listing(db)
    kitchen, outside, bath = (
        add(db, listing, room, number)
        for number, room in enumerate([RoomType.KITCHEN, RoomType.EXTERIOR, RoomType.BATHROOM])
    )
    body = put(listing, [bath, outside]).json()
    assert [(place["image_id"], place["position"], place["placed_by"]) for place in body["order"]] == [
        (bath, 1, "person"), (outside, 2, "person"), (kitchen, 3, "roomlens"),
    ]  # fmt: skip
    assert cover_agrees(listing) == bath == body["cover_image_id"]
    db.delete(db.get_one(Image, bath))
    db.flush()
    assert cover_agrees(listing) == outside  # what was deleted is passed over
    assert put(listing, []).json()["order"][0]["placed_by"] == "roomlens"
    assert put(listing, [kitchen]).json()["cover_image_id"] == kitchen
    assert put(listing, None).json()["cover_image_id"] == outside == cover_agrees(listing)


def test_an_order_of_photos_that_are_all_gone_is_ours(db: Session) -> None:
    listing = make_listing(db)
    kitchen, bath = add(db, listing, RoomType.KITCHEN, 1), add(db, listing, RoomType.BATHROOM, 2)
    put(listing, [bath])
    db.delete(db.get_one(Image, bath))
    db.flush()
    assert cover_agrees(listing) == kitchen


def test_only_photos_of_the_listing_are_put_in_order_and_each_once(db: Session) -> None:
    listing, other = make_listing(db), make_listing(db)
    mine, others = add(db, listing, RoomType.KITCHEN, 1), add(db, other, RoomType.KITCHEN, 2)
    for named, place in (([mine, others], 1), ([mine, mine], 1), ([99999], 0)):
        answer = put(listing, named)
        assert answer.status == 422
        assert answer.problem["errors"][0]["pointer"] == f"/body/image_ids/{place}"
    assert order_of(listing)["order"][0]["placed_by"] == "roomlens"


def test_a_listing_is_held_against_a_pack_by_its_name(db: Session) -> None:
    listing = make_listing(db)
    first = add(db, listing, RoomType.KITCHEN, 1, quality_flags=[QualityFlag.BLURRY])
    settle_failure(db, Arrival(f"incoming/{listing.id}/x", "x", listing.id), ValidationError("The file is empty."))
    body = lint(listing).json()
    assert (body["pack"]["name"], body["passed"], body["photo_count"]) == ("default", False, 1)
    told = {(one["severity"], one["rule"], one["image_id"]) for one in body["findings"]}
    assert {
        ("error", "required_room", None), ("warning", "first_photo", first), ("warning", "quality", first),
    } <= told  # fmt: skip
    assert sum(one["rule"] == "not_analyzed" for one in body["findings"]) == 1
    assert sum(body["counts"].values()) == len(body["findings"])
    assert lint(listing, rule_pack="rmls").json()["pack"]["name"] == "rmls"


def test_a_listing_is_held_against_rules_of_the_callers_own(db: Session) -> None:
    listing = make_listing(db)
    add(db, listing, RoomType.KITCHEN, 1)
    rules = [{"rule": "required_room", "severity": "info", "rooms": ["garage"]}]
    body = lint(listing, pack={"name": "mine", "version": 3, "title": "Mine", "rules": rules}).json()
    assert (body["passed"], body["pack"]["version"]) == (True, 3)
    assert [one["message"] for one in body["findings"]] == ["No photo shows a garage."]


@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        ({"rule_pack": "nobody's"}, "/body/rule_pack"),
        ({"pack": {"name": "x", "version": 1, "title": "x", "rules": [{"rule": "no", "severity": "info"}]}},
         "/body/pack/rules/0"),
        ({"pack": {"name": "x", "version": 1, "title": "x", "rules": [
            {"rule": "required_room", "severity": "info", "rooms": ["ballroom"]}]}}, "/body/pack/rules/0/rooms/0"),
    ],
)  # fmt: skip
def test_a_pack_that_is_none_is_refused(db: Session, wanted: dict[str, Any], pointer: str) -> None:
    answer = lint(make_listing(db), **wanted)
    assert answer.status == 422
    assert answer.problem["errors"][0]["pointer"] == pointer


def test_copies_among_a_listings_photos_are_found_at_once(db: Session) -> None:
    listing = make_listing(db)
    one, other = add(db, listing, RoomType.KITCHEN, 1), add(db, listing, RoomType.KITCHEN, 2)
    db.execute(update(Image).where(Image.id.in_([one, other])).values(perceptual_hash="00ff00ff00ff00ff"))
    db.expire_all()
    (found,) = [finding for finding in lint(listing).json()["findings"] if finding["rule"] == "undeclared_edit"]
    assert (found["image_id"], found["other_image_id"]) == (other, one)
    assert order_of(listing)["order"][-1]["reason"] == f"Shows nothing that photo {one} does not show better."


def test_pictures_of_one_scene_are_told_by_their_vectors(
    db: Session, analyzer: FakeAnalyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = make_listing(db)
    one, _, other = (add(db, listing, RoomType.KITCHEN, number) for number in (0, 1, 3))  # two are of one colour
    unmeasured = lint(listing).json()
    assert [one["rule"] for one in unmeasured["unchecked"]][-1] == "duplicate same_scene"
    monkeypatch.setitem(SAME_SCENE, analyzer.model.name, 0.95)
    measured = lint(listing).json()
    (found,) = [finding for finding in measured["findings"] if finding["rule"] == "duplicate"]
    assert (found["image_id"], found["other_image_id"]) == (other, one)
