"""What becomes of connections that break, and of servers that others have taken over from."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, NullPool, create_engine, make_url, text

from roomlens import connecting
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


@pytest.fixture
def two_users(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """Who may log in to the database, which the settings name apart from any user."""
    url = make_url(database_url)
    host = url.host or str(url.query["host"])
    monkeypatch.delenv("DATABASE_URL", raising=False)
    values = {"HOST": host, "PORT": str(url.port or 5432), "NAME": str(url.database), "SSLMODE": "disable"}
    for name, value in values.items():
        monkeypatch.setenv(f"DATABASE_{name}", value)
    first, second = (f"{name}_{uuid4().hex[:8]}" for name in ("first", "second"))
    with somebody_else(create_engine(database_url)) as other:
        for user in (first, second):
            other.execute(text(f"create role {user} login"))
        yield first, second
        for user in (first, second):
            other.execute(text(f"drop role if exists {user}"))


def who(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.scalar(text("select current_user")))


def test_who_has_a_token_is_let_in_as_the_user_of_the_settings(
    two_users: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    signer = SimpleNamespace(generate_db_auth_token=lambda **_: "a token")
    monkeypatch.setattr(connecting, "_rds", lambda: signer)
    monkeypatch.setenv("DATABASE_USER", two_users[1])
    engine = database_engine(DatabaseSettings())
    assert who(engine) == two_users[1]
    engine.dispose()


def test_a_secret_that_names_another_user_by_now_is_followed(
    two_users: tuple[str, str], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Secrets Manager rotates between two users: the one of before is refused."""
    said = [json.dumps({"username": user, "password": "any"}) for user in two_users]
    manager = SimpleNamespace(get_secret_value=lambda **_: {"SecretString": said[0]})
    monkeypatch.setattr(connecting, "_secrets_manager", lambda: manager)
    monkeypatch.setenv("DATABASE_SECRET_ARN", "arn:of:the:secret")
    engine = database_engine(DatabaseSettings())
    assert who(engine) == two_users[0]
    engine.dispose()
    del said[0]
    with somebody_else(create_engine(database_url)) as other:
        other.execute(text(f"drop role {two_users[0]}"))
    assert who(engine) == two_users[1]
    engine.dispose()
