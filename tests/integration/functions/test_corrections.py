"""PATCH /api/images/{id}: what it takes, what it answers, and where a person's word is seen."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from chat.app import handler as chat
from images.app import handler
from listings.app import handler as listings
from query.app import handler as query
from roomlens.errors import UnsupportedMediaError
from roomlens.photos import intake
from roomlens.photos.records import Arrival, list_images
from roomlens.photos.rows import settle_failure
from tests.factories import make_listing, make_photo
from tests.http import Answer, call
from tests.pictures import BLUE, GREEN, RED, photo
from upload.app import handler as upload

pytestmark = pytest.mark.usefixtures("s3", "analyzer")


def patch(image_id: int, headers: dict[str, str] | None = None, **body: Any) -> Answer:
    return call(handler, "PATCH", f"/api/images/{image_id}", json=body, headers=headers or {})


def test_a_persons_word_stands_beside_the_models(db: Session) -> None:
    image = make_photo(db, RED).image
    answer = patch(
        image.id, room_type="office", add_tags=["desk"], remove_tags=["dishwasher"], condition_score=0.9,
        captured_at="2024-03-01T09:00:00+01:00", corrected_by="Ann",
    )  # fmt: skip
    assert answer.status == 200, answer.body
    body = answer.json()
    counts = body["predictions"]
    assert counts["label_source"] == "human"
    assert counts["room_type"] == {
        "label": "office", "confidence": 1.0, "scene": "interior", "reso_image_of": "Office", "alternatives": [],
    }  # fmt: skip
    assert counts["features"] == [{"tag": "desk", "group": "furniture", "confidence": 1.0}]
    assert (counts["condition_score"], counts["condition_band"]) == (0.9, "C2")
    assert "desk" in counts["caption"]
    assert body["captured_at"] == "2024-03-01T08:00:00.000Z"
    said = body["correction"]
    assert (said["room_type"], said["tags_added"], said["tags_removed"]) == ("office", ["desk"], ["dishwasher"])
    assert (said["corrected_by"], said["caption"], said["updated_at"][-1]) == ("Ann", None, "Z")
    (seen,) = body["analyses"]
    assert seen["predictions"]["room_type"]["label"] == "kitchen"
    assert seen["predictions"]["feature_tags"] == ["dishwasher"]
    assert seen["predictions"]["label_source"] == "model"
    assert call(handler, "GET", f"/api/images/{image.id}").json()["predictions"] == counts


def test_a_confirmed_tag_is_as_sure_as_an_added_one(db: Session) -> None:
    image = make_photo(db, RED).image
    features = patch(image.id, add_tags=["dishwasher"]).json()["predictions"]["features"]
    assert features == [{"tag": "dishwasher", "group": "kitchen", "confidence": 1.0}]


def test_what_was_said_can_be_taken_back(db: Session) -> None:
    image = make_photo(db, RED).image
    before = call(handler, "GET", f"/api/images/{image.id}").json()
    patch(image.id, room_type="office", caption="Ours.")
    assert patch(image.id, room_type=None).json()["predictions"]["caption"] == "Ours."
    after = patch(image.id, caption=None).json()
    assert (after["predictions"], after["correction"]) == (before["predictions"], None)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/body"),
        ({"room_type": "moat"}, "/body/room_type"),
        ({"add_tags": ["moat"]}, "/body/add_tags/0"),
        ({"add_tags": ["desk"], "remove_tags": ["desk"]}, "/body/remove_tags"),
        ({"condition_score": 2}, "/body/condition_score"),
        ({"caption": ""}, "/body/caption"),
        ({"captured_at": "1850-01-01T00:00:00Z"}, "/body/captured_at"),
        ({"colour": "red"}, "/body/colour"),
    ],
)
def test_a_malformed_correction_is_refused(db: Session, body: dict[str, Any], pointer: str) -> None:
    answer = patch(make_photo(db, RED).image.id, **body)
    assert (answer.status, answer.problem["code"]) == (422, "validation")
    assert answer.problem["errors"][0]["pointer"] == pointer


def test_what_is_unknown_or_was_never_looked_at_can_not_be_corrected(db: Session) -> None:
    assert patch(99_999, caption="x").problem["code"] == "not-found"
    queued = intake.queue_upload(db, photo(RED), Arrival("", "a.jpg"))
    answer = patch(queued.id, caption="x")
    assert (answer.status, answer.problem["code"]) == (409, "conflict")
    assert "has not been analysed yet" in answer.problem["detail"]


def test_a_photo_that_could_not_be_analysed_is_not_said_to_be_waiting(db: Session) -> None:
    settle_failure(db, Arrival("incoming/1/bad.jpg", "bad.jpg"), UnsupportedMediaError("The file is a PDF."))
    (image,) = list_images(db, limit=10)
    answer = patch(image.id, caption="x")
    assert (answer.status, answer.problem["code"]) == (409, "conflict")
    assert answer.problem["detail"] == f"Photo {image.id} could not be analysed; its `failure` says why."


def test_two_people_do_not_overwrite_each_other_unseen(db: Session) -> None:
    image = make_photo(db, RED).image
    read = call(handler, "GET", f"/api/images/{image.id}").headers["etag"]
    first = patch(image.id, {"if-match": read}, caption="Mine.", captured_at="2024-03-01T09:00:00+01:00")
    assert first.status == 200
    assert first.headers["etag"] not in ("", read)
    second = patch(image.id, {"if-match": read}, caption="Yours.")
    assert (second.status, second.problem["code"]) == (412, "precondition-failed")
    assert call(handler, "GET", f"/api/images/{image.id}").headers["etag"] == first.headers["etag"]
    assert patch(image.id, {"if-match": first.headers["etag"]}, caption="Yours.").status == 200
    assert call(handler, "DELETE", f"/api/images/{image.id}", headers={"if-match": read}).status == 412


def test_a_correction_wins_in_lists(db: Session) -> None:
    image = make_photo(db, RED).image
    patch(image.id, room_type="garage")
    for room, found in (("kitchen", []), ("garage", [image.id])):
        shown = call(handler, "GET", "/api/images", params={"room_type": room}).json()["images"]
        assert [one["id"] for one in shown] == found
        assert [one["predictions"]["label_source"] for one in shown] == ["human"] * len(found)


def test_a_room_lists_its_special_kinds_as_searches_find_them(db: Session) -> None:
    plain, primary, _ = (make_photo(db, colour).image for colour in (BLUE, RED, GREEN))
    patch(plain.id, room_type="bathroom")
    patch(primary.id, room_type="primary_bathroom")
    for room, found in (("bathroom", [plain.id, primary.id]), ("primary_bathroom", [primary.id])):
        listed = call(handler, "GET", "/api/images", params={"room_type": room}).json()["images"]
        assert [one["id"] for one in listed] == found
        asked = {"query": "a room of the house", "filters": {"rooms": {"any": [room]}}}
        hits = call(query, "POST", "/api/query", json=asked).json()["top_k"]
        assert sorted(one["id"] for one in hits) == found


def test_a_correction_wins_in_searches(db: Session) -> None:
    wrong, right = (make_photo(db, RED, seed=seed).image for seed in (0, 1))
    patch(
        wrong.id, caption="Wine cellar under the house.", room_type="wine_cellar", remove_tags=["dishwasher"],
        captured_at="2020-01-01T00:00:00Z",
    )  # fmt: skip

    def best(words: str) -> dict[str, Any]:
        hit: dict[str, Any] = call(query, "POST", "/api/query", json={"query": words}).json()["top_k"][0]
        return hit

    hit = best("wine cellar")
    assert (hit["id"], hit["room_type"], hit["feature_tags"]) == (wrong.id, "wine_cellar", [])
    assert (hit["caption"], hit["label_source"]) == ("Wine cellar under the house.", "human")
    assert hit["captured_at"] == "2020-01-01T00:00:00.000Z"
    assert best("kitchen with a dishwasher")["id"] == right.id
    for filters, found in (
        ({"rooms": {"any": ["wine_cellar"]}}, [wrong.id]),
        ({"tags": {"any": ["dishwasher"]}}, [right.id]),
        ({"captured_at": {"max": "2021-01-01T00:00:00Z"}}, [wrong.id]),
    ):
        asked = {"query": "a room of the house", "filters": filters}
        assert [one["id"] for one in call(query, "POST", "/api/query", json=asked).json()["top_k"]] == found


def test_a_correction_wins_in_chat(db: Session) -> None:
    listing = make_listing(db)
    image = make_photo(db, RED, listing.id).image
    make_photo(db, BLUE, listing.id)
    patch(image.id, room_type="office", add_tags=["skylight"], remove_tags=["dishwasher"], condition_score=0.95)

    def reply(message: str) -> dict[str, Any]:
        said = {"message": message, "listing_id": listing.id}
        answer: dict[str, Any] = call(chat, "POST", "/api/chat", json=said).json()
        return answer

    denied = f"No dishwasher can be seen in the office (photo {image.id}): a person looked at that photo and says so."
    assert reply("Is there a dishwasher?")["citations"] == [{"sentence": denied, "image_ids": [image.id]}]
    assert "A person judged the condition." in reply("Show me the office")["reply"]
    assert "the office" in reply("Is there a skylight?")["reply"]
    assert [one["image_id"] for one in reply("Show me the office")["context_used"]] == [image.id]


def test_a_front_that_a_person_named_is_the_cover(db: Session) -> None:
    listing = make_listing(db)
    make_photo(db, GREEN, listing.id)
    front = make_photo(db, RED, listing.id).image
    patch(front.id, room_type="front_exterior")
    assert f"/{front.sha256}/" in call(listings, "GET", f"/api/listings/{listing.id}").json()["cover"]
    patch(front.id, room_type="kitchen")
    assert f"/{front.sha256}/" not in call(listings, "GET", f"/api/listings/{listing.id}").json()["cover"]


def test_the_same_photo_again_is_answered_as_corrected(db: Session) -> None:
    image = make_photo(db, RED).image
    patch(image.id, room_type="office")
    again = call(upload, "POST", "/api/upload/", files={"file": ("0.jpg", photo(RED))}).json()
    assert (again["image_id"], again["deduplicated"]) == (image.id, True)
    assert again["predictions"]["room_type"]["label"] == "office"
