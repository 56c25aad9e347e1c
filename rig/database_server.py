"""Databases for one test run on one PostgreSQL server, however many processes the run has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, NullPool, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from rig.errors import RigError

# "testruns" as bytes: processes that make databases from one template wait for each other
_LOCK: Final = 0x7465_7374_7275_6E73

# seconds until a server that does not answer is given up
_PATIENCE: Final = {"connect_timeout": 10}


class DatabaseServerError(RigError):
    """The server can't be used."""


class DatabaseServer:
    """A server, and the databases on it that belong to this run and this process: their names say so.

    `url`: any database of the server from which others may be made.
    """

    def __init__(self, url: str, run: str, worker: str = "main") -> None:
        self.run = run
        try:
            self._url = make_url(url).set(drivername="postgresql+psycopg2")
        except (SQLAlchemyError, ValueError):  # their messages may show a password
            raise DatabaseServerError("this is no address of a server") from None
        self._worker = worker

    def url(self, database: str | None = None) -> str:
        """The address for SQLAlchemy: of a database, or the one that was given."""
        url = self._url if database is None else self._url.set(database=database)
        return url.render_as_string(hide_password=False)

    def check(self) -> None:
        """Whether it answers.

        Raises:
            DatabaseServerError: it does not; in one line, without the address and its password.
        """
        try:
            with self._connection():
                pass
        except SQLAlchemyError as error:
            raise DatabaseServerError(str(getattr(error, "orig", None) or error).partition("\n")[0]) from None

    def new(self, name: str) -> str:
        """Makes an empty database for this process, and gives its address."""
        with self._connection() as connection:
            return self._create(connection, f"{self._worker}_{name}")

    def copy(self, name: str, template: str, prepare: Callable[[str], None]) -> str:
        """Makes a copy of a template for this process, and gives its address.

        The first process that asks for a template makes it: `prepare` gets the address of an empty database.
        """
        with self._connection() as connection:
            connection.execute(text("select pg_advisory_lock(:lock)"), {"lock": _LOCK})  # until the connection closes
            if not self._exists(connection, template):
                half = f"{template}_unfinished"  # so that a template is whole, or not there
                self._drop(connection, self._named(half))
                prepare(self._create(connection, half))
                self._disconnect(connection, self._named(half))  # a pool of `prepare` may still hold some
                connection.execute(text(f"alter database {self._named(half)} rename to {self._named(template)}"))
            return self._create(connection, f"{self._worker}_{name}", f"template {self._named(template)}")

    def drop_all(self) -> None:
        """Removes every database of this run, of whichever process."""
        with self._connection() as connection:
            statement = text("select datname from pg_database where starts_with(datname, :prefix)")
            for name in connection.scalars(statement, {"prefix": self._named("")}).all():
                self._drop(connection, name)

    def _named(self, name: str) -> str:
        return f"{self.run}_{name}"

    def _create(self, connection: Connection, name: str, how: str = "") -> str:
        connection.execute(text(f"create database {self._named(name)} {how}"))
        return self.url(self._named(name))

    def _exists(self, connection: Connection, name: str) -> bool:
        statement = text("select 1 from pg_database where datname = :name")
        return connection.scalar(statement, {"name": self._named(name)}) is not None

    @staticmethod
    def _disconnect(connection: Connection, name: str) -> None:
        statement = text("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = :name")
        connection.execute(statement, {"name": name})

    @staticmethod
    def _drop(connection: Connection, name: str) -> None:
        connection.execute(text(f"drop database if exists {name} with (force)"))

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        engine = create_engine(self._url, isolation_level="AUTOCOMMIT", poolclass=NullPool, connect_args=_PATIENCE)
        with engine.connect() as connection:
            yield connection
