"""The first user of an Aurora is no superuser: it may make roles and databases, and hand on `rds_iam`. Here is one, on
a server of its own, for roles belong to the whole server."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from migrations import migrate
from rig.postgres import Postgres
from roomlens.dialects import new_engine
from roomlens.isolation import hold_to

pytestmark = pytest.mark.postgres

AS_RDS_DOES = (
    "create role rds_iam nologin",
    "create role first login createrole createdb password 'x'",
    "grant rds_iam to first with admin option, inherit false, set false",
    "create database rooms owner first",
)
# What a role is by memberships that it can make use of. Whoever makes a role is a member that may only hand it on.
ROLES_OF = """
with recursive roles (oid) as (
    select oid from pg_roles where rolname = :user
    union select m.roleid from pg_auth_members m join roles on m.member = roles.oid where inherit_option or set_option
)
select rolname from pg_roles join roles using (oid)
"""


@pytest.fixture(name="url", scope="module")
def _url() -> Iterator[str]:
    with Postgres(durable=False) as server:
        whole = create_engine(server.url(), isolation_level="AUTOCOMMIT")
        with whole.connect() as connection:
            for statement in AS_RDS_DOES:
                connection.exec_driver_sql(statement)
        url = make_url(server.url()).set(database="rooms")
        inside = create_engine(url, isolation_level="AUTOCOMMIT")
        with inside.connect() as connection:
            connection.exec_driver_sql("create extension vector")  # which RDS lets its first user do
        inside.dispose()
        whole.dispose()
        yield url.render_as_string(hide_password=False)


@pytest.fixture(name="first", scope="module")
def _first(url: str) -> Iterator[Engine]:
    engine = new_engine(make_url(url).set(username="first", password="x").render_as_string(hide_password=False))
    for _ in range(2):  # two deploys
        with engine.begin() as connection:
            migrate.upgrade(connection)
            migrate.admit(connection)
    yield engine
    engine.dispose()


def test_two_deploys_leave_it_its_password(first: Engine) -> None:
    with first.connect() as connection:
        assert "rds_iam" not in set(connection.scalars(text(ROLES_OF), {"user": "first"}))
        assert "rds_iam" in set(connection.scalars(text(ROLES_OF), {"user": "roomlens_app_login"}))


@pytest.mark.parametrize(
    ("user", "everywhere"),
    [("roomlens_app_login", False), ("roomlens_operator_login", False), ("roomlens_operator_login", True)],
)
def test_functions_find_their_tables_and_what_search_reads(
    user: str, everywhere: bool, first: Engine, url: str
) -> None:
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"set local session authorization {user}")
        hold_to(connection, "acme", everywhere=everywhere)
        assert connection.scalar(text("select count(*) from images")) == 0
        assert connection.scalar(text("select count(*) from searchable.listings")) == 0
        connection.rollback()
    engine.dispose()
