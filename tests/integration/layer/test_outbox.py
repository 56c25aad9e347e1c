"""Objects whose rows went: deleted after the commit, later what S3 could not do then, and never what is somebody's
again."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from roomlens import outbox, storage
from roomlens.db import after_commit, session_scope
from roomlens.errors import ConflictError, UnavailableError
from roomlens.models import Conversation, ObjectRemoval
from roomlens.storage import Found
from tests.factories import make_photo
from tests.fixtures.aws import BUCKET
from tests.threads import threads

AT_ONCE = timedelta(0)
GIVEN = "incoming/7/a.jpg"
BY_CONTENT = f"photos/local/7/{'ab' * 32}.jpg"


def for_ever() -> float:
    return 60.0


def let_go(*keys: str, **named: str) -> None:
    with session_scope() as session:
        outbox.let_go(session, dict.fromkeys(keys) | named)


def left(db: Session) -> list[str]:
    db.expire_all()
    return list(db.scalars(select(ObjectRemoval.s3_key).order_by(ObjectRemoval.s3_key)))


@pytest.fixture
def lying(s3: Any) -> None:
    for key in (GIVEN, BY_CONTENT, "incoming/7/b.jpg"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"bytes")


# ------------------------------------------------------------------------------------------------ after the commit


def test_what_is_to_follow_a_commit_follows_it_and_nothing_else(db: Session) -> None:
    done: list[str] = []
    with session_scope() as session:
        after_commit(session, "a", lambda: done.append("first"))
        after_commit(session, "a", lambda: done.append("second"))
        after_commit(session, "b", lambda: 1 / 0)
        assert done == []
    assert done == ["second"]
    with suppress(LookupError), session_scope() as session:
        after_commit(session, "a", lambda: done.append("never"))
        raise LookupError
    assert done == ["second"]


def test_a_row_of_what_was_deleted_meanwhile_is_a_conflict(db: Session) -> None:
    with pytest.raises(ConflictError, match="deleted meanwhile"), session_scope() as session:
        session.add(Conversation(listing_id=99999))


def store_twice(session: Session) -> None:
    for _ in range(2):
        session.execute(insert(ObjectRemoval).values(s3_key=GIVEN))


def test_a_row_that_is_there_already_is_no_such_conflict(db: Session) -> None:
    with pytest.raises(IntegrityError), session_scope() as session:
        store_twice(session)


# --------------------------------------------------------------------------------------------------- what goes


def test_objects_go_after_the_commit_and_what_others_named_is_done_with(db: Session, lying: None, keys: Any) -> None:
    with session_scope() as session:
        outbox.let_go(session, {GIVEN: None, BY_CONTENT: None, "incoming/7/never.jpg": None})
        session.flush()
        assert GIVEN in keys()
    assert keys() == ["incoming/7/b.jpg"]
    assert left(db) == [BY_CONTENT], "for a step that began before, and puts it back"


def test_nothing_goes_when_nothing_is_stored(db: Session, lying: None, keys: Any) -> None:
    with suppress(LookupError), session_scope() as session:
        outbox.let_go(session, {GIVEN: None})
        raise LookupError
    assert (GIVEN in keys(), left(db)) == (True, [])
    with session_scope() as session:
        outbox.let_go(session, {})


def test_who_asked_is_not_kept_waiting(db: Session, lying: None, keys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MOST_SECONDS", -1.0)
    let_go(GIVEN)
    assert (GIVEN in keys(), left(db)) == (True, [GIVEN])
    outbox.drain(for_ever)
    assert (GIVEN in keys(), left(db)) == (False, [])


def test_what_is_put_back_by_a_step_that_began_before_goes_again(db: Session, lying: None, s3: Any, keys: Any) -> None:
    let_go(BY_CONTENT)
    s3.put_object(Bucket=BUCKET, Key=BY_CONTENT, Body=b"late")
    assert outbox.drain(for_ever) == {"to_delete": 1, "done_with": 0}
    assert BY_CONTENT not in keys()
    assert outbox.drain(for_ever, lingering=AT_ONCE) == {"to_delete": 1, "done_with": 1}
    assert left(db) == []


def test_what_s3_could_not_delete_is_deleted_later(
    db: Session, lying: None, keys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(storage, "delete", fails)
        let_go(GIVEN, BY_CONTENT)
        assert outbox.drain(for_ever) == {"to_delete": 2, "done_with": 0}
    assert (len(keys()), left(db)) == (3, [GIVEN, BY_CONTENT])
    assert outbox.drain(lambda: 1.0) == {"to_delete": 2, "done_with": 0}, "no time for it"
    outbox.drain(for_ever)
    assert keys() == ["incoming/7/b.jpg"]


def fails(keys: object) -> set[str]:
    raise UnavailableError("The photo store can't be reached right now; try again in a moment.")


def test_what_a_killed_process_left_is_deleted_later(
    db: Session, lying: None, keys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "after_commit", lambda *_: None)  # it came to its commit, and no further
        let_go(GIVEN)
    assert (GIVEN in keys(), left(db)) == (True, [GIVEN])
    assert outbox.drain(for_ever) == {"to_delete": 1, "done_with": 1}
    assert GIVEN not in keys()


def test_what_s3_refuses_stays_noted(db: Session, lying: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "delete", lambda _: {GIVEN})
    let_go(GIVEN, "incoming/7/b.jpg")
    assert left(db) == [GIVEN]


def test_a_thousand_objects_go_by_one_call(db: Session, s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    monkeypatch.setattr(storage, "delete", lambda keys: calls.append(len(keys)) or set())
    let_go(*(f"photos/local/7/{number:064x}.jpg" for number in range(1_500)))
    assert sorted(calls) == [500, 1_000]


# -------------------------------------------------------------------------------------------------- what stays


@pytest.mark.usefixtures("analyzer")
def test_what_leads_to_a_photo_again_stays(db: Session, s3: Any, keys: Any) -> None:
    taken = make_photo(db)
    thumbnail = storage.thumbnail_key(taken.image.sha256 or "", 320)
    before = keys()
    let_go(taken.image.s3_key, thumbnail)
    assert (keys(), left(db)) == (before, [])


def test_what_was_put_in_its_place_stays(db: Session, lying: None, keys: Any) -> None:
    let_go(**{GIVEN: '"the etag of other bytes"'})
    assert (GIVEN in keys(), left(db)) == (True, [])


def test_what_was_put_there_since_stays(db: Session, lying: None, keys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(storage, "delete", fails)
        let_go(GIVEN)
    there = storage.find(GIVEN)
    assert there is not None
    assert outbox.is_let_go(db, GIVEN, there)
    db.execute(update(ObjectRemoval).values(created_at=datetime.now(UTC) - timedelta(minutes=1)))
    assert not outbox.is_let_go(db, GIVEN, there)
    outbox.drain(for_ever)
    assert (GIVEN in keys(), left(db)) == (True, [])


def test_what_is_noted_twice_means_what_lies_there_the_second_time(db: Session, s3: Any) -> None:
    hour_ago = Found('"old"', datetime.now(UTC) - timedelta(hours=1))
    db.add(ObjectRemoval(s3_key=GIVEN, etag='"old"', created_at=datetime.now(UTC) - timedelta(minutes=5)))
    db.flush()
    assert outbox.is_let_go(db, GIVEN, hour_ago)
    outbox.let_go(db, {GIVEN: '"new"'})
    assert not outbox.is_let_go(db, GIVEN, hour_ago)
    assert outbox.is_let_go(db, GIVEN, Found('"new"', datetime.now(UTC) - timedelta(minutes=1)))


# ------------------------------------------------------------------------------------------------ two at a time


@pytest.mark.postgres  # two transactions at once
def test_bytes_that_somebody_is_storing_are_left_for_later(database_of_all: Engine, lying: None, keys: Any) -> None:
    with threads(1) as aside, session_scope() as storing:
        outbox.keep(storing, "ab" * 32)
        aside.submit(let_go, BY_CONTENT, GIVEN).result(timeout=20)
        assert keys() == ["incoming/7/b.jpg", BY_CONTENT]
    assert outbox.drain(for_ever, lingering=AT_ONCE) == {"to_delete": 1, "done_with": 1}
    assert keys() == ["incoming/7/b.jpg"]


@pytest.mark.postgres
def test_what_another_is_deleting_is_left_to_him(database_of_all: Engine, s3: Any) -> None:
    with session_scope() as session:
        session.add(ObjectRemoval(s3_key=GIVEN))
    with threads(1) as aside, session_scope() as other:
        other.get(ObjectRemoval, GIVEN, with_for_update=True)
        assert aside.submit(outbox.drain, for_ever).result(timeout=20) == {"to_delete": 1, "done_with": 0}
