"""The whole system on one machine: PostgreSQL, the cloud with real Lambda runtimes, and the HTTP API on a port."""

from __future__ import annotations

import errno
import os
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from rig import schedules
from rig.activity import StillBusyError
from rig.chaos import Chaos
from rig.cloud import RETRY_DELAYS, Cloud, warm_up
from rig.data_folder import DataFolder, RigState
from rig.errors import RigError
from rig.stack import Stack
from rig.template import load_stack
from rig.template_source import DATABASE_PARAMETER, declared_parameters

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

    from rig.postgres import Postgres

DATABASE_VARIABLE = "DATABASE_URL"
MIGRATE_FUNCTION = "MigrateFunction"

LAST_WORK = 3.0
"""Seconds that a stop leaves to events in flight."""


class StartError(RigError):
    """The system can't start."""


class System:
    """Everything but the HTTP port, a context manager. What was started last is stopped first.

    The database is the one of the parameter `DatabaseUrl` when that is given, or of `DATABASE_URL` when that is set,
    else a PostgreSQL in the data folder, and none when the template has no parameter for it. The template's
    `MigrateFunction`, if any, is invoked once.
    """

    cloud: Cloud

    def __init__(
        self,
        template: Path,
        data: DataFolder,
        parameters: Mapping[str, str] | None = None,
        *,
        s3_port: int = 0,
        api_url: str = "",
        chaos: Chaos | None = None,
        retry_delays: Sequence[float] = RETRY_DELAYS,
        token_key: RSAKey | None = None,
    ) -> None:
        self._template = template
        self._data = data
        self._parameters = dict(parameters or {})
        self._s3_port = s3_port
        self._api_url = api_url or "http://localhost:3000"
        self._chaos = chaos
        self._retry_delays = retry_delays
        self._token_key = token_key
        self._database = ExitStack()
        self.database_url = ""
        self._server: Postgres | None = None

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        cloud = getattr(self, "cloud", None)
        if cloud is not None:
            cloud.__exit__(None, None, None)
        self._database.close()

    def state(self) -> RigState:
        """How other processes reach it."""
        template, cloud = str(self._template), self.cloud
        asks = cloud.issuer is not None
        return RigState(os.getpid(), template, self._api_url, cloud.s3_url, self.database_url, self._parameters, asks)

    def finish_work(self) -> None:
        """Lets events in flight come to their end, for a moment."""
        with suppress(StillBusyError):
            self.cloud.wait(LAST_WORK)

    @contextmanager
    def schedules(self) -> Iterator[None]:
        """Inside, the template's schedules run by themselves."""
        stack = self.cloud.stack
        runnable = {name: schedule for name, schedule in stack.schedules.items() if stack.runs(schedule)}
        with schedules.running(runnable, self.cloud.run_schedule):
            yield

    @contextmanager
    def database_down(self) -> Iterator[None]:
        """Inside, the database is stopped: connections are cut and new ones refused, and nothing is lost.

        Raises:
            StartError: it is none of the rig's own, or does not come up again.
        """
        from rig.postgres import PostgresError

        if self._server is None:
            raise StartError("the database is none that the rig has started")
        try:
            with self._server.down():
                yield
        except PostgresError as error:
            raise StartError(str(error)) from None

    def _start(self) -> None:
        stack = read_stack(self._template, self._parameters)
        with ThreadPoolExecutor(1) as pool:
            starting = pool.submit(self._start_database, stack)
            warm_up()  # meanwhile
            parameters = starting.result()
        cloud = Cloud(
            self._template,
            parameters,
            runner="process",
            data=self._data.path,
            s3_port=self._s3_port,
            api_url=self._api_url,
            chaos=self._chaos,
            retry_delays=self._retry_delays,
            token_key=self._token_key,
        )
        try:
            self.cloud = cloud.__enter__()
        except OSError as error:
            raise _port_problem(self._s3_port, "--s3-port", error) from None
        self._migrate()

    def _start_database(self, stack: Stack) -> Mapping[str, str]:
        running = self._database.enter_context(database(stack, self._data, self._parameters))
        self.database_url, self._server = running.url, running.server
        return self._parameters | ({DATABASE_PARAMETER: self.database_url} if self.database_url else {})

    def _migrate(self) -> None:
        if MIGRATE_FUNCTION not in self.cloud.stack.functions:
            return
        result = self.cloud.invoke(MIGRATE_FUNCTION, {})
        if result.error:
            reason = result.payload.get("errorMessage", "") if isinstance(result.payload, dict) else ""
            raise StartError(f"the database's schema could not be brought up to date: {reason.partition(chr(10))[0]}")


def read_stack(template: Path, parameters: Mapping[str, str]) -> Stack:
    """What the template says while its database is not there yet: a parameter for its address needs no value."""
    values = dict(parameters)
    declared = declared_parameters(template).get(DATABASE_PARAMETER)
    if declared is not None:
        values.setdefault(DATABASE_PARAMETER, str(declared.get("Default", "")))
    return load_stack(template, values)


def starts_database(template: Path, parameters: Mapping[str, str]) -> bool:
    """Whether the system of this template starts a PostgreSQL of its own."""
    return not given_address(parameters) and DATABASE_PARAMETER in declared_parameters(template)


def given_address(parameters: Mapping[str, str]) -> str:
    """Where a database is that runs already, as a parameter or the environment says; empty when neither does."""
    return parameters.get(DATABASE_PARAMETER) or os.environ.get(DATABASE_VARIABLE, "")


@dataclass(frozen=True)
class Database:
    """Where a template's database is, empty when it has no parameter for one; `server` is the one started for it."""

    url: str = ""
    server: Postgres | None = None


@contextmanager
def database(stack: Stack, data: DataFolder, parameters: Mapping[str, str]) -> Iterator[Database]:
    """The template's database, running inside this `with`.

    Raises:
        StartError: it can't be started.
    """
    if DATABASE_PARAMETER not in stack.parameters:
        yield Database()
    elif address := given_address(parameters):
        yield Database(address)
    else:
        from rig.postgres import Postgres, PostgresError

        try:
            server = Postgres(data.database)
        except PostgresError as error:
            raise StartError(str(error)) from None
        with server:
            yield Database(server.url(), server)


def listen(host: str, port: int) -> socket.socket:
    """A socket for the HTTP API.

    Raises:
        StartError: the port is taken, or not allowed.
    """
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise _port_problem(port, "--port", error) from None


@contextmanager
def serving(cloud: Cloud, listener: socket.socket) -> Iterator[None]:
    """The HTTP API answers on the socket inside this `with`."""
    import uvicorn

    app = cloud.issuer.beside(cloud.gateway) if cloud.issuer else cloud.gateway
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=3, ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="http", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(5)


def first_bucket(stack: Stack) -> str:
    """The bucket that a person puts files into: one that tells of them, if there is one."""
    buckets = sorted(stack.buckets.values(), key=lambda bucket: not bucket.notifications)
    return buckets[0].name if buckets else ""


def _port_problem(port: int, option: str, error: OSError) -> Exception:
    if error.errno == errno.EADDRINUSE:
        return StartError(f"port {port} is taken: stop what uses it, or give another with {option}")
    if error.errno in (errno.EACCES, errno.EADDRNOTAVAIL):
        return StartError(f"port {port} can't be used: {os.strerror(error.errno)}; give another with {option}")
    return error
