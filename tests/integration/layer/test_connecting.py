"""What becomes of connections that break, and of servers that others have taken over from."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, Engine, NullPool, create_engine, text

from roomlens.connecting import database_engine
from roomlens.db import SessionFactory, session_scope
from roomlens.errors import UnavailableError
from roomlens.settings import DatabaseSettings

pytestmark = pytest.mark.postgres

ENDED = text("select pg_terminate_backend(:pid, 5000)")


@pytest.fixture
def engine(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setenv("DATABASE_URL", database_url)
    engine = database_engine(DatabaseSettings())
    SessionFactory.configure(bind=engine)
    yield engine
    SessionFactory.configure(bind=None)
    engine.dispose()


def backend(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text("select pg_backend_pid()")) or 0)


@contextmanager
def somebody_else(engine: Engine) -> Iterator[Connection]:
    other = create_engine(engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        yield connection


def test_one_connection_serves_one_turn_after_the_other(engine: Engine) -> None:
    assert backend(engine) == backend(engine)


def test_a_connection_that_died_between_two_turns_is_replaced_and_nobody_hears_of_it(engine: Engine) -> None:
    before = backend(engine)
    with somebody_else(engine) as other:
        assert other.scalar(ENDED, {"pid": before})
    with session_scope() as session:
        assert session.scalar(text("select pg_backend_pid()")) not in (before, None)


def test_a_connection_that_dies_within_a_turn_is_a_reason_to_come_again(engine: Engine) -> None:
    before = backend(engine)

    def turn() -> None:
        with session_scope() as session, somebody_else(engine) as other:
            session.execute(text("select 1"))
            assert other.scalar(ENDED, {"pid": before})
            session.execute(text("select 1"))

    with pytest.raises(UnavailableError) as told:
        turn()
    assert told.value.retry_after
    assert backend(engine) != before


def test_a_server_that_has_become_a_reader_is_left_and_the_caller_told_to_come_again(engine: Engine) -> None:
    before = backend(engine)

    def turn() -> None:
        with session_scope() as session:
            session.execute(text("set transaction read only"))
            session.execute(text("create table written (id int)"))

    with pytest.raises(UnavailableError):
        turn()
    assert backend(engine) != before


def test_other_mistakes_keep_the_connection(engine: Engine) -> None:
    before = backend(engine)
    with pytest.raises(Exception, match="division by zero"), session_scope() as session:
        session.execute(text("select 1 / 0"))
    assert backend(engine) == before


def test_a_transaction_that_was_idle_too_long_is_one_to_do_again(engine: Engine) -> None:
    before = backend(engine)

    def turn() -> None:
        with session_scope() as session, somebody_else(engine) as other:
            session.execute(text("set local idle_in_transaction_session_timeout = '1ms'"))
            while other.scalar(text("select 1 from pg_stat_activity where pid = :pid"), {"pid": before}):
                pass
            session.execute(text("select 1"))

    with pytest.raises(UnavailableError):
        turn()
    assert backend(engine) != before
