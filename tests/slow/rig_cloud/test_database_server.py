"""Databases of a test run on one server: each process has its own, and none stays."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from rig.database_server import DatabaseServer, DatabaseServerError

pytestmark = pytest.mark.postgres


@pytest.fixture
def server(postgres: DatabaseServer) -> DatabaseServer:
    """Another run on the same server, and another one in each process of this run."""
    return DatabaseServer(postgres.url(), f"{postgres.run}x{uuid.uuid4().hex[:8]}", "gw0")


def run(url: str, statement: str) -> list[object]:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        result = connection.execute(text(statement))
        return list(result.scalars()) if result.returns_rows else []


def names(server: DatabaseServer) -> list[object]:
    """The databases of the server's run; other processes make others meanwhile."""
    return run(server.url(), f"select datname from pg_database where starts_with(datname, '{server.run}')")


def with_a_table(url: str) -> None:
    run(url, "create table rooms as select 'hall' as name")


def test_a_new_database_is_empty_and_named_for_its_run_and_process(server: DatabaseServer) -> None:
    url = server.new("first")
    assert run(url, "select count(*) from pg_tables where schemaname = 'public'") == [0]
    assert run(url, "select current_database()") == [f"{server.run}_gw0_first"]
    server.drop_all()


def test_processes_that_ask_at_once_make_the_template_once_and_share_nothing(server: DatabaseServer) -> None:
    made: list[str] = []

    def prepare(url: str) -> None:
        with_a_table(url)
        made.append(url)

    def copy(number: int) -> str:
        return DatabaseServer(server.url(), server.run, f"gw{number}").copy("tests", "template", prepare)

    with ThreadPoolExecutor(4) as pool:
        urls = list(pool.map(copy, range(4)))
    assert len(made) == 1
    run(urls[0], "delete from rooms")
    assert [run(url, "select name from rooms") for url in urls] == [[], ["hall"], ["hall"], ["hall"]]
    server.drop_all()


def test_a_template_that_could_not_be_finished_is_made_again(server: DatabaseServer) -> None:
    def fail(url: str) -> None:
        with_a_table(url)
        raise RuntimeError("on the way")

    with pytest.raises(RuntimeError, match="on the way"):
        server.copy("tests", "template", fail)
    assert run(server.copy("tests", "template", with_a_table), "select name from rooms") == ["hall"]
    server.drop_all()


def test_the_end_of_a_run_removes_its_databases_though_they_are_in_use_and_no_others(server: DatabaseServer) -> None:
    longer = DatabaseServer(server.url(), f"x{server.run}")  # a run whose name only contains ours
    longer.new("first")
    url = DatabaseServer(server.url(), server.run, "gw1").copy("tests", "template", with_a_table)
    with create_engine(url, poolclass=NullPool).connect() as connection:
        connection.execute(text("select 1"))
        server.drop_all()
        with pytest.raises(OperationalError):
            connection.execute(text("select 1"))
    assert names(server) == []
    assert len(names(longer)) == 1
    longer.drop_all()


def test_an_address_that_names_no_driver_is_taken_with_ours(server: DatabaseServer) -> None:
    plain = server.url().replace("postgresql+psycopg2://", "postgresql://")
    assert plain.startswith("postgresql://")
    assert DatabaseServer(plain, "run").url("other") == server.url("other")


def test_a_server_that_does_not_answer_is_one_line_without_its_password() -> None:
    with pytest.raises(DatabaseServerError, match=r'^connection to server at "127\.0\.0\.1", port 1 failed') as raised:
        DatabaseServer("postgresql://me:secret@127.0.0.1:1/db", "run_x").check()
    assert "\n" not in str(raised.value)
    assert "secret" not in str(raised.value)
