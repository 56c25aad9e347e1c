"""GET /api/health/ready"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from ready.app import handler
from roomlens import text as texts
from roomlens.db import SessionFactory
from roomlens.errors import ConfigurationError
from tests.databases import as_owner
from tests.factories import make_photo
from tests.fixtures.aws import BUCKET
from tests.fixtures.http import DATABASE
from tests.http import Answer, call

pytestmark = pytest.mark.usefixtures("s3", "analyzer")


def ask() -> Answer:
    return call(handler, "GET", "/api/health/ready")


def found(answer: Answer) -> dict[str, str]:
    """Of a service that is not ready, the checks that do not hold."""
    body = answer.json()
    assert (answer.status, body["status"]) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0
    return {name: said for name, said in body["checks"].items() if said != "ok"}


@pytest.mark.usefixtures("db")
def test_a_service_without_a_photo_is_ready() -> None:
    answer = ask()
    assert (answer.status, answer.json()) == (
        200,
        {"status": "ready", "checks": dict.fromkeys(("database", "vectors", "storage", "models"), "ok")},
    )


def test_a_service_with_photos_is_ready_and_says_nothing_of_them(db: Session) -> None:
    make_photo(db)
    assert ask().json().keys() == {"status", "checks"}


@pytest.fixture
def no_database() -> Iterator[None]:
    """A port at which nobody listens."""
    bound = dict(SessionFactory.kw)
    SessionFactory.configure(bind=create_engine(DATABASE["DatabaseUrl"]))
    yield
    SessionFactory.configure(**bound)


@pytest.mark.usefixtures("no_database")
def test_what_needs_the_database_is_not_tried_without_it() -> None:
    assert found(ask()) == {"database": "failed", "vectors": "unknown", "models": "unknown"}


def test_vectors_that_can_not_be_searched_are_seen(db: Session) -> None:
    if db.connection().dialect.name == "sqlite":
        db.execute(text("drop table text_vectors"))
    else:
        with as_owner(db):
            db.execute(text("drop schema searchable cascade"))
    assert found(ask()) == {"vectors": "failed"}


@pytest.mark.usefixtures("db")
def test_a_bucket_that_is_not_there_is_seen(s3: Any, caplog: pytest.LogCaptureFixture) -> None:
    s3.delete_bucket(Bucket=BUCKET)
    answer = ask()
    assert found(answer) == {"storage": "failed"}
    assert BUCKET not in answer.body.decode()
    assert "ready.failed" in caplog.text


@pytest.mark.usefixtures("db")
def test_a_model_whose_weights_are_missing_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def never_built() -> None:
        raise ConfigurationError("the weights were never built")

    monkeypatch.setattr(texts, "_embedded", never_built)
    texts.text_embedder.cache_clear()
    assert found(ask()) == {"models": "failed"}
