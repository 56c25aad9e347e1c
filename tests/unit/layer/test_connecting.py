"""Where the database is, and who logs in there."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from roomlens import connecting
from roomlens.errors import ConfigurationError, UnavailableError
from roomlens.settings import database_settings

SECRET = {"host": "db.local", "port": 5433, "username": "me", "password": "p@ss/word", "dbname": "rooms"}


class Door:
    """What the driver is asked for; it lets nobody in."""

    def __init__(self, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
        self._engine, self.asked = engine, list[dict[str, Any]]()
        monkeypatch.setattr(engine.dialect, "connect", self._connect)

    def knock(self) -> list[dict[str, Any]]:
        self.asked.clear()
        with pytest.raises(OperationalError, match="nobody"):
            self._engine.connect()
        return self.asked

    def _connect(self, *_: Any, **options: Any) -> None:
        self.asked.append(options)
        raise psycopg2.OperationalError("nobody is let in")


class Secrets:
    """Secrets Manager with one secret; each time it is read it says the next thing, and the last one for ever."""

    def __init__(self, *said: dict[str, Any]) -> None:
        self._said = list(said)

    def get_secret_value(self, SecretId: str) -> dict[str, str]:  # noqa: N803 - Amazon's spelling
        assert SecretId == "arn:of:the:secret"
        return {"SecretString": json.dumps(self._said.pop(0) if len(self._said) > 1 else self._said[0])}


class Signer:
    """What boto3's client of RDS signs, without a key."""

    def __init__(self) -> None:
        self.signed = 0

    def generate_db_auth_token(self, DBHostname: str, Port: int, DBUsername: str) -> str:  # noqa: N803
        self.signed += 1
        return f"{DBUsername}@{DBHostname}:{Port}?{self.signed}"


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    yield
    connecting._secrets_manager.cache_clear()
    connecting._rds.cache_clear()


@pytest.fixture
def with_secret(environment: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    def door(*said: dict[str, Any], **settings: str) -> Door:
        secrets = Secrets(*said)
        monkeypatch.setattr(connecting, "_secrets_manager", lambda: secrets)
        for name, value in {"DATABASE_SECRET_ARN": "arn:of:the:secret", **settings}.items():
            monkeypatch.setenv(name, value)
        return Door(connecting.database_engine(database_settings()), monkeypatch)

    return door


@pytest.mark.parametrize("scheme", ["postgresql+psycopg2", "postgresql", "postgres"])
def test_a_plain_url_is_taken_with_our_driver(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://me:pw@host/db")
    url = connecting.database_engine(database_settings()).url
    assert url.render_as_string(hide_password=False) == "postgresql+psycopg2://me:pw@host/db"


def test_a_secret_says_where_the_database_is_and_who_comes(with_secret: Any) -> None:
    (asked,) = with_secret(SECRET).knock()
    said = {"host": "db.local", "port": "5433", "user": "me", "password": "p@ss/word", "dbname": "rooms"}
    assert asked.items() >= {**said, "sslmode": "require", "connect_timeout": 10}.items()


def test_what_the_secret_of_a_cluster_does_not_say_is_in_the_settings(with_secret: Any) -> None:
    of_a_cluster = {"username": "me", "password": "pw"}
    (asked,) = with_secret(of_a_cluster, DATABASE_HOST="writer.local", DATABASE_NAME="rooms").knock()
    assert (asked["host"], asked["port"], asked["dbname"]) == ("writer.local", "5432", "rooms")


def test_a_secret_that_has_been_rotated_is_read_again_and_tried_once(with_secret: Any) -> None:
    door = with_secret(SECRET, {**SECRET, "password": "next"})
    assert [asked["password"] for asked in door.knock()] == ["p@ss/word"]
    assert [asked["password"] for asked in door.knock()] == ["p@ss/word", "next"]
    assert [asked["password"] for asked in door.knock()] == ["next"]


def test_a_secret_without_a_host_is_a_mistake_of_the_operator(with_secret: Any) -> None:
    door = with_secret({"username": "me", "password": "pw"})
    with pytest.raises(ConfigurationError, match="lacks host"):
        door._engine.connect()


def test_a_secret_that_can_not_be_read_is_a_reason_to_try_again(
    environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from moto import mock_aws

    monkeypatch.setenv("DATABASE_SECRET_ARN", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:gone")
    with mock_aws(), pytest.raises(UnavailableError) as refused:
        connecting.database_engine(database_settings()).connect()
    assert "secret:gone" not in refused.value.detail


def test_iam_vouches_anew_for_each_connection(environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    signer = Signer()
    monkeypatch.setattr(connecting, "_rds", lambda: signer)
    for name, value in {"HOST": "proxy.local", "USER": "roomlens_app", "NAME": "rooms", "PORT": "6432"}.items():
        monkeypatch.setenv(f"DATABASE_{name}", value)
    door = Door(connecting.database_engine(database_settings()), monkeypatch)
    asked = [*door.knock(), *door.knock()]
    assert [one["password"] for one in asked] == [f"roomlens_app@proxy.local:6432?{turn}" for turn in (1, 2)]
    said = {"host": "proxy.local", "port": "6432", "user": "roomlens_app", "dbname": "rooms", "sslmode": "require"}
    assert all(one.items() >= said.items() for one in asked)


def test_a_token_of_iam_is_signed_on_this_machine(environment: None) -> None:
    token = connecting._rds().generate_db_auth_token(DBHostname="proxy.local", Port=5432, DBUsername="roomlens_app")
    assert token.startswith("proxy.local:5432/?Action=connect&DBUser=roomlens_app&X-Amz-Algorithm=AWS4-HMAC-SHA256")
