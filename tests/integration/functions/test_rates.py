"""Routes that cost something are counted, each tenant's calls for itself: 429 with `Retry-After`."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chat.app import handler as chat
from images.app import handler as images
from query.app import handler as query
from roomlens.models import Conversation, Message, RateLimit, Role
from roomlens.settings import forget_settings
from tasks.app import handler as tasks
from tests.http import Handler, call
from tests.pictures import photo
from upload.app import handler as upload
from uploads.app import handler as uploads

pytestmark = pytest.mark.usefixtures("s3", "analyzer")

ANNOUNCED = {"filename": "a.jpg", "content_type": "image/jpeg", "size": 1_000}
COUNTED = [
    (upload, "/api/upload"),
    (upload, "/api/upload/"),
    (uploads, "/api/uploads"),
    (images, "/api/images/1/analyze"),
    (images, "/api/images/analyze"),
    (tasks, "/api/tasks/tsk_1/retry"),
    (query, "/api/query"),
    (query, "/api/query/"),
    (query, "/api/query/image"),
    (query, "/api/query/image/"),
    (chat, "/api/chat"),
    (chat, "/api/chat/"),
    (chat, "/api/conversations/1/replay"),
]


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("UPLOADS", "QUERIES", "TURNS"):
        monkeypatch.setenv(f"{kind}_PER_MINUTE", "2")
        monkeypatch.setenv(f"{kind}_AT_ONCE", "2")
    forget_settings()


@pytest.mark.usefixtures("limits", "db")
@pytest.mark.parametrize(("handler", "path"), COUNTED, ids=[path for _, path in COUNTED])
def test_a_call_too_many_is_refused_and_calls_that_failed_count(handler: Handler, path: str) -> None:
    failed = [call(handler, "POST", path, json={"no": "such field"}).status for _ in range(2)]
    assert set(failed) <= {404, 422}
    refused = call(handler, "POST", path, json={})
    assert (refused.status, refused.problem["code"]) == (429, "rate-limited")
    assert 1 <= int(refused.headers["retry-after"]) <= 30


@pytest.mark.usefixtures("limits", "executions")
def test_a_batch_counts_its_photos(db: Session) -> None:
    answers = [
        call(uploads, "POST", "/api/uploads/batch", json=batch)
        for batch in ({"photos": [ANNOUNCED] * 2}, {"photos": [ANNOUNCED]}, {"prefix": "imports/"})
    ]
    assert [answer.status for answer in answers] == [202, 429, 429]
    assert db.scalar(select(func.count()).select_from(RateLimit)) == 1


@pytest.mark.usefixtures("limits")
def test_a_replay_counts_each_turn_that_it_asks_again(db: Session) -> None:
    conversation = Conversation()
    db.add(conversation)
    db.flush()
    for turn in range(5):
        db.add(Message(conversation_id=conversation.id, role=Role.USER, content=f"Question {turn}?"))
        db.flush()
        db.add(Message(conversation_id=conversation.id, role=Role.ASSISTANT, content="Yes.", model="old@1"))
        db.flush()
    path = f"/api/conversations/{conversation.id}/replay"
    assert len(call(chat, "POST", path, json={}).json()["turns"]) == 5
    refused = call(chat, "POST", path, json={})
    assert refused.status == 429
    assert 60 < int(refused.headers["retry-after"]) <= 120  # five were asked: three over two, and one more to come


@pytest.mark.usefixtures("limits", "executions", "db")
def test_an_answer_that_is_given_again_is_not_counted() -> None:
    options: dict[str, Any] = {"data": {"async": "true"}, "headers": {"idempotency-key": "a"}}
    again = [call(upload, "POST", "/api/upload", files={"file": ("a.jpg", photo())}, **options) for _ in range(4)]
    assert [answer.status for answer in again] == [202] * 4


@pytest.mark.usefixtures("limits", "db")
def test_what_is_only_read_is_not_counted() -> None:
    assert [call(images, "GET", "/api/images").status for _ in range(4)] == [200] * 4
