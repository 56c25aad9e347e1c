"""Photos that come while another version comes into force: none is lost between the two."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from roomlens import versions
from roomlens.db import session_scope
from roomlens.errors import ConflictError
from roomlens.events import ObjectCreated
from roomlens.models import Analysis, Image
from roomlens.photos import intake
from roomlens.photos.records import Arrival, get_image
from roomlens.schemas import QueryRequest
from roomlens.search import search
from tests.factories import make_listing, make_photo
from tests.fakes import FakeAnalyzer
from tests.fixtures.aws import BUCKET
from tests.pictures import BLUE, RED, photo
from tests.threads import threads

pytestmark = [pytest.mark.usefixtures("s3", "analyzer"), pytest.mark.postgres]  # two transactions at once
NEW = "embedded-rules"
Request = Callable[[], Any]


@pytest.fixture
def request_scope(database_of_all: Engine) -> Callable[[], Any]:
    """On connections of the database that commits."""
    return session_scope


@pytest.fixture
def aside() -> Iterator[ThreadPoolExecutor]:
    with threads(4) as pool:
        yield pool


def in_force(scope: Any) -> str:
    with scope() as session:
        return versions.version_in_force(session).name


def promote(scope: Any, name: str = NEW) -> None:
    with scope() as session:
        versions.promote(session, name)


def backfill(scope: Any, name: str = NEW) -> None:
    with scope() as session, versions.using(name):
        for image_id in session.scalars(versions.what_is_missing(versions.version_of(name).model)).all():
            intake.analyze(session, get_image(session, image_id))


def wait_until_waiting(engine: Engine, number: int) -> None:
    """Until so many wait for a lock, of whatever kind."""
    waiting = text(
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    )
    with engine.connect() as connection:
        while connection.scalar(waiting) < number:
            connection.rollback()


def test_a_photo_that_is_being_stored_is_waited_for_and_counted(
    request_scope: Any, cloud_database: Engine, aside: ThreadPoolExecutor
) -> None:
    with request_scope() as session:
        make_photo(session, RED)
        promotion: Future[None] = aside.submit(promote, request_scope)
        wait_until_waiting(cloud_database, 1)
    with pytest.raises(ConflictError, match="has yet to look at 1 photos"):
        promotion.result()
    assert in_force(request_scope) == "embedded"


def test_a_photo_that_is_looked_at_during_a_promotion_is_looked_at_by_both_and_found(
    request_scope: Any, candidate: FakeAnalyzer, aside: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    analyze, looking, promoted = FakeAnalyzer.analyze, threading.Event(), threading.Event()

    def slow(self: FakeAnalyzer, *photo_and_size: Any) -> Any:
        if self is not candidate:
            looking.set()
            promoted.wait(20)
        return analyze(self, *photo_and_size)

    def upload() -> int:
        with request_scope() as session:
            return make_photo(session, RED).image.id

    monkeypatch.setattr(FakeAnalyzer, "analyze", slow)
    uploaded = aside.submit(upload)
    looking.wait(20)
    promote(request_scope)
    promoted.set()
    image_id = uploaded.result()
    with request_scope() as session:
        assert [hit.image.id for hit in search(session, QueryRequest(query="bathroom")).hits] == [image_id]
        assert session.scalars(select(Analysis.version)).all() == ["rules"]


def test_photos_of_two_listings_are_stored_side_by_side(request_scope: Any) -> None:
    with request_scope() as session:
        here, there = (make_listing(session).id for _ in range(2))
    with request_scope() as one, request_scope() as other:
        make_photo(one, RED, here)
        assert make_photo(other, BLUE, there).image.status == "analyzed"


def test_a_search_that_has_begun_sees_one_version_to_its_end(
    request_scope: Any, analyzer: FakeAnalyzer, candidate: FakeAnalyzer
) -> None:
    with request_scope() as session:
        red, blue = (make_photo(session, colour).image.id for colour in (RED, BLUE))
    backfill(request_scope)
    asked = QueryRequest(query="kitchen with a dishwasher", k=1)
    with request_scope() as session:
        assert [hit.image.id for hit in search(session, asked).hits] == [red]
        promote(request_scope)  # on another connection, and committed
        found = search(session, asked)
        assert ([hit.image.id for hit in found.hits], found.model) == ([red], analyzer.model.label)
    with request_scope() as session:
        found = search(session, asked)
        assert ([hit.image.id for hit in found.hits], found.model) == ([blue], candidate.model.label)


def test_who_stores_a_photo_and_who_looks_at_it_do_not_wait_for_each_other_over_a_promotion(
    request_scope: Any, cloud_database: Engine, aside: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The upload holds the version, the promotion waits for it, and the workflow's step behind both for the version."""
    with request_scope() as session:
        image_id = intake.queue_upload(session, photo(RED), Arrival("", "a.jpg")).id
    hold, holding, others_wait = versions.hold, threading.Event(), threading.Event()

    def slow(session: Session) -> None:
        hold(session)
        if not holding.is_set():
            holding.set()
            others_wait.wait(20)

    def upload() -> None:
        with request_scope() as session:
            make_photo(session, RED)

    def look() -> None:
        with request_scope() as session:
            intake.analyze(session, get_image(session, image_id))

    monkeypatch.setattr(intake, "hold", slow)
    uploaded = aside.submit(upload)
    holding.wait(20)
    promotion, looked = aside.submit(promote, request_scope), aside.submit(look)
    wait_until_waiting(cloud_database, 2)
    others_wait.set()
    uploaded.result(), looked.result()
    with pytest.raises(ConflictError, match="has yet to look at 1 photos"):
        promotion.result()


def test_what_a_model_saw_in_a_file_that_is_being_replaced_goes_with_the_file(
    request_scope: Any, cloud_database: Engine, aside: ThreadPoolExecutor, s3: Any
) -> None:
    with request_scope() as session:
        created = ObjectCreated(BUCKET, f"incoming/{make_listing(session).id}/a.jpg")

    def put(colour: tuple[int, int, int]) -> None:
        s3.put_object(Bucket=BUCKET, Key=created.key, Body=photo(colour))

    def take() -> None:
        with request_scope() as session:
            intake.take_in_object(session, created)

    put(RED)
    take()
    with request_scope() as session:
        image = session.scalars(select(Image)).one()
        with versions.using(NEW):
            intake.analyze(session, image)
        put(BLUE)
        replaced = aside.submit(take)
        wait_until_waiting(cloud_database, 1)
    replaced.result()
    with request_scope() as session:
        assert session.execute(select(Analysis.version, Analysis.room_type)).all() == [("1", "bathroom")]
