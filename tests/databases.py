"""Databases for tests: PostgreSQL by its real history, SQLite from the models."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, NullPool, StaticPool, text
from sqlalchemy.orm import Session

from migrations.migrate import upgrade
from rig.database_server import DatabaseServer
from roomlens.db import SessionFactory, bound_to, measured
from roomlens.dialects import new_engine
from roomlens.isolation import hold_to
from roomlens.models import Base
from roomlens.sqlite_tenants import create_triggers
from roomlens.tenancy import current_tenant


def migrated(server: DatabaseServer, name: str) -> Engine:
    """A copy of a database that a run migrates once."""
    return measured(new_engine(server.copy(name, "migrated", _migrate)))


def _migrate(url: str) -> None:
    with new_engine(url, poolclass=NullPool).begin() as connection:
        upgrade(connection)


def in_memory() -> Engine:
    """SQLite without a file: one connection, shared by all who ask."""
    return _created(new_engine("sqlite://", poolclass=StaticPool))


def in_file(path: Path) -> Engine:
    """SQLite that several connections share, each with transactions of its own."""
    return _created(new_engine(f"sqlite:///{path}"))


def _created(engine: Engine) -> Engine:
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        create_triggers(connection, Base.metadata)
    return measured(engine)


def empty(engine: Engine) -> None:
    """Removes all rows; ids begin with 1 again."""
    tables = [table.name for table in Base.metadata.sorted_tables]
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"truncate {', '.join(tables)} restart identity cascade"))
        else:
            for table in reversed(tables):
                connection.execute(text(f"delete from {table}"))


@contextmanager
def as_owner(session: Session) -> Iterator[None]:
    """Inside of the block the session may change tables, and sees the rows of all tenants."""
    session.execute(text("reset role"))
    yield
    hold_to(session.connection(), current_tenant(), everywhere=False)


@contextmanager
def isolated(engine: Engine) -> Iterator[Session]:
    """A session in a transaction that is rolled back; the layer's own sessions work in the same one."""
    with engine.connect() as connection:
        outer = connection.begin()
        try:
            with bound_to(connection), SessionFactory() as session:
                yield session
        finally:
            outer.rollback()
