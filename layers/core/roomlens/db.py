"""The engine, made once per execution environment, and the only place that commits."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from roomlens.dialects import breaks_foreign_key, new_engine
from roomlens.errors import ConflictError, UnavailableError
from roomlens.observability import add_time, logger
from roomlens.settings import DatabaseSettings, database_settings
from roomlens.versions import one_version

_AFTERWARDS: Final = "afterwards"

# Bound on first use, or by `bound_to` to a connection of its own before anything is used.
SessionFactory = sessionmaker(expire_on_commit=False)


def database_url(settings: DatabaseSettings) -> URL | str:
    """The SQLAlchemy URL of the settings; the secret is fetched when, and only when, there is no plain URL.

    Raises UnavailableError when Secrets Manager can't answer.
    """
    if settings.database_url is not None:
        # SQLAlchemy 2.1 takes a URL that names no driver for another one than ours
        return re.sub(r"^postgres(ql)?://", "postgresql+psycopg2://", settings.database_url.get_secret_value())
    import boto3  # only deployments with a secret pay for this import
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        answer = boto3.client("secretsmanager").get_secret_value(SecretId=settings.database_secret_arn)
    except (BotoCoreError, ClientError) as error:
        raise UnavailableError("The database's secret can't be read right now.") from error
    secret = json.loads(answer["SecretString"])
    return URL.create(
        "postgresql+psycopg2",  # SQLAlchemy 2.1 takes a bare `postgresql` for another driver
        username=secret["username"],
        password=secret["password"],
        host=secret["host"],
        port=int(secret.get("port", 5432)),
        database=secret.get("dbname", "postgres"),
    )


@cache
def engine() -> Engine:
    """One connection for one environment, which serves one request at a time.

    `pool_pre_ping`: a connection that died while the environment was frozen is replaced, not handed out.
    No session parameter is set when it opens: RDS Proxy refuses them in the start-up packet, and a later SET would
    pin the proxy's connection.
    """
    made = new_engine(
        database_url(database_settings()),
        pool_size=1,
        max_overflow=4,  # the in-process rig serves several requests in one environment; Lambda never does
        pool_pre_ping=True,
    )
    return measured(made)


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
