"""Whole test runs on each kind of TEST_DATABASE_URL, in one process and in several."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from rig.database_server import DatabaseServer

ROOT = Path(__file__).parents[3]
SUITE = '''
import os
from pathlib import Path
import pytest
from sqlalchemy import NullPool, create_engine, text

def execute(url, statement):
    with create_engine(url, poolclass=NullPool).begin() as connection:
        result = connection.execute(text(statement))
        return list(result.scalars()) if result.returns_rows else []

def prepare(url):
    with Path(os.environ["PREPARED"]).open("a") as file:
        file.write("once\\n")
    execute(url, "create table rooms (name text)")

@pytest.fixture(scope="session")
def rooms(postgres):
    return postgres.copy("rooms", "template", prepare)

@pytest.mark.postgres
@pytest.mark.parametrize("number", range(4))
def test_of_postgres(rooms, number):
    execute(rooms, f"insert into rooms values ({number})")
    assert execute(rooms, "select count(distinct name) = count(*) from rooms") == [True]

def test_of_anything():
    pass
'''

pytestmark = pytest.mark.parametrize("processes", [[], ["-p", "xdist", "-n", "2"]], ids=["one", "two"])


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "test_suite.py").write_text(SUITE)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers -p rig.pytest_plugin\n")
    return tmp_path


def run(suite: Path, url: str, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment |= {"TEST_DATABASE_URL": url, "PREPARED": str(suite / "prepared"), "PYTHONPATH": str(ROOT)}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    command = [sys.executable, "-m", "pytest", "-v", *options]
    return subprocess.run(command, cwd=suite, env=environment, capture_output=True, text=True, check=False)


def test_on_sqlite_what_is_of_postgresql_is_deselected_counted_and_named(suite: Path, processes: list[str]) -> None:
    done = run(suite, "sqlite://", *processes)
    assert done.returncode == 0, done.stdout
    assert "deselected because they ask what only PostgreSQL does (sqlite://): 4 ===" in done.stdout
    assert "\ntest_suite.py::test_of_postgres (4 cases)\n" in done.stdout
    assert "1 passed" in done.stdout
    assert "skipped" not in done.stdout


def test_a_test_that_lacks_the_mark_is_told_so(suite: Path, processes: list[str]) -> None:
    (suite / "test_suite.py").write_text("def test_unmarked(database_url):\n    pass\n")
    done = run(suite, "sqlite://", *processes)
    assert done.returncode == 1
    assert "what needs PostgreSQL is marked `postgres`" in done.stdout


@pytest.mark.postgres
def test_on_a_server_of_ones_own_a_run_leaves_nothing(
    suite: Path, processes: list[str], postgres: DatabaseServer
) -> None:
    def names() -> list[str]:
        with create_engine(postgres.url(), poolclass=NullPool).connect() as connection:
            return list(connection.scalars(text("select datname from pg_database order by 1")))

    before = names()
    done = run(suite, postgres.url(), *processes)
    assert done.returncode == 0, done.stdout
    assert (suite / "prepared").read_text() == "once\n"
    assert names() == before


@pytest.mark.postgres
def test_without_one_a_run_brings_its_own(suite: Path, processes: list[str]) -> None:
    done = run(suite, "", *processes)
    assert done.returncode == 0, done.stdout
    assert "5 passed" in done.stdout
    assert (suite / "prepared").read_text() == "once\n"


def test_where_no_postgresql_can_start_only_those_tests_fail_that_need_it(
    suite: Path, processes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PG_BIN", "/nowhere")
    done = run(suite, "", *processes)
    assert done.returncode == 1, done.stdout
    assert "PG_BIN=/nowhere holds no program `postgres`" in done.stdout
    assert "1 passed, 4 errors" in done.stdout


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql+psycopg2://me:secret@127.0.0.1:1/db", 'connection to server at "127.0.0.1", port 1 failed'),
        ("postgresql+psycopg2://me:secret@127.0.0.1:secret/db", "this is no address of a server"),
    ],
    ids=["dead", "wrong"],
)
def test_a_server_that_can_not_be_reached_ends_the_run_in_one_line(
    suite: Path, processes: list[str], url: str, reason: str
) -> None:
    done = run(suite, url, *processes)
    said = done.stdout + done.stderr
    assert done.returncode == pytest.ExitCode.USAGE_ERROR, said
    assert done.stdout.count(f"TEST_DATABASE_URL: {reason}") == 1
    assert "Traceback" not in said
    assert "secret" not in said


def test_another_kind_of_database_is_refused(suite: Path, processes: list[str]) -> None:
    done = run(suite, "mysql://me@host/db", *processes)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "TEST_DATABASE_URL is sqlite://, or begins with" in done.stderr
