"""Photos on their way in: bytes that change under us, models that change, and what is shown meanwhile."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image as Pillow
from sqlalchemy.orm import Session

from roomlens.errors import NotFoundError, UnavailableError
from roomlens.events import ObjectCreated
from roomlens.models import Image, ImageStatus
from roomlens.photos import intake, looking
from roomlens.photos.presenting import present_image
from roomlens.photos.records import Arrival, list_images, mark_failed
from roomlens.vision import ModelVersion
from tests.factories import make_listing, make_photo
from tests.fakes import FakeAnalyzer
from tests.fixtures.aws import BUCKET
from tests.pictures import BLUE, GREEN, RED, encoded, photo, picture

pytestmark = pytest.mark.usefixtures("s3", "analyzer")

# Which of two digests is the greater one is chance, so each test of "other bytes" goes both ways.
BOTH_WAYS = pytest.mark.parametrize(("before", "after"), [(RED, BLUE), (BLUE, RED)])
ROOMS = {RED: "kitchen", BLUE: "bathroom"}


def photos(db: Session) -> list[Image]:
    db.expire_all()
    return list(list_images(db, limit=10))


@BOTH_WAYS
def test_bytes_that_change_while_the_model_looks_are_looked_at_again(
    db: Session, analyzer: FakeAnalyzer, s3: Any, monkeypatch: pytest.MonkeyPatch, before: Any, after: Any
) -> None:
    key = f"incoming/{make_listing(db).id}/a.jpg"
    s3.put_object(Bucket=BUCKET, Key=key, Body=photo(before))
    analyze = analyzer.analyze

    def overtaken(_: FakeAnalyzer, *photo_and_size: Any) -> Any:
        s3.put_object(Bucket=BUCKET, Key=key, Body=photo(after))
        return analyze(*photo_and_size)

    monkeypatch.setattr(FakeAnalyzer, "analyze", overtaken)
    taken = intake.take_in_object(db, ObjectCreated(BUCKET, key))
    assert taken is not None
    assert taken.analysis.room_type == ROOMS[after]
    assert photos(db) == [taken.image]
    assert analyzer.asked == 2


@BOTH_WAYS
def test_a_queued_photo_whose_bytes_are_others_now_is_not_looked_at(
    db: Session, analyzer: FakeAnalyzer, s3: Any, before: Any, after: Any
) -> None:
    image = intake.queue_upload(db, photo(before), Arrival("", "a.jpg"))
    s3.put_object(Bucket=BUCKET, Key=image.s3_key, Body=photo(after))
    with pytest.raises(NotFoundError, match="no longer where it was put"):
        intake.prepare(image)
    with pytest.raises(NotFoundError, match="no longer where it was put"):
        intake.analyze(db, image)
    assert analyzer.asked == 0


@pytest.mark.parametrize("bucket", ["another-bucket", "some-bucket"])
def test_a_bucket_of_somebody_else_is_left_alone(db: Session, s3: Any, bucket: str) -> None:
    key = f"incoming/{make_listing(db).id}/a.jpg"
    s3.put_object(Bucket=BUCKET, Key=key, Body=photo())
    assert intake.take_in_object(db, ObjectCreated(bucket, key)) is None
    assert photos(db) == []


def test_a_photo_is_looked_at_once_by_each_model_and_version(db: Session, analyzer: FakeAnalyzer) -> None:
    models = [ModelVersion(name, version, "1" * 64) for name in ("a-model", "b-model") for version in ("1", "2", "3")]
    for colour in (RED, BLUE, GREEN):
        make_photo(db, colour)
    for known in (False, True):
        for model in models:
            analyzer.model = model
            taken = make_photo(db, BLUE)
            assert taken.deduplicated == known
            assert (taken.analysis.model, taken.analysis.version) == (model.name, model.version)
        assert analyzer.asked == 3 + len(models)


def test_a_model_out_of_reach_is_no_fault_of_the_photo(db: Session, analyzer: FakeAnalyzer, s3: Any) -> None:
    key = f"incoming/{make_listing(db).id}/a.jpg"
    s3.put_object(Bucket=BUCKET, Key=key, Body=photo())
    analyzer.failure = UnavailableError("The model can't be reached right now.")
    with pytest.raises(UnavailableError, match="The model"):
        intake.take_in_object(db, ObjectCreated(BUCKET, key))
    assert photos(db) == []


def test_the_time_that_the_model_took_is_kept_in_milliseconds(
    db: Session, analyzer: FakeAnalyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    analyze, now = FakeAnalyzer.analyze, [100.0]

    def quarter_of_a_second(self: FakeAnalyzer, *photo_and_size: Any) -> Any:
        now[0] += 0.25
        return analyze(self, *photo_and_size)

    monkeypatch.setattr(looking, "time", SimpleNamespace(perf_counter=lambda: now[0]))
    monkeypatch.setattr(FakeAnalyzer, "analyze", quarter_of_a_second)
    assert make_photo(db, RED).analysis.duration_ms == 250


def test_the_resolution_is_that_of_the_photo_and_not_of_the_copy_that_is_looked_at(db: Session) -> None:
    body = encoded(Pillow.new("RGB", (3000, 500), RED), "JPEG")
    quality = intake.upload(db, body, Arrival("", "panorama.jpg")).analysis.components["quality"]
    assert (quality["megapixels"], quality["short_side"]) == (1.5, 500)


def test_the_cameras_time_is_kept_where_the_sender_names_none(db: Session) -> None:
    exif = Pillow.Exif()
    exif.get_ifd(0x8769).update({0x9003: "2025:06:01 14:30:00"})
    body, named = encoded(picture(), "JPEG", exif=exif), datetime(2024, 1, 2, tzinfo=UTC)
    first = intake.upload(db, body, Arrival("", "a.jpg")).image
    second = intake.upload(db, body, Arrival("", "a.jpg", make_listing(db).id, named)).image
    assert (first.captured_at, second.captured_at) == (datetime(2025, 6, 1, 14, 30, tzinfo=UTC), named)


def test_a_failed_photo_that_is_sent_again_gets_another_chance(db: Session) -> None:
    image = intake.queue_upload(db, photo(), Arrival("", "a.jpg"))
    mark_failed(db, [image.id], "unavailable", "The analysis took too long.")
    db.expire_all()
    assert image.status == ImageStatus.FAILED
    again = intake.queue_upload(db, photo(), Arrival("", "a.jpg"))
    assert again == image
    assert (image.status, image.failure_code, image.failure_detail) == (ImageStatus.QUEUED, None, None)


@pytest.mark.parametrize("status", [ImageStatus.QUEUED, ImageStatus.RUNNING, ImageStatus.ANALYZED])
def test_a_photo_that_is_sent_again_goes_on_where_it_was(db: Session, status: ImageStatus) -> None:
    image = intake.queue_upload(db, photo(), Arrival("", "a.jpg"))
    image.status = status
    db.flush()
    assert intake.queue_upload(db, photo(), Arrival("", "a.jpg")).status == status


def test_a_photo_is_shown_as_the_newest_analysis_sees_it(db: Session, analyzer: FakeAnalyzer) -> None:
    older = make_photo(db, RED).analysis
    older.caption, older.duration_ms = "What was seen at first.", 7000.0
    analyzer.model = FakeAnalyzer("2").model
    image = make_photo(db, RED).image
    db.expire_all()
    shown = present_image(image)
    assert shown.predictions is not None
    assert shown.predictions.caption == "Kitchen with a dishwasher."
    assert shown.analysis_ms != 7000.0


def test_links_are_shown_once_there_is_something_behind_them(db: Session) -> None:
    image = intake.queue_upload(db, photo(), Arrival("", "a.jpg"))
    waiting = present_image(image)
    assert (waiting.status, waiting.thumbnail_url, waiting.image_url) == ("queued", None, None)
    mark_failed(db, [image.id], "unavailable", "The analysis took too long.")
    db.expire_all()
    failed = present_image(image)
    assert (failed.status, failed.thumbnail_url, failed.image_url) == ("failed", None, None)
    assert failed.failure is not None
    assert failed.failure.code == "unavailable"
    intake.prepare(image)
    intake.analyze(db, image)
    shown = present_image(image)
    assert f"/{image.sha256}/320.jpg?" in str(shown.thumbnail_url)
    assert f"/{image.sha256}/1280.jpg?" in str(shown.image_url)
    assert shown.failure is None
