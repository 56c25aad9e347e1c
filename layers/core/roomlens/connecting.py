"""How a connection to the database is made: by a URL, by the password of a secret, or by IAM, for a user who has none.

Only URLs are made into connections as they stand. Passwords change and IAM's tokens end, so both are asked for when a
connection is made, and never kept in an engine. No session parameter is set then: RDS Proxy refuses them in the
start-up packet, and a later SET would pin the proxy's connection (`migrations/migrate.py` gives them to the roles).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from sqlalchemy import Dialect, Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from roomlens.dialects import new_engine
from roomlens.errors import ConfigurationError, UnavailableError
from roomlens.settings import DatabaseSettings

# SQLAlchemy 2.1 takes a URL that names no driver for another one than ours
_DRIVER: Final = "postgresql+psycopg2"
# What a secret or the settings needn't say: the database that every server has.
_DATABASE: Final = "postgres"
_GONE_OVER: Final = {
    "25006",  # read_only_sql_transaction: the server was the writer, until a failover made it a reader
    "25P03",  # idle_in_transaction_session_timeout: the server has closed the connection
}
"""SQLSTATEs that psycopg2 takes for mistakes of the program, and that another connection mends."""


def database_engine(settings: DatabaseSettings) -> Engine:
    """One connection for one environment, which serves one request at a time.

    `pool_pre_ping`: a connection that died while the environment was frozen is replaced, not handed out.
    """
    engine = new_engine(
        _plain_url(settings) or f"{_DRIVER}://",
        pool_size=1,
        max_overflow=4,  # the in-process rig serves several requests in one environment; Lambda never does
        pool_pre_ping=True,
    )
    if settings.database_url is None:
        event.listen(engine, "do_connect", _by_secret(settings) if settings.database_secret_arn else _by_iam(settings))
    event.listen(engine, "handle_error", replaced_after_failover, retval=True)
    return engine


def _plain_url(settings: DatabaseSettings) -> str | None:
    if settings.database_url is None:
        return None
    return re.sub(r"^postgres(ql)?://", f"{_DRIVER}://", settings.database_url.get_secret_value())


def replaced_after_failover(context: ExceptionContext) -> Exception | None:
    """A connection to a server that can't write any more is thrown away, and its caller told to come again.

    A failover looks like this: connections break, which SQLAlchemy sees by itself, or they stay, and lead to what has
    become a reader. The next connection asks the cluster's name again, and finds the writer.
    """
    if getattr(context.original_exception, "pgcode", None) not in _GONE_OVER:
        return None
    context.is_disconnect = True
    return OperationalError(context.statement, None, context.original_exception)


_Connect = Callable[[Dialect, ConnectionPoolEntry, Any, dict[str, Any]], Any]


def _by_secret(settings: DatabaseSettings) -> _Connect:
    """Connects with what the secret said last. Where that is refused, and the secret says something else by now, it
    has been rotated: it is tried once more."""
    known: dict[str, str] = {}

    def connect(dialect: Dialect, _: ConnectionPoolEntry, arguments: Any, options: dict[str, Any]) -> Any:
        before = dict(known)
        if not known:
            known.update(_secret(settings))
        try:
            return dialect.connect(*arguments, **options | known)
        except dialect.loaded_dbapi.OperationalError:
            if not before:
                raise
            known.clear()
            known.update(_secret(settings))
            if known == before:
                raise
        return dialect.connect(*arguments, **options | known)

    return connect


def _secret(settings: DatabaseSettings) -> Mapping[str, str]:
    """What psycopg2 needs, of the secret and, where it doesn't say it, of the settings: one that RDS keeps of a
    cluster's first user has only `username` and `password`.

    Raises UnavailableError when Secrets Manager can't answer.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # only deployments with a secret pay for this import

    try:
        answer = _secrets_manager().get_secret_value(SecretId=settings.database_secret_arn)
    except (BotoCoreError, ClientError) as error:
        raise UnavailableError("The database's secret can't be read right now.") from error
    said = json.loads(answer["SecretString"])
    host = said.get("host") or settings.database_host
    if not host or not said.get("username") or not said.get("password"):
        raise ConfigurationError("The database's secret lacks host, username or password.")
    return {
        **_address(settings, host, said.get("port"), said.get("dbname")),
        "user": said["username"],
        "password": said["password"],
    }


def _by_iam(settings: DatabaseSettings) -> _Connect:
    """Connects as a user of the database for whom IAM vouches: the password is a token that is signed here, with the
    function's own rights, and good for 15 minutes. Making one asks nobody."""
    host, user = str(settings.database_host), str(settings.database_user)
    address = _address(settings, host)

    def connect(dialect: Dialect, _: ConnectionPoolEntry, arguments: Any, options: dict[str, Any]) -> Any:
        token = _rds().generate_db_auth_token(DBHostname=host, Port=int(address["port"]), DBUsername=user)
        return dialect.connect(*arguments, **options | address | {"user": user, "password": token})

    return connect


def _address(settings: DatabaseSettings, host: str, port: Any = None, name: str | None = None) -> dict[str, str]:
    return {
        "host": host,
        "port": str(port or settings.database_port),
        "dbname": name or settings.database_name or _DATABASE,
        "sslmode": settings.database_sslmode,
    }


@cache
def _secrets_manager() -> Any:
    import boto3
    from botocore.config import Config

    patience = Config(connect_timeout=2, read_timeout=3, retries={"mode": "standard", "max_attempts": 2})
    return boto3.client("secretsmanager", config=patience)


@cache
def _rds() -> Any:
    import boto3

    return boto3.client("rds")
