"""Opaque cursors: where a list goes on."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import TypeVar

from roomlens.errors import ValidationError
from roomlens.fields import LARGEST_ID

_PREFIX = "after:"
_Row = TypeVar("_Row")


def encode_cursor(last_id: int) -> str:
    return base64.urlsafe_b64encode(f"{_PREFIX}{last_id}".encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None) -> int:
    """The last id that was seen; 0 at the start. Raises ValidationError for what `encode_cursor` did not make."""
    if cursor is None:
        return 0
    try:
        plain = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
        digits = plain.removeprefix(_PREFIX)
        if plain.startswith(_PREFIX) and digits.isdecimal() and (last_id := int(digits)) <= LARGEST_ID:
            return last_id
    except ValueError:  # binascii.Error and UnicodeDecodeError are both
        pass
    raise ValidationError("The cursor is not one of ours; start again without it.", pointer="/query/cursor")


def page_of(rows: Sequence[_Row], limit: int, identify: Callable[[_Row], int]) -> tuple[Sequence[_Row], str | None]:
    """Of `limit + 1` rows that were asked for, those to show, and the cursor after them: None at the end."""
    shown = rows[:limit]
    return shown, encode_cursor(identify(shown[-1])) if len(rows) > limit else None
