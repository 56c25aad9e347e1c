"""How often a tenant may ask: so many calls of a kind at once, and so many a minute after that.

A bucket for each tenant and kind holds `at_once` calls and fills with `per_minute`. It is kept as one moment, the one
at which it will be full again (GCRA, as networks of ATM had it), so that a call is counted by one statement, in a
transaction of its own: it counts whatever becomes of the call, and nobody waits for the work of another call
(docs/adr/0031-rate-limits.md). A call that is refused takes nothing, so whoever waits as long as told is let in.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import Any, Final

from sqlalchemy import case, literal
from sqlalchemy.orm import Session

from roomlens.db import session_scope
from roomlens.dialects import insert
from roomlens.errors import RateLimitedError
from roomlens.models import RateLimit
from roomlens.settings import rate_settings
from roomlens.tenancy import current_tenant

_ROUNDING: Final = 0.001  # seconds: a moment of today is known to 0.0000002 in a double, and sums of them to less


class Kind(StrEnum):
    """What is counted; in `rate_limits.kind`, so a word of it is not changed."""

    UPLOAD = "upload"  # photos, one by one
    QUERY = "query"
    CHAT = "chat"  # turns


@dataclass(frozen=True)
class Rate:
    """`per_minute` 0: there is no limit."""

    per_minute: int
    at_once: int

    @property
    def interval(self) -> float:
        """Seconds after which one more may come."""
        return 60 / self.per_minute


def rate_of(kind: Kind) -> Rate:
    settings = rate_settings()
    return {
        Kind.UPLOAD: Rate(settings.uploads_per_minute, settings.uploads_at_once),
        Kind.QUERY: Rate(settings.queries_per_minute, settings.queries_at_once),
        Kind.CHAT: Rate(settings.turns_per_minute, settings.turns_at_once),
    }[kind]


def take(kind: Kind, count: int = 1, *, now: float | None = None) -> None:
    """Counts a call, or several that come as one, for the tenant whose call this is.

    More than the bucket holds are let in when it is full, and owed: nothing else is, until they are paid for.

    now: seconds since 1970. The clocks of AWS differ by less than any limit matters; one that is behind gains nothing,
    for it is the moment in the database that counts.

    Raises RateLimitedError, with the whole seconds after which the same call would be let in.
    """
    if wait := _count(kind, count, min(count, rate_of(kind).at_once), now):
        raise RateLimitedError(f"Too many calls of this kind ({kind}); wait as long as Retry-After says.", ceil(wait))


def owe(kind: Kind, count: int, *, now: float | None = None) -> None:
    """Counts what was done already, of which nobody knew before how much it would be. Later calls wait for it."""
    _count(kind, count, None, now)


def _count(kind: Kind, count: int, needed: int | None, now: float | None) -> float:
    """The seconds to wait."""
    rate = rate_of(kind)
    if not rate.per_minute or not count:
        return 0.0
    now = time.time() if now is None else now
    with session_scope() as session:
        wait: float = session.scalars(_statement(session, kind, rate, count, needed, now)).one()
    return wait


def _statement(session: Session, kind: Kind, rate: Rate, count: int, needed: int | None, now: float) -> Any:
    """Gives the seconds to wait, 0.0 when the call is let in: when as many as are needed are in the bucket, or none
    are. A bucket of which nothing is known is full."""
    table, cost = RateLimit, count * rate.interval
    begins: Any = case((table.spent_until > now, table.spent_until), else_=now)
    missing = literal(0.0) if needed is None else begins - now - (rate.at_once - needed) * rate.interval
    return (
        insert(session, table)
        .values(tenant_id=current_tenant(), kind=kind, spent_until=now + cost, wait_seconds=0.0)
        .on_conflict_do_update(
            index_elements=[table.tenant_id, table.kind],
            set_={
                "spent_until": case((missing > _ROUNDING, table.spent_until), else_=begins + cost),
                "wait_seconds": case((missing > _ROUNDING, missing), else_=0.0),
            },
        )
        .returning(table.wait_seconds)
    )
