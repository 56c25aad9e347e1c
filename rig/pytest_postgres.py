"""The part of the pytest plugin that knows databases: one server for a test run, gone when the run ends.

`TEST_DATABASE_URL` says where the tests' databases are:

* unset: on an embedded PostgreSQL, which the first test that needs it starts;
* `postgresql+psycopg2://…`: on a server of yours. A run makes databases of its own there, and drops them at its end;
* `sqlite://`: in memory. Tests that are marked `postgres` are deselected then, and listed at the end.

With pytest-xdist the controlling process starts the server, and its workers make their databases on it.
"""

from __future__ import annotations

import os
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from rig.database_server import DatabaseServer

URL_VARIABLE: Final = "TEST_DATABASE_URL"
_SQLITE: Final = "sqlite://"
_POSTGRES: Final = ("postgresql://", "postgresql+psycopg2://")

_SERVER = pytest.StashKey["DatabaseServer | None"]()
_DESELECTED = pytest.StashKey[set[str]]()
_FROM_CONTROLLER: Final = "rig_database_server"
_FROM_WORKER: Final = "rig_deselected"


def on_sqlite() -> bool:
    """Whether this run's tests have SQLite in place of PostgreSQL."""
    return _wanted() == _SQLITE


def _installed() -> bool:
    """Whether what talks to PostgreSQL is here; a project without a database needs none of it."""
    return all(find_spec(name) for name in ("sqlalchemy", "psycopg2"))


def _wanted() -> str:
    return os.environ.get(URL_VARIABLE, "")


def pytest_configure(config: pytest.Config) -> None:
    """Raises UsageError for a TEST_DATABASE_URL that can't be served."""
    config.addinivalue_line("markers", "postgres: what only PostgreSQL does; deselected, and listed, when on SQLite")
    config.stash[_DESELECTED] = set()
    wanted = _wanted()
    if wanted and wanted != _SQLITE and not wanted.startswith(_POSTGRES):
        raise pytest.UsageError(f"{URL_VARIABLE} is {_SQLITE}, or begins with {' or '.join(_POSTGRES)}")


@contextmanager
def _new_server() -> Iterator[DatabaseServer]:
    from rig.database_server import DatabaseServer

    run = f"run_{uuid.uuid4().hex[:8]}"
    if wanted := _wanted():
        server = _answering(wanted, run)
        try:
            yield server
        finally:
            server.drop_all()
    else:
        from rig.postgres import Postgres

        with Postgres(durable=False) as postgres:
            yield DatabaseServer(postgres.url(), run)


def _answering(url: str, run: str) -> DatabaseServer:
    """A server of the person's own. The run ends when it can't be reached: every test that needs it would fail."""
    from rig.database_server import DatabaseServer, DatabaseServerError

    try:
        server = DatabaseServer(url, run)
        server.check()
    except DatabaseServerError as error:
        pytest.exit(f"{URL_VARIABLE}: {error}", pytest.ExitCode.USAGE_ERROR)
    return server


@pytest.fixture(scope="session")
def postgres(pytestconfig: pytest.Config) -> Iterator[DatabaseServer]:
    """The run's PostgreSQL, on which this process makes its databases."""
    if on_sqlite():
        pytest.fail(f"{URL_VARIABLE} names SQLite: what needs PostgreSQL is marked `postgres`", pytrace=False)
    told = getattr(pytestconfig, "workerinput", {}).get(_FROM_CONTROLLER)
    if told is None:
        with _new_server() as server:
            yield server
    else:
        from rig.database_server import DatabaseServer

        yield DatabaseServer(**told)


@pytest.fixture(scope="session")
def database_url(postgres: DatabaseServer) -> str:
    """An empty database, as an address for SQLAlchemy."""
    return postgres.new("cloud")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """pytest-xdist, in the controller: a worker is about to start.

    Unit tests need no database, by convention; a worker that is told of no server and needs one starts its own.
    """
    config: pytest.Config = node.config
    if on_sqlite() or not _installed() or config.getoption("markexpr") == "unit":
        return
    if _SERVER not in config.stash:
        config.stash[_SERVER] = _started(config)
    server = config.stash[_SERVER]
    if server is not None:
        worker = node.workerinput["workerid"]
        node.workerinput[_FROM_CONTROLLER] = {"url": server.url(), "run": server.run, "worker": worker}


def _started(config: pytest.Config) -> DatabaseServer | None:
    """A server until the run ends. None when it can't start: a test that needs it says why, others need not know."""
    from rig.postgres import PostgresError

    stack = ExitStack()
    config.add_cleanup(stack.close)
    try:
        return stack.enter_context(_new_server())
    except PostgresError:
        return None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Last of all, so that only those are deselected, and listed, that would have run."""
    if not on_sqlite():
        return
    ours = [item for item in items if item.get_closest_marker("postgres")]
    if ours:
        items[:] = [item for item in items if item not in ours]
        config.hook.pytest_deselected(items=ours)
    names = [item.nodeid for item in ours]
    config.stash[_DESELECTED].update(names)
    if hasattr(config, "workeroutput"):
        config.workeroutput[_FROM_WORKER] = names


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """pytest-xdist, in the controller: a worker has ended. Each has collected, and deselected, the same tests."""
    node.config.stash[_DESELECTED].update(getattr(node, "workeroutput", {}).get(_FROM_WORKER, ()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Nothing is left out in silence."""
    names = config.stash[_DESELECTED]
    if not names:
        return
    why = f"deselected because they ask what only PostgreSQL does ({_wanted()})"
    terminalreporter.section(f"{why}: {len(names)}")
    for name, times in sorted(Counter(name.partition("[")[0] for name in names).items()):
        terminalreporter.line(name if times == 1 else f"{name} ({times} cases)")
