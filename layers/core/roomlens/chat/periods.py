"""The time that a question speaks of: "in March 2024", "since 2023", "before May 2022". Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

_NAMES: Final = "january february march april may june july august september october november december"
_MONTHS: Final = {name[:3]: number for number, name in enumerate(_NAMES.split(), 1)}
_MONTH: Final = rf"(?P<month>{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in _NAMES.split())})\.?,?\s+"
_WHEN: Final = re.compile(
    rf"\b(?:(?P<side>since|after|from|before|until|till)\s+)?(?:in\s+|of\s+|taken\s+)?(?:{_MONTH})?"
    r"(?P<year>(?:19|20)\d\d)\b(?P<on>\s+(?:to|until|till|on)\b|\s*[-–])?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Period:
    """From `first` up to, but not with, `end`; None where it is open. `name` completes "taken ..."."""

    name: str
    first: datetime | None
    end: datetime | None

    def holds(self, moment: datetime | None) -> bool:
        """Whether a time lies in it; what has no time lies in none."""
        if moment is None:
            return False
        return (self.first is None or moment >= self.first) and (self.end is None or moment < self.end)


def period_in(question: str) -> Period | None:
    """The first time that is named, None where there is none. A year alone is all of it."""
    found = _WHEN.search(question)
    if found is None:
        return None
    year, side = int(found["year"]), (found["side"] or "").lower()
    month = _MONTHS[found["month"][:3].lower()] if found["month"] else None
    first = datetime(year, month or 1, 1, tzinfo=UTC)
    end = _after(year, month)
    name = first.strftime("%B %Y") if month else str(year)
    if side == "since" or (side == "from" and found["on"]):
        return Period(f"since {name}", first, None)
    if side == "after":
        return Period(f"after {name}", end, None)
    if side and side != "from":
        return Period(f"before {name}", None, first)
    return Period(f"in {name}", first, end)


def _after(year: int, month: int | None) -> datetime:
    """Where the month, or the year, has ended."""
    if month is None or month == 12:
        return datetime(year + 1, 1, 1, tzinfo=UTC)
    return datetime(year, month + 1, 1, tzinfo=UTC)
