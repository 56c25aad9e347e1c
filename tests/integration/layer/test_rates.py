"""How often a tenant may ask: what is counted, and what whoever asks too often is told. Nobody waits for anything:
each test says what time it is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from roomlens import rates
from roomlens.errors import RateLimitedError
from roomlens.models import RateLimit
from roomlens.rates import Kind
from roomlens.settings import forget_settings
from roomlens.tenancy import acting_for

NOON = 1_795_000_000.0
"""Seconds since 1970."""


@pytest.fixture(autouse=True)
def limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A question each 10 seconds, and three of them at once."""
    monkeypatch.setenv("TURNS_PER_MINUTE", "6")
    monkeypatch.setenv("TURNS_AT_ONCE", "3")
    monkeypatch.setenv("QUERIES_PER_MINUTE", "0")
    forget_settings()


def told_to_wait(at: float, count: int = 1, *, tenant: str = "a") -> int:
    """Seconds; 0 for whoever is let in."""
    try:
        with acting_for(tenant):
            rates.take(Kind.CHAT, count, now=NOON + at)
    except RateLimitedError as error:
        return error.retry_after or 0
    return 0


@pytest.mark.usefixtures("db")
def test_so_many_are_let_in_at_once_and_then_one_at_each_interval() -> None:
    assert [told_to_wait(0) for _ in range(5)] == [0, 0, 0, 10, 10]
    assert [told_to_wait(at) for at in (9.5, 10, 10, 15)] == [1, 0, 10, 5]


@pytest.mark.usefixtures("db")
def test_whoever_waits_as_long_as_told_is_let_in_and_what_was_refused_took_nothing() -> None:
    assert [told_to_wait(0, 3), *(told_to_wait(at) for at in range(10)), told_to_wait(10)] == [0, *range(10, 0, -1), 0]


@pytest.mark.usefixtures("db")
def test_who_rests_has_all_at_once_again_and_no_more() -> None:
    assert told_to_wait(0, 3) == 0
    assert [told_to_wait(3600) for _ in range(4)] == [0, 0, 0, 10]


@pytest.mark.usefixtures("db")
def test_more_than_there_ever_are_come_in_when_there_were_none_and_are_owed() -> None:
    """Otherwise a batch that is larger than the limit could never be sent."""
    assert told_to_wait(0) == 0
    assert told_to_wait(0, 100) == 10
    assert told_to_wait(10, 100) == 0
    assert told_to_wait(10) == 1000 - 20


@pytest.mark.usefixtures("db")
def test_tenants_do_not_take_from_each_other() -> None:
    assert [told_to_wait(0, 3), told_to_wait(0), told_to_wait(0, tenant="b")] == [0, 10, 0]


@pytest.mark.usefixtures("db")
def test_what_is_owed_is_waited_for() -> None:
    with acting_for("a"):
        rates.owe(Kind.CHAT, 5, now=NOON)
        rates.owe(Kind.CHAT, 5, now=NOON)  # though there is no room for it
    assert told_to_wait(0) == 100 - 20


@pytest.mark.usefixtures("db")
def test_a_clock_that_is_behind_gains_nothing() -> None:
    assert told_to_wait(0, 3) == 0
    assert told_to_wait(-5) == 15


def test_without_a_limit_the_database_is_not_asked(db: Session) -> None:
    with acting_for("a"):
        rates.take(Kind.QUERY, 1_000_000)
        rates.owe(Kind.CHAT, 0)
    assert db.scalars(select(RateLimit)).all() == []


def test_a_call_costs_one_statement_whether_it_is_let_in_or_not(db: Session) -> None:
    told: list[str] = []
    event.listen(db.get_bind(), "before_cursor_execute", lambda *given: told.append(given[2]))
    assert [told_to_wait(0, 3), told_to_wait(0)] == [0, 10]
    assert sum("rate_limits" in statement for statement in told) == 2


@pytest.mark.postgres
def test_calls_at_the_same_moment_share_what_there_is(database_of_all: Engine) -> None:
    with ThreadPoolExecutor(5) as pool:
        waits = list(pool.map(lambda _: told_to_wait(0), range(20)))
    assert sorted(waits) == [0] * 3 + [10] * 17
