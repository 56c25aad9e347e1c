"""What PostgreSQL and SQLite do differently, vectors apart (roomlens.vectors), so that nothing else has to know.

Roomlens runs on PostgreSQL. SQLite serves tests that need no server, and nothing of it is imported before an engine
or a session of it is there (docs/adr/0008-a-second-dialect-for-tests.md).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, Final, cast

from sqlalchemy import (
    JSON,
    URL,
    Boolean,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    ExceptionContext,
    Text,
    bindparam,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from roomlens.fulltext import as_document, has_any_word_of_text, is_word_of_text, without_signs
from roomlens.vectors import cosine_distance_of_bytes

_PATIENCE: Final = 10  # seconds: for a server to answer, or for another writer of a SQLite file to end


class _UtcWithoutZone(TypeDecorator[datetime]):
    """SQLite's times have no zone: they are kept in UTC, and come back as UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value.astimezone(UTC).replace(tzinfo=None) if value and value.tzinfo else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value.replace(tzinfo=UTC) if value else None


class _HasAny(FunctionElement[bool]):
    """Whether a JSON list of strings has at least one of some."""

    type = Boolean()
    name = "has_any"
    inherit_cache = True


def has_any(column: ColumnElement[Any], values: Sequence[str]) -> ColumnElement[bool]:
    """Whether a column that holds a JSON list of strings has one of them; by its GIN index on PostgreSQL."""
    return _HasAny(column, *(bindparam(None, value, Text, unique=True) for value in values))


@compiles(_HasAny)
def _as_operator(element: Any, compiler: Any, **options: Any) -> str:
    column, *values = [compiler.process(clause, **options) for clause in element.clauses]
    return f"({column} ?| array[{', '.join(values)}]::text[])"


@compiles(_HasAny, "sqlite")
def _as_look_up(element: Any, compiler: Any, **options: Any) -> str:
    column, *values = [compiler.process(clause, **options) for clause in element.clauses]
    return f"exists (select 1 from json_each({column}) where value in ({', '.join(values)}))"  # noqa: S608 - parameters


Json: Final = postgresql.JSONB().with_variant(JSON(), "sqlite")
Timestamp: Final = DateTime(timezone=True).with_variant(_UtcWithoutZone(), "sqlite")


def insert(session: Session, table: Any) -> postgresql.Insert:
    """An INSERT with `on_conflict_do_nothing` and `on_conflict_do_update`, by these names on both dialects."""
    if not _is_sqlite(session.get_bind()):
        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return cast("postgresql.Insert", sqlite.insert(table))


def lock(session: Session, kind: int, number: int, *, shared: bool = False) -> None:
    """Waits for whoever holds this lock, and holds it until the transaction ends; those who share it do not wait for
    each other.

    Nothing on SQLite: a transaction there waits for every other as a whole (`_begin`).
    """
    if not _is_sqlite(session.get_bind()):
        name = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        session.execute(text(f"select {name}(:kind, :number)"), {"kind": kind, "number": number})


def try_locks(session: Session, kind: int, numbers: Collection[int]) -> set[int]:
    """Those of these locks that nobody holds, held from now on, until the transaction ends; all on SQLite, as `lock`.
    Waits for nobody."""
    if _is_sqlite(session.get_bind()) or not numbers:
        return set(numbers)
    free = "select n from unnest(cast(:numbers as int[])) as n where pg_try_advisory_xact_lock(:kind, n)"
    return set(session.scalars(text(free), {"kind": kind, "numbers": sorted(numbers)}))


def breaks_foreign_key(error: IntegrityError) -> bool:
    """Whether a row was refused because what it refers to is not there (SQLSTATE 23503)."""
    return getattr(error.orig, "pgcode", None) == "23503" or "FOREIGN KEY" in str(error.orig)


def new_engine(url: URL | str, **options: Any) -> Engine:
    """`create_engine`, with what the dialect needs to keep the same promises. Its errors tell no values: they get into
    logs, and what people wrote must not."""
    url = make_url(url)
    options["hide_parameters"] = True
    if url.get_backend_name() != "sqlite":
        arguments: dict[str, Any] = {"connect_timeout": _PATIENCE, "application_name": "roomlens"}
        engine = create_engine(url, connect_args=arguments, **options)
        event.listen(engine, "handle_error", _without_details)
        return engine
    arguments = {"timeout": _PATIENCE, "check_same_thread": False}  # the pool lends a connection to one at a time
    from roomlens.sqlite_tenants import TenantCompiler, tell_tenant

    engine = create_engine(url, connect_args=arguments, **options)
    engine.dialect.statement_compiler = TenantCompiler
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "connect", tell_tenant)
    event.listen(engine, "begin", _begin)
    return engine


def _without_details(context: ExceptionContext) -> None:
    """PostgreSQL shows the row that it refuses, in the lines after the first (`DETAIL: Failing row contains …`)."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args and isinstance(error.args[0], str):
            error.args = (error.args[0].partition("\n")[0], *error.args[1:])


def _is_sqlite(bind: Engine | Connection) -> bool:
    return bind.dialect.name == "sqlite"


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # Python's driver would begin transactions by rules of its own; `_begin` does it
    connection.create_function("cosine_distance", 2, cosine_distance_of_bytes, deterministic=True)
    connection.create_function("to_tsvector", 2, as_document, deterministic=True)
    connection.create_function("regexp_replace", 4, without_signs, deterministic=True)
    connection.create_function("has_any_word", -1, has_any_word_of_text, deterministic=True)
    connection.create_function("is_word", 1, is_word_of_text, deterministic=True)
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma journal_mode = wal")  # readers do not wait for the writer; no matter in memory
    connection.execute("pragma synchronous = off")  # a test's file need not survive a crash of the machine


def _begin(connection: Connection) -> None:
    """Takes the right to write at once. A transaction that reads first and writes later can't be granted it once
    another has written in between: it would fail, where one of PostgreSQL waits for its lock."""
    connection.info.pop("tenant", None)
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("begin immediate")
