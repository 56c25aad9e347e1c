"""Files that change places in the bucket never lose each other's rows, in whatever order their events come."""

import threading
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from roomlens import outbox
from roomlens.db import SessionFactory, session_scope
from roomlens.events import ObjectCreated
from roomlens.models import Alteration, Analysis, Image, ImageKey, Listing, TemporalChange
from roomlens.photos import intake, records
from roomlens.photos.records import mark_failed
from tests.factories import make_listing, make_photo
from tests.fakes import FakeAnalyzer
from tests.fixtures.aws import BUCKET
from tests.pictures import BLUE, GREEN, RED, photo
from tests.threads import threads

pytestmark = pytest.mark.usefixtures("s3")

Put = Callable[[str, bytes], ObjectCreated]


@pytest.fixture
def put(s3: Any) -> Put:
    def put(key: str, body: bytes) -> ObjectCreated:
        s3.put_object(Bucket=BUCKET, Key=key, Body=body)
        return ObjectCreated(BUCKET, key)

    return put


def seen(db: Session) -> dict[str, str | None]:
    """What each key of the bucket leads to."""
    db.expire_all()
    statement = (
        select(ImageKey.s3_key, Analysis.room_type)
        .join(Image, Image.id == ImageKey.image_id)
        .outerjoin(Analysis, Analysis.image_id == Image.id)
    )
    return {row.s3_key: row.room_type for row in db.execute(statement)}


def take(db: Session, created: ObjectCreated) -> None:
    intake.take_in_object(db, created)
    db.flush()


def test_two_files_that_change_names_stay_two_photos(db: Session, analyzer: FakeAnalyzer, put: Put) -> None:
    folder = f"incoming/{make_listing(db).id}"
    a, b = f"{folder}/a.jpg", f"{folder}/b.jpg"
    for created in (put(a, photo(RED)), put(b, photo(BLUE))):
        take(db, created)
    for created in (put(a, photo(BLUE)), put(b, photo(RED))):
        take(db, created)
    assert seen(db) == {a: "bathroom", b: "kitchen"}
    assert sorted(db.scalars(select(Image.s3_key))) == [a, b]


@pytest.mark.parametrize("later", [photo(BLUE), b"no photo"])
def test_a_copy_keeps_the_photo_when_the_first_name_gets_other_bytes(
    db: Session, analyzer: FakeAnalyzer, put: Put, later: bytes
) -> None:
    folder = f"incoming/{make_listing(db).id}"
    for name in ("a.jpg", "b.jpg"):
        take(db, put(f"{folder}/{name}", photo(RED)))
    take(db, put(f"{folder}/a.jpg", later))
    found = seen(db)
    assert found[f"{folder}/b.jpg"] == "kitchen"
    assert db.scalars(select(Image.s3_key).join(Analysis).where(Analysis.room_type == "kitchen")).all() == [
        f"{folder}/b.jpg"
    ]
    assert found[f"{folder}/a.jpg"] == ("bathroom" if later != b"no photo" else None)


@pytest.mark.parametrize("later", [photo(GREEN), b"no photo"])
def test_what_was_said_of_a_photo_is_not_said_of_the_one_that_takes_its_place(
    db: Session, analyzer: FakeAnalyzer, put: Put, later: bytes
) -> None:
    listing = make_listing(db).id
    key = f"incoming/{listing}/a.jpg"
    take(db, put(key, photo(RED)))
    (replaced,) = db.scalars(select(Image.id))
    staged = make_photo(db, BLUE, listing).image.id
    db.add(Alteration(image_id=staged, original_image_id=replaced, kind="virtual_staging", disclosure="Staged."))
    db.add(Alteration(image_id=replaced, kind="virtual_staging", disclosure="Staged."))
    pair = {"listing_id": listing, "before_image_id": replaced, "after_image_id": staged, "model": "m", "asked": True}
    db.add(TemporalChange(room_type="kitchen", verdict="unchanged", changes={}, **pair))
    take(db, put(key, later))
    assert db.scalars(select(Image.id).where(Image.s3_key == key)).all() == [replaced]
    told = db.execute(select(Alteration.image_id, Alteration.original_image_id))
    assert [tuple(row) for row in told] == [(staged, None)], "its original is not there any more"
    assert db.scalars(select(TemporalChange)).all() == []


@pytest.mark.parametrize("known", [False, True])
def test_thumbnails_of_what_no_key_leads_to_any_more_go(
    db: Session, analyzer: FakeAnalyzer, put: Put, keys: Any, known: bool
) -> None:
    listing = make_listing(db).id
    key = f"incoming/{listing}/a.jpg"
    if known:  # then the row of the old picture goes, else it becomes that of the new one
        make_photo(db, BLUE, listing)
    take(db, put(key, photo(RED)))
    (old,) = db.scalars(select(Image.sha256).where(Image.s3_key == key))
    take(db, put(key, photo(BLUE)))
    db.commit()
    outbox.drain(lambda: 60.0)
    assert [shown for shown in keys("derived/") if str(old) in shown] == []
    assert len(keys("derived/")) == 2


@pytest.mark.parametrize(("first", "changed"), [("c.jpg", "b.jpg"), ("b.jpg", "c.jpg")])
def test_a_photo_is_read_from_where_it_was_while_another_of_its_names_gets_other_bytes(
    db: Session, analyzer: FakeAnalyzer, put: Put, first: str, changed: str
) -> None:
    folder = f"incoming/{make_listing(db).id}"
    for name in (first, "a.jpg", changed):
        take(db, put(f"{folder}/{name}", photo(RED)))
    take(db, put(f"{folder}/{changed}", photo(BLUE)))
    assert sorted(db.scalars(select(Image.s3_key))) == sorted([f"{folder}/{first}", f"{folder}/{changed}"])


def test_a_file_that_is_overwritten_leaves_the_photos_before_and_after_it_as_they_are(
    db: Session, analyzer: FakeAnalyzer, put: Put
) -> None:
    folder = f"incoming/{make_listing(db).id}"
    names = [f"{folder}/{name}.jpg" for name in "abc"]
    for seed, name in enumerate(names):
        take(db, put(name, photo(RED, seed=seed)))
    take(db, put(names[1], photo(BLUE)))
    assert seen(db) == {names[0]: "kitchen", names[1]: "bathroom", names[2]: "kitchen"}


def test_a_failure_forgets_what_the_earlier_file_was(db: Session, analyzer: FakeAnalyzer, put: Put) -> None:
    key = f"incoming/{make_listing(db).id}/a.jpg"
    take(db, put(key, photo(RED)))
    take(db, put(key, b"no photo"))
    image = db.scalars(select(Image)).one()
    assert (image.width, image.byte_size, image.content_type, image.sha256) == (None, None, None, None)


def test_a_refused_photo_is_shown_in_its_listing_once_there_is_one(
    db: Session, analyzer: FakeAnalyzer, put: Put
) -> None:
    listing = make_listing(db)
    missing = listing.id + 1
    created = put(f"incoming/{missing}/a.jpg", b"no photo")
    take(db, created)
    assert db.scalars(select(Image.listing_id)).one() is None
    db.add(Listing(id=missing, status="active"))
    db.flush()
    take(db, created)
    db.expire_all()
    assert db.scalars(select(Image.listing_id)).one() == missing


def test_a_late_failure_does_not_unsee_a_photo(db: Session, analyzer: FakeAnalyzer) -> None:
    image = make_photo(db, RED).image
    mark_failed(db, [image.id], "unavailable", "The analysis took too long.")
    db.expire_all()
    assert (image.status, image.failure_code) == ("analyzed", None)


def test_bytes_that_come_by_http_are_read_from_where_they_were_put(
    db: Session, analyzer: FakeAnalyzer, put: Put
) -> None:
    listing = make_listing(db)
    take(db, put(f"incoming/{listing.id}/a.jpg", photo(GREEN)))
    arrival = records.Arrival("", "a.jpg", listing.id)
    image = intake.queue_upload(db, photo(GREEN), arrival)
    assert image.s3_key.startswith(f"photos/local/{listing.id}/")
    assert image.status == "analyzed"


def test_each_step_of_the_workflow_does_its_own_part(db: Session, analyzer: FakeAnalyzer, keys: Any) -> None:
    """The second step may not write to the bucket: its policy has no right to."""
    image = intake.queue_upload(db, photo(GREEN), records.Arrival("", "a.jpg"))
    intake.prepare(image)
    assert (len(keys("derived/")), analyzer.asked) == (2, 0)
    s3_keys = keys()
    for key in keys("derived/"):
        boto3.client("s3").delete_object(Bucket=BUCKET, Key=key)
    intake.analyze(db, image)
    assert (len(s3_keys), keys("derived/"), analyzer.asked) == (3, [], 1)
    boto3.client("s3").delete_object(Bucket=BUCKET, Key=image.s3_key)
    assert intake.analyze(db, image).deduplicated, "what was looked at is not read again"


class Committing:
    """Takes photos in from several threads, each with a connection of its own, as several environments would."""

    sessions = SessionFactory

    def together(self, *events: ObjectCreated) -> None:
        with threads(len(events)) as pool:
            assert [*pool.map(self.take, events)] == [None] * len(events)

    def take(self, created: ObjectCreated) -> None:
        with session_scope() as session:
            intake.take_in_object(session, created)


@pytest.fixture
def committing(database_of_all: Engine) -> Committing:
    with session_scope() as session:
        assert make_listing(session).id == 1
    return Committing()


def test_names_that_are_swapped_at_once_lose_nothing(committing: Committing, analyzer: FakeAnalyzer, put: Put) -> None:
    a, b = "incoming/1/a.jpg", "incoming/1/b.jpg"
    for _ in range(5):
        committing.together(put(a, photo(RED)), put(b, photo(BLUE)))
        committing.together(put(a, photo(BLUE)), put(b, photo(RED)))
        with committing.sessions() as session:
            assert seen(session) == {a: "bathroom", b: "kitchen"}


@pytest.mark.postgres  # another transaction has to begin and end while one is open
def test_a_slow_reader_of_old_bytes_does_not_overwrite_the_new(
    committing: Committing, analyzer: FakeAnalyzer, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "incoming/1/a.jpg"
    look, overtaken = intake.look_at, threading.Event()

    def slow(picture: Any) -> Any:
        if not overtaken.is_set():
            overtaken.set()
            committing.take(put(key, photo(BLUE)))  # while the first one is still looking at the old bytes
        return look(picture)

    monkeypatch.setattr(intake, "look_at", slow)
    committing.take(put(key, photo(RED)))
    with committing.sessions() as session:
        assert seen(session) == {key: "bathroom"}
