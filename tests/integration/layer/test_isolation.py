"""The database itself holds a transaction to its tenant, whatever the statement says."""

from collections.abc import Iterator
from contextlib import nullcontext, suppress

import pytest
from sqlalchemy import Connection, Engine, delete, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from roomlens.db import SessionFactory, session_scope
from roomlens.errors import UnauthorizedError
from roomlens.isolation import APP_ROLE, OPERATOR_ROLE, SEARCHABLE, hold_to, is_owned
from roomlens.models import Base, Listing, ModelInForce, ModelVersionRow
from roomlens.tenancy import acting_everywhere, acting_for
from tests.factories import make_listing, make_photo
from tests.fakes import FakeAnalyzer

OF_ALL = {ModelVersionRow.__tablename__, ModelInForce.__tablename__}
"""Tables of what a deployment has one of."""
OWNED = [table for table in Base.metadata.sorted_tables if is_owned(table)]


@pytest.fixture
def two(db: Session, s3: object, analyzer: FakeAnalyzer) -> dict[str, int]:
    """A listing with a photo for each of two tenants, by its id."""
    made = {}
    for tenant in ("a", "b"):
        with acting_for(tenant), session_scope() as session:
            made[tenant] = make_listing(session, title=tenant).id
            make_photo(session, listing_id=made[tenant])
    return made


def test_every_table_has_tenants_or_is_of_the_whole_deployment() -> None:
    assert {table.name for table in Base.metadata.sorted_tables} - {table.name for table in OWNED} == OF_ALL


def test_rows_of_another_are_neither_read_nor_changed_nor_deleted(two: dict[str, int]) -> None:
    theirs = Listing.id == two["b"]
    with acting_for("a"), session_scope() as session:
        assert session.scalars(select(Listing.title)).all() == ["a"]
        assert session.get(Listing, two["b"]) is None
        assert session.scalar(select(func.count()).select_from(Listing.__table__.alias())) == 1
        for statement in (update(Listing).values(title="mine now").where(theirs), delete(Listing).where(theirs)):
            session.execute(statement)
    with acting_for("b"), session_scope() as session:
        assert session.scalars(select(Listing.title)).all() == ["b"]


def test_no_row_is_made_for_another(two: dict[str, int]) -> None:
    planted = Listing.__table__.insert().values(tenant_id="b", title="planted")
    with acting_for("a"), pytest.raises(DBAPIError, match=r"row-level security|another tenant"):  # noqa: SIM117
        with session_scope() as session:
            session.execute(planted)
    with acting_for("b"), session_scope() as session:
        assert session.scalars(select(Listing.title)).all() == ["b"]


def test_no_row_is_given_away(two: dict[str, int]) -> None:
    with acting_for("a"), pytest.raises(DBAPIError, match=r"row-level security|another tenant"):  # noqa: SIM117
        with session_scope() as session:
            session.execute(update(Listing).values(tenant_id="b"))
    with acting_for("a"), session_scope() as session:
        assert session.scalars(select(Listing.title)).all() == ["a"]


def test_a_session_that_goes_on_after_a_rollback_is_held_to_its_tenant_again(two: dict[str, int]) -> None:
    with acting_for("a"), SessionFactory() as session:
        session.scalars(select(Listing.title)).all()
        session.rollback()
        assert session.scalars(select(Listing.title)).all() == ["a"]
        with suppress(LookupError), session.begin_nested():
            raise LookupError
        assert session.scalars(select(Listing.title)).all() == ["a"]


def test_who_looks_after_the_deployment_sees_all(two: dict[str, int]) -> None:
    with acting_everywhere(), session_scope() as session:
        assert sorted(session.scalars(select(Listing.title))) == ["a", "b"]


def test_no_statement_is_sent_for_nobody(db: Session) -> None:
    from contextvars import Context

    def ask() -> None:
        with session_scope() as session:
            session.scalar(select(func.count(Listing.id)))

    with pytest.raises(UnauthorizedError):
        Context().run(ask)


# ---------------------------------------------------------------------------------------------- PostgreSQL's own part


@pytest.fixture
def connection(database: Engine) -> Iterator[Connection]:
    with database.connect() as connection:
        yield connection
        connection.rollback()


@pytest.mark.postgres
def test_neither_role_can_leave_row_level_security(connection: Connection) -> None:
    """Nor is one of them the owner of a table, or, when it logs in itself, a member of who is."""
    roles = connection.execute(
        text("select rolname, rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname like 'roomlens\\_%'")
    ).all()
    assert {(row.rolname, *row[1:]) for row in roles} == {
        (APP_ROLE, False, False, False), (OPERATOR_ROLE, False, False, False),
    }  # fmt: skip
    assert connection.scalar(text(f"select pg_has_role('{APP_ROLE}', '{OPERATOR_ROLE}', 'member')")) is False
    owners = select(text("tableowner")).select_from(text("pg_tables")).where(text("schemaname = 'public'"))
    assert not {APP_ROLE, OPERATOR_ROLE} & set(connection.scalars(owners))


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("login", "everywhere", "works"),
    [(APP_ROLE, False, True), (APP_ROLE, True, False), (OPERATOR_ROLE, False, True), (OPERATOR_ROLE, True, True)],
)
def test_who_logs_in_as_one_of_the_roles_gets_no_further_than_it_is_for(
    login: str, everywhere: bool, works: bool, two: dict[str, int], db: Session
) -> None:
    """As functions do with IAM: the reconciler looks at all tasks, and then works for the tenant of each."""
    db.connection()
    db.execute(text(f"reset role; set local session authorization {login}"))
    with nullcontext() if works else pytest.raises(DBAPIError, match="permission denied to set role"):
        hold_to(db.connection(), "a", everywhere=everywhere)
        assert sorted(db.scalars(select(Listing.title))) == (["a", "b"] if everywhere else ["a"])


@pytest.mark.postgres
def test_every_table_of_tenants_has_its_policies(connection: Connection) -> None:
    held = connection.execute(
        text(
            "select relname, relrowsecurity, array_agg(polname::text order by polname) from pg_class"
            " join pg_policy on polrelid = pg_class.oid group by 1, 2"
        )
    ).all()
    policies = ["everywhere", "tenant"]
    assert sorted((*row,) for row in held) == sorted((table.name, True, policies) for table in OWNED)


@pytest.mark.postgres
@pytest.mark.parametrize("tenant", ["", "c"])
def test_who_names_nobody_sees_nothing_in_any_table(tenant: str, two: dict[str, int], db: Session) -> None:
    hold = text("select set_config('role', :role, true), set_config('roomlens.tenant', :tenant, true)")
    db.execute(hold, {"role": APP_ROLE, "tenant": tenant})
    for table in OWNED:
        assert db.scalar(select(func.count()).select_from(table)) == 0, table.name
    for name in db.scalars(text(f"select viewname from pg_views where schemaname = '{SEARCHABLE}'")).all():
        assert db.scalar(text(f"select count(*) from {SEARCHABLE}.{name}")) == 0, name


@pytest.mark.postgres
def test_the_functions_role_may_not_change_the_schema_nor_its_history(db: Session) -> None:
    db.connection()
    for statement in (
        "create table planted (id int)",
        "alter table listings disable row level security",
        "drop policy tenant on listings",
        f"create or replace view {SEARCHABLE}.listings as select * from listings",
        "select * from alembic_version",
        "truncate listings cascade",
    ):
        with pytest.raises(DBAPIError, match=r"permission denied|must be owner"), db.begin_nested():
            db.execute(text(statement))


@pytest.mark.postgres
def test_what_a_transaction_was_held_to_ends_with_it(connection: Connection) -> None:
    """Whoever has the connection next, through RDS Proxy too, begins as nobody."""
    hold_to(connection, "a", everywhere=False)
    told = text("select current_setting('role'), current_setting('roomlens.tenant')")
    assert connection.execute(told).one() == (APP_ROLE, "a")
    connection.commit()
    assert connection.execute(told).one() == ("none", "")
