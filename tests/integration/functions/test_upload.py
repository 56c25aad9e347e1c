"""POST /api/upload/"""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roomlens.models import Analysis, Image, ImageVector, TextVector
from tests.factories import make_listing
from tests.fakes import FakeAnalyzer
from tests.fixtures.aws import BUCKET
from tests.http import call
from tests.pictures import BLUE, RED, encoded, photo, picture
from upload.app import handler

pytestmark = pytest.mark.usefixtures("s3")


def counts(db: Session) -> list[int]:
    return [
        db.scalar(select(func.count()).select_from(table)) or 0 for table in (Image, Analysis, TextVector, ImageVector)
    ]


@pytest.mark.parametrize("path", ["/api/upload/", "/api/upload"])
def test_a_photo_is_analysed_while_the_caller_waits(db: Session, analyzer: FakeAnalyzer, keys: Any, path: str) -> None:
    listing = make_listing(db)
    answer = call(
        handler,
        "POST",
        path,
        files={"file": ("Küche.jpg", photo(RED), "image/jpeg")},
        data={"listing_id": str(listing.id)},
    )
    assert answer.status == 200
    body = answer.json()
    assert body["status"] == "success"
    assert body["listing_id"] == listing.id
    assert body["deduplicated"] is False
    assert body["predictions"]["room_type"] == {
        "label": "kitchen",
        "confidence": 0.9,
        "scene": "interior",
        "reso_image_of": "Kitchen",
        "alternatives": [{"label": "living_room", "confidence": 0.06}],
    }
    assert body["predictions"]["feature_tags"] == ["dishwasher"]
    assert body["predictions"]["features"] == [{"tag": "dishwasher", "group": "kitchen", "confidence": 0.8}]
    assert body["predictions"]["condition_band"] == "C3"
    assert body["model"] == {"name": "fake-colours", "version": "1", "weights_sha256": "1" * 64}
    stored = db.get(Image, body["image_id"])
    assert stored is not None
    assert (stored.status, stored.filename, stored.width, stored.height) == ("analyzed", "Küche.jpg", 96, 64)
    assert body["s3_path"] == f"s3://{BUCKET}/{stored.s3_key}"
    assert keys("photos/") == [stored.s3_key]
    assert len(keys("derived/")) == 2
    assert counts(db) == [1, 1, 1, 1]


def test_every_answer_has_its_request_id_and_timing(db: Session, analyzer: FakeAnalyzer) -> None:
    answer = call(handler, "POST", "/api/upload/", files={"file": ("a.jpg", photo())})
    assert answer.headers["x-request-id"] == "request-1"
    assert {part.split(";")[0] for part in answer.headers["server-timing"].split(", ")} == {
        "db",
        "decode",
        "hashes",
        "model",
        "s3",
        "thumbnails",
        "total",
    }


def test_the_same_photo_twice_is_one_photo_and_one_look(db: Session, analyzer: FakeAnalyzer) -> None:
    first = call(handler, "POST", "/api/upload/", files={"file": ("a.jpg", photo())}).json()
    second = call(handler, "POST", "/api/upload/", files={"file": ("b.jpg", photo())}).json()
    assert second == {**first, "deduplicated": True}
    assert analyzer.asked == 1
    assert counts(db) == [1, 1, 1, 1]


def test_the_same_photo_in_two_listings_is_two_photos(db: Session, analyzer: FakeAnalyzer) -> None:
    ids = set()
    for listing in (make_listing(db), make_listing(db)):
        answer = call(
            handler, "POST", "/api/upload/", files={"file": ("a.jpg", photo())}, data={"listing_id": str(listing.id)}
        )
        ids.add(answer.json()["image_id"])
    assert len(ids) == 2


def test_an_empty_listing_id_means_none(db: Session, analyzer: FakeAnalyzer) -> None:
    answer = call(
        handler, "POST", "/api/upload/", files={"file": ("a.jpg", photo())}, data={"listing_id": "", "captured_at": ""}
    )
    assert (answer.status, answer.json()["listing_id"]) == (200, None)


def test_the_time_that_the_sender_names_wins(db: Session, analyzer: FakeAnalyzer) -> None:
    answer = call(
        handler,
        "POST",
        "/api/upload/",
        files={"file": ("a.jpg", photo())},
        data={"captured_at": "2025-03-01T10:00:00+02:00"},
    )
    image = db.get(Image, answer.json()["image_id"])
    assert image is not None
    assert image.captured_at is not None
    assert image.captured_at.isoformat() == "2025-03-01T08:00:00+00:00"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "validation"),
        (b"not a photo at all", 415, "unsupported-media"),
        (b"%PDF-1.7 kitchen", 415, "unsupported-media"),
        (photo()[: len(photo()) // 2], 422, "validation"),
        (encoded(picture(RED), "GIF", save_all=True, append_images=[picture(BLUE)]), 415, "unsupported-media"),
    ],
)
def test_what_is_no_photo_is_refused_and_leaves_nothing(
    db: Session, analyzer: FakeAnalyzer, keys: Any, body: bytes, status: int, code: str
) -> None:
    answer = call(handler, "POST", "/api/upload/", files={"file": ("a.jpg", body, "image/jpeg")})
    assert (answer.status, answer.problem["code"]) == (status, code)
    assert answer.problem["instance"] == "/api/upload/"
    assert keys() == []
    assert counts(db) == [0, 0, 0, 0]
    assert analyzer.asked == 0


def test_no_file_is_a_validation_problem(db: Session) -> None:
    answer = call(handler, "POST", "/api/upload/")
    assert (answer.status, answer.problem["code"]) == (422, "validation")
    assert answer.problem["errors"][0]["pointer"] == "/body/file"


def test_words_where_the_file_belongs_are_refused_in_plain_words(db: Session) -> None:
    answer = call(handler, "POST", "/api/upload/", data={"file": "small"})
    assert (answer.status, answer.problem["detail"]) == (
        422,
        "/body/file: Send a file, as with curl -F file=@photo.jpg",
    )


def test_an_unknown_listing_is_not_found_and_nothing_is_stored(db: Session, analyzer: FakeAnalyzer, keys: Any) -> None:
    answer = call(handler, "POST", "/api/upload/", files={"file": ("a.jpg", photo())}, data={"listing_id": "99999"})
    assert (answer.status, answer.problem["detail"]) == (404, "There is no listing 99999.")
    assert keys() == []


@pytest.mark.parametrize("listing_id", ["abc", "0", "-1", "2147483648", "1.5", "9" * 30])
def test_a_malformed_listing_id_is_refused(db: Session, listing_id: str) -> None:
    answer = call(handler, "POST", "/api/upload/", files={"file": ("a.jpg", photo())}, data={"listing_id": listing_id})
    assert answer.status == 422
    assert answer.problem["errors"][0]["pointer"] == "/body/listing_id"


@pytest.mark.parametrize("captured_at", ["yesterday", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_malformed_time_is_refused(db: Session, captured_at: str) -> None:
    answer = call(
        handler, "POST", "/api/upload/", files={"file": ("a.jpg", photo())}, data={"captured_at": captured_at}
    )
    assert answer.status == 422


def test_a_callback_for_what_is_waited_for_is_refused(db: Session) -> None:
    told = {"callback_url": "https://example.com/"}
    answer = call(handler, "POST", "/api/upload/", files={"file": ("a.jpg", photo())}, data=told)
    assert (answer.status, answer.problem["errors"][0]["pointer"]) == (422, "/body/callback_url")
    assert "async=true" in answer.problem["detail"]
    assert counts(db) == [0, 0, 0, 0]


def test_a_model_that_fails_is_our_fault_and_leaves_no_row(db: Session, analyzer: FakeAnalyzer) -> None:
    analyzer.failure = RuntimeError("NaN in layer 3")
    answer = call(handler, "POST", "/api/upload/", files={"file": ("a.jpg", photo())})
    assert (answer.status, answer.problem["code"]) == (502, "inference-failed")
    assert "NaN" not in answer.problem["detail"]
    assert counts(db) == [0, 0, 0, 0]


def test_a_bucket_out_of_reach_is_unavailable(db: Session, analyzer: FakeAnalyzer, s3: Any) -> None:
    s3.delete_bucket(Bucket=BUCKET)
    answer = call(handler, "POST", "/api/upload/", files={"file": ("a.jpg", photo())})
    assert (answer.status, answer.headers["retry-after"]) == (503, "2")
    assert counts(db) == [0, 0, 0, 0]


def test_a_body_that_is_no_form_is_refused(db: Session) -> None:
    broken = call(
        handler,
        "POST",
        "/api/upload/",
        content=b"--x\r\nnonsense",
        headers={"content-type": "multipart/form-data; boundary=x"},
    )
    assert (broken.status, broken.problem["code"]) == (422, "validation")
