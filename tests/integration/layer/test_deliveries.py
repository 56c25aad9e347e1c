"""Events of one key in any order and number: what is known to be old or done costs one query."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from roomlens import storage
from roomlens.errors import UnavailableError
from roomlens.events import ObjectCreated, order_of
from roomlens.models import Analysis, Image, ImageKey, Listing
from roomlens.photos import intake
from roomlens.text import ModelVersion
from tests.factories import make_listing
from tests.fakes import FakeAnalyzer
from tests.fixtures.aws import BUCKET
from tests.pictures import BLUE, GREEN, RED, photo

pytestmark = pytest.mark.usefixtures("s3", "analyzer")

Put = Callable[[str, bytes], ObjectCreated]


@pytest.fixture
def put(s3: Any) -> Put:
    """Puts an object, and says what S3 would tell of it. The sequencers differ in length, and grow."""
    numbers = count(1)

    def put(key: str, body: bytes) -> ObjectCreated:
        etag = s3.put_object(Bucket=BUCKET, Key=key, Body=body)["ETag"].strip('"')
        number = next(numbers)
        return ObjectCreated(BUCKET, key, f"{number:04X}" + "00" * (number % 3), etag)

    return put


@pytest.fixture
def key(db: Session) -> str:
    return f"incoming/{make_listing(db).id}/a.jpg"


def take(db: Session, created: ObjectCreated) -> None:
    intake.take_in_object(db, created)
    db.flush()
    db.expire_all()


@contextmanager
def one_query(db: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing but one query is asked of anybody: not S3, and no model."""
    statements: list[str] = []
    connection = db.connection()

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        statements.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    with monkeypatch.context() as patch:
        patch.setattr(storage, "s3", lambda: pytest.fail("S3 was asked"))
        patch.setattr(FakeAnalyzer, "analyze", lambda *_: pytest.fail("the model was asked"))
        yield
    event.remove(connection, "before_cursor_execute", note)
    assert len(statements) == 1, statements


def test_the_same_event_again_costs_one_query(db: Session, put: Put, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    created = put(key, photo(RED))
    take(db, created)
    with one_query(db, monkeypatch):
        intake.take_in_object(db, created)


@pytest.mark.parametrize("later", [photo(BLUE), b"no photo"])
def test_an_event_older_than_the_one_that_was_dealt_with_costs_one_query(
    db: Session, put: Put, key: str, monkeypatch: pytest.MonkeyPatch, later: bytes
) -> None:
    older, newer = put(key, photo(RED)), put(key, later)
    take(db, newer)
    with one_query(db, monkeypatch):
        intake.take_in_object(db, older)


def test_the_same_event_again_is_looked_at_by_another_model(
    db: Session, put: Put, key: str, analyzer: FakeAnalyzer
) -> None:
    created = put(key, photo(RED))
    take(db, created)
    analyzer.model = ModelVersion("fake-colours", "2", "1" * 64)
    take(db, created)
    assert db.scalars(select(Analysis.version).order_by(Analysis.id)).all() == ["1", "2"]


def test_what_was_refused_is_looked_at_again_when_its_event_comes_again(db: Session, put: Put) -> None:
    missing = make_listing(db).id + 1
    created = put(f"incoming/{missing}/a.jpg", photo(RED))
    take(db, created)
    db.add(Listing(id=missing, status="active"))
    db.flush()
    take(db, created)
    assert db.scalars(select(Image.status)).all() == ["analyzed"]


def test_an_event_that_found_newer_bytes_than_its_own_is_not_taken_for_theirs(
    db: Session, put: Put, key: str, s3: Any
) -> None:
    """The store may have told of two puts by one sequencer, and the event of the second be lost."""
    first = put(key, photo(RED))
    take(db, first)
    s3.put_object(Bucket=BUCKET, Key=key, Body=photo(BLUE))
    take(db, ObjectCreated(BUCKET, key, first.sequencer, "another"))
    assert db.scalars(select(Analysis.room_type)).all() == ["bathroom"]


def test_events_without_a_sequencer_always_count_and_forget_no_order(db: Session, put: Put, key: str, s3: Any) -> None:
    older, newer = put(key, photo(GREEN)), put(key, photo(RED))
    take(db, newer)
    s3.put_object(Bucket=BUCKET, Key=key, Body=photo(BLUE))
    take(db, ObjectCreated(BUCKET, key))
    known = db.scalars(select(ImageKey)).one()
    assert (known.sequencer, known.etag) == (newer.sequencer, storage.etag(key))
    s3.delete_object(Bucket=BUCKET, Key=key)
    take(db, older)
    assert db.scalars(select(Analysis.room_type)).all() == ["bathroom"]


def test_an_event_that_can_not_be_dealt_with_is_not_taken_for_done(
    db: Session, put: Put, key: str, analyzer: FakeAnalyzer
) -> None:
    created = put(key, photo(RED))
    analyzer.failure = UnavailableError("The model can't be reached right now.")
    with pytest.raises(UnavailableError):
        take(db, created)
    analyzer.failure = None
    take(db, created)
    assert db.scalars(select(Image.status)).all() == ["analyzed"]


def test_any_order_and_number_of_deliveries_leaves_the_newest_photo_in_one_row(
    db: Session, put: Put, analyzer: FakeAnalyzer
) -> None:
    """Two contents of one key. Events of the first come before and after the second is put, those of the second at
    least once; the second may be the same photo again, another, or none."""
    folder, examples = f"incoming/{make_listing(db).id}", count()
    rooms = {photo(RED): "kitchen", photo(BLUE): "bathroom", b"no photo": None}
    content = st.sampled_from(sorted(rooms))

    @settings(max_examples=20)
    @given(first=content, second=content, early=st.integers(0, 2), late=st.lists(st.booleans(), max_size=4))
    def holds(first: bytes, second: bytes, early: int, late: list[bool]) -> None:
        key, asked = f"{folder}/{next(examples)}/a.jpg", analyzer.asked
        before = put(key, first)
        for _ in range(early):
            take(db, before)
        after = put(key, second)
        for newer in (*late, True, *late):
            take(db, after if newer else before)
        image = select(Image).join(ImageKey).where(ImageKey.s3_key == key)
        assert db.scalars(image).one().status == ("analyzed" if rooms[second] else "failed")
        seen = db.scalars(select(Analysis.room_type).join(Image).join(ImageKey).where(ImageKey.s3_key == key)).all()
        assert seen == [rooms[second]] * (rooms[second] is not None)
        assert analyzer.asked - asked <= 2
        known = db.scalars(select(ImageKey).where(ImageKey.s3_key == key)).one()
        assert order_of(known.sequencer or "") == order_of(after.sequencer or "")

    holds()
    assert db.scalar(select(func.count(Image.id))) == db.scalar(select(func.count(ImageKey.image_id.distinct())))
