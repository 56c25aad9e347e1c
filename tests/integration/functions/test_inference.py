"""S3 object created under incoming/: the S3 door"""

from typing import Any

import pytest
from aws_lambda_powertools.utilities.parser.models import S3Model
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inference.app import handler
from roomlens.db import SessionFactory
from roomlens.errors import UnavailableError
from roomlens.models import Analysis, Image, TextVector
from roomlens.settings import forget_settings
from tests.factories import make_listing, make_photo
from tests.fakes import FakeAnalyzer
from tests.fixtures.aws import BUCKET
from tests.pictures import BLUE, GREEN, RED, photo


def created(key: str, bucket: str = BUCKET) -> dict[str, Any]:
    """The event of an object that was put there; `key` as S3 would encode it."""
    event = {
        "Records": [
            {
                "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "us-east-1",
                "eventName": "ObjectCreated:Put", "eventTime": "2026-06-01T09:00:00.000Z",
                "userIdentity": {"principalId": "AWS:x"}, "requestParameters": {"sourceIPAddress": "127.0.0.1"},
                "responseElements": {"x-amz-request-id": "1", "x-amz-id-2": "2"},
                "s3": {
                    "s3SchemaVersion": "1.0", "configurationId": "c",
                    "bucket": {"name": bucket, "ownerIdentity": {"principalId": "x"}, "arn": f"arn:aws:s3:::{bucket}"},
                    "object": {"key": key, "size": 1, "eTag": "e", "sequencer": "0A"},
                },
            }
        ]
    }  # fmt: skip
    S3Model.model_validate(event)
    return event


@pytest.fixture
def put(s3: Any) -> Any:
    def put(key: str, body: bytes) -> dict[str, Any]:
        s3.put_object(Bucket=BUCKET, Key=key, Body=body)
        return created(key)

    return put


def rows(db: Session) -> list[tuple[Any, ...]]:
    db.expire_all()
    found = db.execute(select(Image.s3_key, Image.status, Image.failure_code).order_by(Image.id)).all()
    return [tuple(row) for row in found]


def test_a_photo_that_is_put_there_is_analysed_and_findable(
    db: Session, analyzer: FakeAnalyzer, put: Any, keys: Any
) -> None:
    listing = make_listing(db)
    handler(put(f"incoming/{listing.id}/kitchen.jpg", photo(RED)), None)
    assert rows(db) == [(f"incoming/{listing.id}/kitchen.jpg", "analyzed", None)]
    image = db.scalars(select(Image)).one()
    assert (image.listing_id, image.filename) == (listing.id, "kitchen.jpg")
    assert db.scalars(select(TextVector.listing_id)).all() == [listing.id]
    assert len(keys("derived/")) == 2
    assert keys("photos/") == [], "the object stays where it is"


def test_the_same_event_twice_changes_nothing(db: Session, analyzer: FakeAnalyzer, put: Any) -> None:
    event = put(f"incoming/{make_listing(db).id}/kitchen.jpg", photo(RED))
    handler(event, None)
    before = rows(db)
    handler(event, None)
    assert rows(db) == before
    assert analyzer.asked == 1


def test_an_encoded_key_is_found(db: Session, analyzer: FakeAnalyzer, s3: Any) -> None:
    listing = make_listing(db)
    s3.put_object(Bucket=BUCKET, Key=f"incoming/{listing.id}/living room+bar ü.jpg", Body=photo())
    handler(created(f"incoming/{listing.id}/living+room%2Bbar+%C3%BC.jpg"), None)
    assert rows(db) == [(f"incoming/{listing.id}/living room+bar ü.jpg", "analyzed", None)]


def test_a_foreign_bucket_leaves_nothing(db: Session, analyzer: FakeAnalyzer, s3: Any) -> None:
    handler(created("incoming/1/a.jpg", bucket="somebody-elses"), None)
    assert rows(db) == []


def test_an_object_that_is_gone_again_leaves_nothing(db: Session, analyzer: FakeAnalyzer, s3: Any) -> None:
    handler(created(f"incoming/{make_listing(db).id}/gone.jpg"), None)
    assert rows(db) == []


def test_an_older_event_after_a_newer_one_leaves_the_newer_photo(db: Session, analyzer: FakeAnalyzer, put: Any) -> None:
    key = f"incoming/{make_listing(db).id}/a.jpg"
    older = put(key, photo(RED))
    newer = put(key, photo(BLUE))
    handler(newer, None)
    handler(older, None)
    assert rows(db) == [(key, "analyzed", None)]
    assert db.scalars(select(Analysis.room_type)).all() == ["bathroom"]
    assert analyzer.asked == 1


def test_a_photo_that_is_overwritten_takes_its_row_over(db: Session, analyzer: FakeAnalyzer, put: Any) -> None:
    key = f"incoming/{make_listing(db).id}/a.jpg"
    handler(put(key, photo(RED)), None)
    handler(put(key, photo(GREEN)), None)
    assert rows(db) == [(key, "analyzed", None)]
    assert db.scalars(select(Analysis.room_type)).all() == ["exterior"]
    assert db.scalar(select(func.count()).select_from(TextVector)) == 1


def test_the_same_photo_under_two_names_is_one_photo(db: Session, analyzer: FakeAnalyzer, put: Any) -> None:
    listing = make_listing(db)
    for name in ("a.jpg", "b.jpg"):
        handler(put(f"incoming/{listing.id}/{name}", photo(RED)), None)
    assert rows(db) == [(f"incoming/{listing.id}/a.jpg", "analyzed", None)]


def test_a_name_that_now_holds_a_known_photo_forgets_its_earlier_one(
    db: Session, analyzer: FakeAnalyzer, put: Any
) -> None:
    listing = make_listing(db)
    a, b = (f"incoming/{listing.id}/{name}.jpg" for name in "ab")
    handler(put(a, photo(RED)), None)
    handler(put(b, photo(BLUE)), None)
    handler(put(b, photo(RED)), None)
    assert rows(db) == [(a, "analyzed", None)]


def test_a_photo_that_came_by_http_before_is_known(db: Session, analyzer: FakeAnalyzer, put: Any) -> None:
    listing = make_listing(db)
    taken = make_photo(db, RED, listing.id)
    handler(put(f"incoming/{listing.id}/a.jpg", photo(RED)), None)
    assert rows(db) == [(taken.image.s3_key, "analyzed", None)]
    assert analyzer.asked == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "validation"),
        (b"%PDF-1.7", "unsupported-media"),
        (photo()[: len(photo()) // 2], "validation"),
        (b"no photo", "unsupported-media"),
    ],
)
def test_what_is_no_photo_is_recorded_with_its_reason(
    db: Session, analyzer: FakeAnalyzer, put: Any, keys: Any, body: bytes, code: str
) -> None:
    listing = make_listing(db)
    event = put(f"incoming/{listing.id}/bad.jpg", body)
    handler(event, None)
    handler(event, None)
    assert rows(db) == [(f"incoming/{listing.id}/bad.jpg", "failed", code)]
    image = db.scalars(select(Image)).one()
    assert (image.listing_id, bool(image.failure_detail), image.sha256) == (listing.id, True, None)
    assert keys() == [f"incoming/{listing.id}/bad.jpg"], "the object stays where it is"


def test_too_many_bytes_are_recorded_unread(
    db: Session, analyzer: FakeAnalyzer, put: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_PHOTO_BYTES", "100")
    forget_settings()
    key = f"incoming/{make_listing(db).id}/large.jpg"
    handler(put(key, photo()), None)
    assert rows(db) == [(key, "failed", "too-large")]


@pytest.mark.parametrize(
    ("key", "code"),
    [("incoming/99999/a.jpg", "not-found"), ("incoming/a.jpg", "validation"), ("incoming/x/a.jpg", "validation")],
)
def test_a_key_of_no_listing_is_recorded_with_its_reason(
    db: Session, analyzer: FakeAnalyzer, put: Any, key: str, code: str
) -> None:
    handler(put(key, photo()), None)
    assert rows(db) == [(key, "failed", code)]


def test_a_photo_that_the_model_chokes_on_is_recorded(db: Session, analyzer: FakeAnalyzer, put: Any) -> None:
    analyzer.failure = RuntimeError("NaN")
    key = f"incoming/{make_listing(db).id}/a.jpg"
    handler(put(key, photo()), None)
    assert rows(db) == [(key, "failed", "inference-failed")]


def test_a_good_photo_takes_over_the_row_of_a_bad_one(db: Session, analyzer: FakeAnalyzer, put: Any) -> None:
    key = f"incoming/{make_listing(db).id}/a.jpg"
    handler(put(key, b"no photo"), None)
    handler(put(key, photo(RED)), None)
    assert rows(db) == [(key, "analyzed", None)]


def test_a_bad_file_over_a_photo_fails_and_is_no_longer_found(db: Session, analyzer: FakeAnalyzer, put: Any) -> None:
    key = f"incoming/{make_listing(db).id}/a.jpg"
    handler(put(key, photo(RED)), None)
    handler(put(key, b"no photo"), None)
    assert rows(db) == [(key, "failed", "unsupported-media")]
    assert db.scalar(select(func.count()).select_from(TextVector)) == 0


def test_what_can_not_be_recorded_is_raised_for_the_event_to_come_again(
    db: Session, analyzer: FakeAnalyzer, put: Any, s3: Any
) -> None:
    event = put(f"incoming/{make_listing(db).id}/a.jpg", photo())
    s3.delete_object(Bucket=BUCKET, Key=event["Records"][0]["s3"]["object"]["key"])
    s3.delete_bucket(Bucket=BUCKET)
    with pytest.raises(UnavailableError):
        handler(event, None)
    assert rows(db) == []


def test_a_database_out_of_reach_is_raised(analyzer: FakeAnalyzer, put: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg2://nobody@127.0.0.1:1/none")
    forget_settings()
    from roomlens.db import engine

    engine.cache_clear()
    try:
        with pytest.raises(UnavailableError):
            handler(put("incoming/1/a.jpg", photo()), None)
    finally:
        engine.cache_clear()
        SessionFactory.configure(bind=None)


def test_a_test_message_of_s3_is_no_photo(db: Session) -> None:
    handler({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": BUCKET}, None)
    assert rows(db) == []
