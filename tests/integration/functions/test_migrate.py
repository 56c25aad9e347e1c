"""The schema is brought up to date for CloudFormation, which waits for an answer, and for whoever asks by hand."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import ProgrammingError

from migrations import migrate
from rig.database_server import DatabaseServer
from rig.receiver import Receiver
from roomlens.isolation import hold_to

pytestmark = pytest.mark.postgres


class Context:
    log_stream_name = "2026/11/24/[$LATEST]abc"

    def __init__(self, seconds: float = 600) -> None:
        self._seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(self._seconds * 1000)


@pytest.fixture(autouse=True)
def of_tests(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "engine", lambda: database)
    monkeypatch.setattr(migrate, "_PAUSES", (0.0, 0.0))


@pytest.fixture
def connection(database: Engine) -> Iterator[Connection]:
    with database.connect() as connection:
        yield connection
        connection.rollback()


def asked(receiver: Receiver, kind: str = "Create", **more: str) -> dict[str, Any]:
    return {
        "RequestType": kind,
        "ResponseURL": f"{receiver.url}answers/1?X-Amz-Signature=abc",
        "StackId": "arn:of:the:stack",
        "RequestId": "request-1",
        "LogicalResourceId": "Migration",
        "ResourceType": "Custom::Migration",
        "ResourceProperties": {"Head": "0005"},
        **more,
    }


def answered(receiver: Receiver) -> Any:
    (message,) = receiver.received
    assert (message.path, message.headers["content-type"]) == ("/answers/1?X-Amz-Signature=abc", "")
    return message.json


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_cloudformation_is_told_that_the_schema_is_up_to_date(kind: str, receiver: Receiver) -> None:
    done = migrate.handler(asked(receiver, kind), Context())
    said = answered(receiver)
    assert said["Status"] == "SUCCESS"
    assert said["Data"] == done
    assert done["before"] == done["after"]
    echoed = {"StackId": "arn:of:the:stack", "RequestId": "request-1", "LogicalResourceId": "Migration"}
    assert said.items() >= {**echoed, "PhysicalResourceId": "schema"}.items()


def test_who_asks_by_hand_is_told_by_the_answer(receiver: Receiver) -> None:
    done = migrate.handler({}, Context())
    assert done["before"] == done["after"]
    assert receiver.received == []


def test_a_resource_that_is_deleted_deletes_nothing(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "engine", None)  # it isn't even asked
    assert migrate.handler(asked(receiver, "Delete", PhysicalResourceId="schema-of-old"), Context()) == {}
    assert answered(receiver).items() >= {"Status": "SUCCESS", "PhysicalResourceId": "schema-of-old"}.items()


def test_cloudformation_is_told_of_a_failure_and_not_of_what_an_error_says(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "engine", lambda: create_engine("postgresql+psycopg2://me:secret@127.0.0.1:1/none"))
    assert migrate.handler(asked(receiver), Context()) == {}
    said = answered(receiver)
    assert said["Status"] == "FAILED"
    assert said["Reason"] == f"OperationalError: see the log ({Context.log_stream_name})"


def test_who_asks_by_hand_sees_the_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "engine", lambda: create_engine("postgresql+psycopg2://me:secret@127.0.0.1:1/none"))
    with pytest.raises(Exception, match="connection"):
        migrate.handler({}, Context())


def test_when_time_runs_out_cloudformation_is_told_before_it_has(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And only once, though the work comes to its end after all."""
    monkeypatch.setattr(migrate, "migrate", lambda: {"before": None, "after": str(receiver.wait())})
    migrate.handler(asked(receiver), Context(migrate._SECONDS_TO_ANSWER + 0.01))
    said = answered(receiver)
    assert said["Status"] == "FAILED"
    assert said["Reason"].startswith("the time did not suffice")


def test_an_answer_that_does_not_get_through_is_given_again(receiver: Receiver) -> None:
    receiver.answers(503, 500)
    migrate.handler(asked(receiver), Context())
    assert [message.json["Status"] for message in receiver.received] == ["SUCCESS"] * 3


def test_an_answer_that_never_gets_through_is_an_error_so_that_lambda_comes_again(receiver: Receiver) -> None:
    receiver.answers(503, 503, 503)
    with pytest.raises(OSError, match="503"):
        migrate.handler(asked(receiver), Context())


def test_two_who_migrate_at_once_migrate_once(postgres: DatabaseServer) -> None:
    engine = create_engine(postgres.new(f"both_{uuid4().hex[:8]}"))

    def turn(_: int) -> tuple[str | None, str | None]:
        with engine.begin() as connection:
            return migrate.upgrade(connection)

    with ThreadPoolExecutor(2) as pool:
        first, second = sorted(pool.map(turn, range(2)), key=lambda done: done[0] or "")
    engine.dispose()
    assert first[0] is None
    assert second == (first[1], first[1])


def test_a_schema_that_is_newer_than_the_code_is_left_as_it_is(connection: Connection) -> None:
    """A deploy that failed is being rolled back."""
    connection.execute(text("update alembic_version set version_num = 'of tomorrow'"))
    assert migrate.upgrade(connection) == ("of tomorrow", "of tomorrow")


def test_where_iam_vouches_for_nobody_nobody_is_let_in(connection: Connection) -> None:
    before = logins(connection)
    migrate.admit(connection)
    assert logins(connection) == before


def test_on_aurora_iam_vouches_for_the_functions_roles_within_limits(connection: Connection) -> None:
    connection.execute(text("create role rds_iam"))
    migrate.admit(connection)
    migrate.admit(connection)
    found = {name: rest for name, *rest in logins(connection)}
    limits = ["idle_in_transaction_session_timeout=60s", "lock_timeout=10s", "statement_timeout=25s"]
    assert found["roomlens_app_login"] == [True, True, limits]
    assert found["roomlens_operator_login"][:2] == [True, True]
    assert found["roomlens_app"][:2] == found["roomlens_operator"][:2] == [False, False]


def test_iam_vouches_for_nobody_else_least_of_all_for_whoever_migrates_by_a_password(connection: Connection) -> None:
    """Aurora asks IAM about all members of rds_iam, those of its members too, and takes no password from them."""
    connection.execute(text("create role rds_iam"))
    migrate.admit(connection)
    assert set(connection.scalars(text(MEMBERS), {"role": "rds_iam"})) == {
        "roomlens_app_login", "roomlens_operator_login",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("user", "works_as"),
    [
        ("roomlens_app_login", ["roomlens_app"]),
        ("roomlens_operator_login", ["roomlens_app", "roomlens_operator"]),
    ],
)
def test_who_logs_in_by_iam_works_as_the_roles_that_policies_name(
    user: str, works_as: list[str], connection: Connection
) -> None:
    connection.execute(text("create role rds_iam"))
    migrate.admit(connection)
    connection.execute(text(f"set local session authorization {user}"))
    for role in works_as:
        hold_to(connection, "acme", everywhere=role == "roomlens_operator")
        assert connection.scalar(text("select current_user")) == role
        assert connection.scalar(text("select count(*) from images")) is not None
    if "roomlens_operator" not in works_as:
        with pytest.raises(ProgrammingError, match="permission denied to set role"):
            hold_to(connection, None, everywhere=True)


MEMBERS = """
with recursive members (oid) as (
    select oid from pg_roles where rolname = :role
    union select m.member from pg_auth_members m join members on m.roleid = members.oid
)
select rolname from pg_roles join members using (oid) where rolname <> :role
"""


def logins(connection: Connection) -> list[Any]:
    """Who may log in, whether by IAM, and with what settings."""
    return list(
        connection.execute(
            text(
                "select rolname, rolcanlogin, exists (select 1 from pg_auth_members m join pg_roles iam on iam.oid = "
                "m.roleid where m.member = r.oid and iam.rolname = 'rds_iam'), "
                "array(select unnest(rolconfig) order by 1)"
                " from pg_roles r where rolname like 'roomlens\\_%' order by 1"
            )
        )
    )
