"""The engine, made once per execution environment, and the only place that commits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

from roomlens.connecting import database_engine
from roomlens.dialects import breaks_foreign_key
from roomlens.errors import ConflictError, UnavailableError
from roomlens.isolation import hold_to
from roomlens.observability import add_time, logger
from roomlens.settings import database_settings
from roomlens.tenancy import current_tenant, is_everywhere
from roomlens.versions import one_version

_AFTERWARDS: Final = "afterwards"

# Bound on first use, or by `bound_to` to a connection of its own before anything is used.
SessionFactory = sessionmaker(expire_on_commit=False)


@event.listens_for(SessionFactory, "after_begin")
def _hold_to_tenant(_session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """Raises UnauthorizedError when nobody said for whom this is."""
    if not transaction.nested:
        everywhere = is_everywhere()
        hold_to(connection, None if everywhere else current_tenant(), everywhere=everywhere)


@cache
def engine() -> Engine:
    """The engine of this execution environment; it connects when it is first used."""
    return measured(database_engine(database_settings()))


def measured(engine: Engine) -> Engine:
    """Adds the time of each statement to the `db` part of the request that is being served."""
    event.listen(engine, "before_cursor_execute", _statement_starts)
    event.listen(engine, "after_cursor_execute", _statement_ends)
    return engine


def _statement_starts(connection: Connection, *_: Any) -> None:
    connection.info["started"] = time.perf_counter()


def _statement_ends(connection: Connection, *_: Any) -> None:
    add_time("db", time.perf_counter() - connection.info["started"])


@contextmanager
def session_scope() -> Iterator[Session]:
    """A session that commits when the block ends well and rolls back when it does not. Inside of the block one version
    of the models is in force, whatever is promoted meanwhile.

    What `after_commit` was told to do is done when it has committed, and no connection is held any more.

    Raises UnavailableError when the database can't be reached, so that a caller sees a 503 and a workflow retries;
    ConflictError when what a new row belongs to was deleted meanwhile.
    """
    if SessionFactory.kw["bind"] is None:
        SessionFactory.configure(bind=engine())
    try:
        with SessionFactory.begin() as session, one_version(session):
            yield session
    except OperationalError as error:
        raise UnavailableError("The database can't be reached right now; try again in a moment.") from error
    except IntegrityError as error:
        if not breaks_foreign_key(error):
            raise
        raise ConflictError("What this belongs to was deleted meanwhile.") from error
    for action in session.info.pop(_AFTERWARDS, {}).values():
        try:
            action()
        except Exception:  # noqa: BLE001  # what is stored is stored, and the caller is to hear of it
            logger().exception("commit.afterwards_failed")


def after_commit(session: Session, name: str, action: Callable[[], object]) -> None:
    """Has something done once `session_scope` has committed, and nothing when its block ends badly. Of several by one
    name the last one counts.

    It runs outside of the transaction, and whoever is killed before it never runs it: it may only hasten what somebody
    else does later. What it raises is logged.
    """
    session.info.setdefault(_AFTERWARDS, {})[name] = action


@contextmanager
def bound_to(connection: Connection) -> Iterator[None]:
    """All sessions work on this connection, in the transaction that its owner began, and may roll back: what they
    commit ends a savepoint, and can be seen by the next one."""
    SessionFactory.configure(bind=connection, join_transaction_mode="create_savepoint")
    try:
        yield
    finally:
        SessionFactory.configure(bind=None, join_transaction_mode="conditional_savepoint")
