"""Opaque cursors: where a list goes on."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from roomlens.errors import ValidationError
from roomlens.fields import LARGEST_ID

_PREFIX = "after:"
_MOMENT = "before:"
_QUERY: Final = "/query/cursor"
_NAME: Final = re.compile("[A-Za-z0-9_-]{1,80}")
_UTC_ITSELF: Final = timedelta(0)  # PostgreSQL can't read every offset that Python can
_Row = TypeVar("_Row")


def encode_cursor(last_id: int) -> str:
    return _opaque(f"{_PREFIX}{last_id}")


def decode_cursor(cursor: str | None, pointer: str = _QUERY) -> int:
    """The last id that was seen; 0 at the start. `pointer`: where the cursor stands in the request.

    Raises ValidationError for what `encode_cursor` did not make.
    """
    if cursor is None:
        return 0
    plain = _plain(cursor, pointer)
    digits = plain.removeprefix(_PREFIX)
    if plain.startswith(_PREFIX) and digits.isdecimal() and (last_id := int(digits)) <= LARGEST_ID:
        return last_id
    raise _not_ours(pointer)


def _opaque(plain: str) -> str:
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _plain(cursor: str, pointer: str = _QUERY) -> str:
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except ValueError:  # binascii.Error and UnicodeDecodeError are both
        raise _not_ours(pointer) from None


def _not_ours(pointer: str = _QUERY) -> ValidationError:
    return ValidationError("The cursor is not one of ours; start again without it.", pointer=pointer)


def encode_moment(moment: datetime, name: str) -> str:
    """The place of a row in a list by time: its moment, and its name among those of the same moment."""
    return _opaque(f"{_MOMENT}{moment.astimezone(UTC).isoformat()}|{name}")


def decode_moment(cursor: str | None) -> tuple[datetime, str] | None:
    """The row that was seen last; None at the start. Raises ValidationError for what `encode_moment` did not make."""
    if cursor is None:
        return None
    plain = _plain(cursor)
    moment, _, name = plain.removeprefix(_MOMENT).partition("|")
    try:
        when = datetime.fromisoformat(moment)
    except ValueError:
        raise _not_ours() from None
    if not plain.startswith(_MOMENT) or when.utcoffset() != _UTC_ITSELF or not _NAME.fullmatch(name):
        raise _not_ours()
    return when, name


def page_of(
    rows: Sequence[_Row], limit: int, identify: Callable[[_Row], int | tuple[datetime, str]]
) -> tuple[Sequence[_Row], str | None]:
    """Of `limit + 1` rows that were asked for, those to show, and the cursor after them: None at the end. `identify`
    gives what the list is ordered by: an id, or a moment and a name."""
    shown = rows[:limit]
    if len(rows) <= limit:
        return shown, None
    place = identify(shown[-1])
    return shown, encode_cursor(place) if isinstance(place, int) else encode_moment(*place)
