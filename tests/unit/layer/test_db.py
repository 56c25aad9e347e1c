"""Where the database is."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import URL

from roomlens.db import database_url
from roomlens.errors import UnavailableError
from roomlens.settings import database_settings


@pytest.fixture
def secrets(environment: None) -> Iterator[Any]:
    """Secrets Manager in memory."""
    import boto3
    from moto import mock_aws

    with mock_aws():
        yield boto3.client("secretsmanager")


@pytest.mark.parametrize("scheme", ["postgresql+psycopg2", "postgresql", "postgres"])
def test_a_plain_url_is_taken_with_our_driver(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://me:pw@host/db")
    assert database_url(database_settings()) == "postgresql+psycopg2://me:pw@host/db"


def test_a_secret_as_rds_makes_it_becomes_a_url(secrets: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = {"host": "db.local", "port": 5433, "username": "me", "password": "p@ss/word", "dbname": "rooms"}
    made = secrets.create_secret(Name="db", SecretString=json.dumps(secret))
    monkeypatch.setenv("DATABASE_SECRET_ARN", made["ARN"])
    url = database_url(database_settings())
    assert isinstance(url, URL)
    assert (url.drivername, url.host, url.port, url.database) == ("postgresql+psycopg2", "db.local", 5433, "rooms")
    assert (url.username, url.password) == ("me", "p@ss/word")


def test_a_secret_that_can_not_be_read_is_a_reason_to_try_again(secrets: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_SECRET_ARN", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:gone")
    with pytest.raises(UnavailableError) as refused:
        database_url(database_settings())
    assert "secret:gone" not in refused.value.detail
