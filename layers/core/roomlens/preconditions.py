"""`ETag` and `If-Match`: nobody overwrites what he has not seen (RFC 9110, 13.1.1)."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from roomlens.errors import PreconditionFailedError


def tag_of(told: Any) -> str:
    """A strong entity tag that changes with what is told: values of JSON, and times with a zone."""
    return f'"{hashlib.sha256(json.dumps(told, default=_in_utc).encode()).hexdigest()[:16]}"'


def _in_utc(moment: datetime) -> str:
    """The same in whatever time zone a database's session is."""
    return moment.astimezone(UTC).isoformat()


def require_match(if_match: str | None, tag: str, noun: str) -> None:
    """Raises PreconditionFailedError unless nothing was asked for, one of the listed tags is this one, or any will do;
    a weak tag matches nothing."""
    if if_match is None or if_match.strip() == "*" or tag in (listed.strip() for listed in if_match.split(",")):
        return
    raise PreconditionFailedError(f"The {noun} has changed since you read it; read it again.")
