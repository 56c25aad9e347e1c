"""`Idempotency-Key`: a POST that is sent again is not done again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count as count_from
from typing import Any

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session

from chat.app import handler as chat
from listings.app import handler as listings
from roomlens import idempotency
from roomlens.db import SessionFactory
from roomlens.errors import InProgressError, UnavailableError
from roomlens.events import ANYONE
from roomlens.idempotency import KEPT_FOR, attempt, forget_old, name_call
from roomlens.idempotency import Answer as Kept
from roomlens.models import Base, Conversation, IdempotencyKey, Image, Listing, Message, Task
from tests.fakes import FakeAnalyzer
from tests.fixtures.aws import Executions
from tests.http import Answer, Handler, call
from tests.pictures import photo
from upload.app import handler as upload

pytestmark = pytest.mark.usefixtures("s3", "analyzer")

KEY = {"idempotency-key": "a-key"}


def create(wanted: dict[str, Any] | None = None, *, path: str = "/api/listings", handler: Handler = listings) -> Answer:
    return call(handler, "POST", path, json={} if wanted is None else wanted, headers=KEY)


def count(db: Session, table: type[Base]) -> int:
    return db.scalar(select(func.count()).select_from(table)) or 0


def replayed(answer: Answer) -> bool:
    return answer.headers.get("idempotency-replayed") == "true"


def authorized(handler: Handler, authorizer: dict[str, Any]) -> Handler:
    """The handler behind an authorizer of the API."""

    def behind(request: dict[str, Any], context: Any) -> dict[str, Any]:
        return handler(request | {"requestContext": request["requestContext"] | {"authorizer": authorizer}}, context)

    return behind


def user(name: str) -> Handler:
    return authorized(listings, {"jwt": {"claims": {"sub": name}, "scopes": None}})


def test_an_upload_that_is_sent_again_is_one_photo_and_one_task(db: Session, executions: Executions) -> None:
    """By another client, too, which separates the parts of its form by another boundary."""

    def send(path: str) -> Answer:  # a boundary is made up each time
        return call(upload, "POST", path, files={"file": ("a.jpg", photo())}, data={"async": "true"}, headers=KEY)

    first, again = send("/api/upload/"), send("/api/upload")
    assert (first.status, again.status, again.body) == (202, 202, first.body)
    assert (replayed(first), replayed(again)) == (False, True)
    told = ("location", "retry-after", "content-type", "content-length")
    assert [again.headers.get(name) for name in told] == [first.headers.get(name) for name in told]
    assert (count(db, Image), count(db, Task), len(executions.inputs())) == (1, 1, 1)


def test_a_photo_that_is_sent_again_is_answered_as_the_first_time(db: Session, analyzer: FakeAnalyzer) -> None:
    answers = [
        call(upload, "POST", "/api/upload/", files={"file": ("a.jpg", photo())}, headers=KEY).json() for _ in range(2)
    ]
    assert answers[1] == answers[0]
    assert answers[1]["deduplicated"] is False


def test_a_message_that_is_sent_again_is_one_turn(db: Session) -> None:
    first, again = (create({"message": "Hello"}, path="/api/chat/", handler=chat) for _ in range(2))
    assert (again.json(), replayed(again)) == (first.json(), True)
    assert (count(db, Conversation), count(db, Message)) == (1, 2)


def test_without_a_key_each_call_is_done(db: Session) -> None:
    for _ in range(2):
        assert call(listings, "POST", "/api/listings", json={}).status == 201
    assert (count(db, Listing), count(db, IdempotencyKey)) == (2, 0)


def test_a_key_of_another_body_is_refused(db: Session) -> None:
    create({"title": "A house"})
    answer = create({"title": "Another house"})
    assert (answer.status, answer.problem["code"]) == (422, "idempotency-conflict")
    assert count(db, Listing) == 1


@pytest.mark.parametrize("key", ["", "two words", "x" * 256])
def test_what_is_no_key_is_refused_and_nothing_done(db: Session, key: str) -> None:
    answer = call(listings, "POST", "/api/listings", json={}, headers={"idempotency-key": key})
    assert (answer.status, answer.problem["code"]) == (422, "validation")
    assert [error["pointer"] for error in answer.problem["errors"]] == ["/header/idempotency-key"]
    assert (count(db, Listing), count(db, IdempotencyKey)) == (0, 0)


def test_other_methods_ignore_it(db: Session) -> None:
    answers = [call(listings, "GET", "/api/listings", headers=KEY) for _ in range(2)]
    assert [(answer.status, replayed(answer)) for answer in answers] == [(200, False), (200, False)]
    assert count(db, IdempotencyKey) == 0


def test_the_key_of_another_caller_is_another_key(db: Session) -> None:
    handlers = [
        listings,
        user("ada"),
        user("bea"),
        authorized(listings, {"iam": {"userArn": "arn:aws:iam::1:user/ada"}}),
        authorized(listings, {"lambda": {"principalId": "ada"}}),
    ]
    for again in (False, True):
        assert [replayed(create(handler=handler)) for handler in handlers] == [again] * 5
    assert count(db, Listing) == 5


def claimed() -> Any:
    """The call of `create`, as another environment would have claimed it and be at work on it."""
    sent: dict[str, Any] = {
        "method": "POST",
        "path": "/api/listings",
        "query": b"",
        "content_type": "application/json",
        "body": b"{}",
    }
    return attempt(name_call("a-key", caller=ANYONE, **sent))


def test_a_call_whose_first_one_still_runs_is_asked_to_come_again(db: Session) -> None:
    with claimed():
        answer = create()
        assert (answer.status, answer.problem["code"], answer.headers["retry-after"]) == (409, "in-progress", "1")
        assert create({"title": "Another"}).problem["code"] == "idempotency-conflict"
    assert create().status == 201, "it ended without an answer"


def test_a_call_whose_first_one_died_is_done(db: Session) -> None:
    """Whoever was taken over can't store anything any more."""
    with claimed() as dead:
        db.execute(update(IdempotencyKey).values(locked_until=datetime.now(UTC) - timedelta(seconds=1)))
        first = create()
        assert (first.status, replayed(first)) == (201, False)
        with pytest.raises(InProgressError):
            dead.keep(db, Kept(201, {}, "{}"))
    again = create()
    assert (replayed(again), again.body) == (True, first.body)
    assert count(db, Listing) == 1


def test_a_call_that_fails_is_tried_anew(db: Session) -> None:
    wanted = {"message": "Hello", "listing_id": 1}
    assert create(wanted, path="/api/chat/", handler=chat).status == 404
    assert count(db, IdempotencyKey) == 0
    db.add(Listing(id=1, status="active"))
    db.flush()
    answer = create(wanted, path="/api/chat/", handler=chat)
    assert (answer.status, replayed(answer)) == (200, False)


def test_a_body_that_is_not_valid_keeps_nothing(db: Session) -> None:
    assert create({"beds": "many"}).problem["code"] == "validation"
    assert create({"beds": 3}).status == 201


@pytest.mark.parametrize("failure", [RuntimeError("a crash"), UnavailableError("The disk is full.")])
def test_a_commit_that_fails_keeps_nothing_and_the_next_try_is_done(db: Session, failure: Exception) -> None:
    with failing_commit(failure):
        assert create().status >= 500
    assert (count(db, Listing), count(db, IdempotencyKey)) == (0, 0)
    assert create().status == 201


@contextmanager
def failing_commit(failure: Exception) -> Iterator[None]:
    """The second one fails: the claim's is before it, and after it that which gives the claim back."""
    commits = count_from(1)

    def fail(_: Session) -> None:
        if next(commits) == 2:
            raise failure

    event.listen(SessionFactory, "before_commit", fail)
    try:
        yield
    finally:
        event.remove(SessionFactory, "before_commit", fail)


def test_a_claim_that_can_not_be_given_back_ends_by_itself(db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_reach() -> None:
        raise UnavailableError("The database can't be reached right now.")

    def work() -> None:
        with claimed():
            monkeypatch.setattr(idempotency, "session_scope", out_of_reach)
            raise RuntimeError("the work")

    with pytest.raises(RuntimeError, match="the work"):
        work()
    monkeypatch.undo()
    assert db.scalars(select(IdempotencyKey.status_code)).all() == [None]


def test_a_call_that_others_always_come_before_is_asked_to_come_again(
    db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "_take", lambda *_: False)
    assert create().problem["code"] == "in-progress"


def test_an_environment_that_dies_after_the_commit_does_not_make_the_work_be_done_twice(db: Session) -> None:
    def dies(request: dict[str, Any], context: Any) -> dict[str, Any]:
        listings(request, context)
        raise SystemExit(1)

    with pytest.raises(SystemExit):
        create(handler=dies)
    answer = create()
    assert (answer.status, replayed(answer)) == (201, True)
    assert answer.headers["location"] == f"/api/listings/{answer.json()['id']}"
    assert count(db, Listing) == 1


def test_a_key_is_forgotten_after_a_day(db: Session) -> None:
    made = [create().json()["id"]]
    assert forget_old() == 0
    for forget in (forget_old, lambda: None):  # whether or not somebody has cleaned up by then
        db.execute(update(IdempotencyKey).values(created_at=datetime.now(UTC) - KEPT_FOR - timedelta(seconds=1)))
        forget()
        answer = create({"title": "Another body"})
        assert (answer.status, replayed(answer)) == (201, False)
        made.append(answer.json()["id"])
    assert len(set(made)) == count(db, Listing) == 3


def test_a_route_without_a_session_keeps_its_answer_all_the_same(db: Session) -> None:
    from roomlens.http import create_app, lambda_handler

    app, done = create_app("test"), []

    @app.post("/api/bell")
    async def ring() -> int:
        done.append(1)
        return len(done)

    answers = [create(path="/api/bell", handler=lambda_handler(app)) for _ in range(2)]
    assert [(answer.json(), replayed(answer)) for answer in answers] == [(1, False), (1, True)]


def test_every_post_that_makes_something_says_so_in_the_document() -> None:
    from health.openapi import merged_openapi

    takes: dict[str, bool] = {
        path: any(parameter["name"] == "Idempotency-Key" for parameter in operations["post"].get("parameters", ()))
        for path, operations in merged_openapi()["paths"].items()
        if "post" in operations
    }
    assert {path for path, taken in takes.items() if not taken} == {
        "/api/query/", "/api/query/image", "/api/listings/{listing_id}/lint",
        "/api/conversations/{conversation_id}/replay",
    }  # fmt: skip
