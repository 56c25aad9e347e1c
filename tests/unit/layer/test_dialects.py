"""What SQLite needs to keep PostgreSQL's promises, and what PostgreSQL is told."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine, StaticPool, event, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateIndex, CreateTable

from roomlens.dialects import insert, lock, new_engine
from roomlens.models import Base, Image, ImageKey, Listing, Message, Task, TextVector


@pytest.fixture
def memory() -> Iterator[Engine]:
    engine = new_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def session(memory: Engine) -> Iterator[Session]:
    with Session(memory) as session:
        yield session


def test_a_time_comes_back_as_the_same_moment_in_utc(session: Session) -> None:
    noon = datetime(2026, 5, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    image = Image(s3_key="a", filename="a.jpg", captured_at=noon)
    session.add(image)
    session.flush()
    session.expire(image)
    assert image.captured_at == noon
    assert image.captured_at is not None
    assert (image.captured_at.tzinfo, image.created_at.tzinfo) == (UTC, UTC)
    assert session.scalar(select(Image.id).where(Image.captured_at < noon + timedelta(minutes=1))) == image.id


def test_a_time_that_names_no_zone_is_taken_as_utc_and_none_stays_none(session: Session) -> None:
    known = Image(s3_key="a", filename="a.jpg", captured_at=datetime(2026, 5, 1, 12))  # noqa: DTZ001
    session.add_all([known, unknown := Image(s3_key="b", filename="b.jpg")])
    session.flush()
    session.expire_all()
    assert (known.captured_at, unknown.captured_at) == (datetime(2026, 5, 1, 12, tzinfo=UTC), None)


def test_json_comes_back_as_it_was_and_defaults_hold(session: Session) -> None:
    session.add(task := Task(id="tsk_1", kind="k", result={"seen": ["hall", {"é": 1.5}], "none": None}))
    session.execute(text("insert into conversations (id, tenant_id) values (1, 'local')"))
    session.add(message := Message(conversation_id=1, role="user", content="?"))
    session.flush()
    session.expire_all()
    assert (task.result, task.problem) == ({"seen": ["hall", {"é": 1.5}], "none": None}, None)
    assert (message.citations, message.abstained) == ([], False)


def test_foreign_keys_are_enforced_and_what_hangs_on_a_row_goes_with_it(session: Session) -> None:
    session.add(listing := Listing(status="active"))
    session.flush()
    session.add(Image(s3_key="a", filename="a.jpg", listing_id=listing.id))
    session.flush()
    session.delete(listing)
    session.flush()
    assert session.scalar(select(func.count()).select_from(Image)) == 0
    session.add(Image(s3_key="b", filename="b.jpg", listing_id=77))
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        session.flush()


def test_the_same_bytes_are_one_photo_even_of_no_listing(session: Session) -> None:
    session.add_all(Image(s3_key=key, filename=key, sha256="1") for key in "ab")
    with pytest.raises(IntegrityError, match="uq_images_listing_sha256"):
        session.flush()


def test_a_conflict_is_passed_over_or_overwritten(session: Session) -> None:
    session.add_all(Image(id=n, s3_key=str(n), filename="a.jpg") for n in (1, 2))
    session.flush()
    for image_id in (1, 2):
        session.execute(insert(session, ImageKey).values(s3_key="k", image_id=image_id).on_conflict_do_nothing())
    assert session.scalar(select(ImageKey.image_id)) == 1
    again = insert(session, ImageKey).values(s3_key="k", image_id=2)
    session.execute(again.on_conflict_do_update(index_elements=[ImageKey.s3_key], set_={"image_id": 2}))
    assert session.scalar(select(ImageKey.image_id)) == 2


def test_what_is_rolled_back_to_a_savepoint_is_gone_and_the_rest_stays(memory: Engine) -> None:
    with Session(memory) as session, session.begin():
        session.add(Listing(title="kept"))
        session.flush()
        savepoint = session.begin_nested()
        session.add(Listing(title="gone"))
        session.flush()
        savepoint.rollback()
    with Session(memory) as session:
        assert session.scalars(select(Listing.title)).all() == ["kept"]


def test_two_who_read_and_then_write_wait_for_each_other(tmp_path: Path) -> None:
    """Each adds one to what it read; without the right to write from the start, one would be refused."""
    engine = new_engine(f"sqlite:///{tmp_path}/shared.sqlite")
    with engine.begin() as connection:
        connection.execute(text("create table counter (n integer)"))
        connection.execute(text("insert into counter values (0)"))

    def count() -> None:
        for _ in range(20):
            with Session(engine) as session, session.begin():
                lock(session, 1, 1)
                n = session.scalar(text("select n from counter"))
                session.execute(text("update counter set n = :n"), {"n": n + 1})

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        assert connection.scalar(text("select n from counter")) == 80
    engine.dispose()


def test_a_reader_that_opens_no_transaction_neither_waits_nor_is_waited_for(tmp_path: Path) -> None:
    engine = new_engine(f"sqlite:///{tmp_path}/shared.sqlite")
    reader = engine.execution_options(isolation_level="AUTOCOMMIT").connect()
    with engine.begin() as writer:
        writer.execute(text("create table t (n integer)"))
        assert reader.scalar(text("select count(*) from sqlite_master")) == 0
    assert reader.scalar(text("select count(*) from sqlite_master")) == 1
    with engine.begin() as writer:
        writer.execute(text("insert into t values (1)"))
    assert reader.scalar(text("select n from t")) == 1
    reader.close()
    engine.dispose()


def test_postgresql_keeps_its_own_types_and_its_index() -> None:
    def ddl(element: CreateTable | CreateIndex) -> str:
        return str(element.compile(dialect=postgresql.dialect()))

    images, vectors = ddl(CreateTable(Image.__table__)), ddl(CreateTable(TextVector.__table__))
    assert "captured_at TIMESTAMP WITH TIME ZONE" in images
    assert "result JSONB" in ddl(CreateTable(Task.__table__))
    assert "vector HALFVEC(1536) NOT NULL" in vectors
    (index,) = [index for index in TextVector.__table__.indexes if index.name == "ix_text_vectors_vector"]
    assert "USING hnsw (vector halfvec_cosine_ops)" in ddl(CreateIndex(index))


def test_sqlite_keeps_vectors_as_bytes_and_has_no_index_of_them(memory: Engine) -> None:
    assert "vector BLOB NOT NULL" in str(CreateTable(TextVector.__table__).compile(dialect=sqlite.dialect()))
    with memory.connect() as connection:
        names = connection.scalars(text("select name from sqlite_master where type = 'index'")).all()
    assert "ix_text_vectors_tenant_id_embedder_listing_id" in names
    assert "ix_text_vectors_vector" not in names


def test_a_server_is_told_who_asks_and_is_not_waited_for_without_end() -> None:
    engine = new_engine("postgresql+psycopg2://me@127.0.0.1:1/none", poolclass=StaticPool)
    told: dict[str, object] = {}

    def refuse(_dialect: object, _record: object, _arguments: object, parameters: dict[str, object]) -> None:
        told.update(parameters)
        raise ConnectionRefusedError

    event.listen(engine, "do_connect", refuse)
    with pytest.raises(ConnectionRefusedError):
        engine.connect()
    assert (told["connect_timeout"], told["application_name"]) == (10, "roomlens")
