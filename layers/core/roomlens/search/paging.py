"""Pages of a search. A cursor holds the place of the last hit that was shown, the question, and the model.

Hits of another question or of another model are in another order, so a cursor of either can't go on. It is no secret:
whoever makes one up gets a page of an answer that is theirs to ask for. Its check value only tells a cursor from what
a copy and paste has left of one.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import orjson

from roomlens.errors import CursorStaleError, ValidationError
from roomlens.search.question import Question

_Thing = TypeVar("_Thing")


@dataclass(frozen=True)
class Position:
    """How many hits were shown, and the photo of the last one, or its listing; none at the start."""

    shown: int = 0
    last: int | None = None


def encode(position: Position, question: Question) -> str:
    body = orjson.dumps([position.shown, position.last, question.fingerprint, question.embedder])
    return _text(zlib.crc32(body).to_bytes(4, "big") + body)


def decode(cursor: str | None, question: Question) -> Position:
    """Where a cursor goes on.

    Raises ValidationError for what `encode` did not make for this question, and CursorStaleError when another model
    has come into force.
    """
    if cursor is None:
        return Position()
    shown, last, fingerprint, embedder = _parts(cursor)
    if embedder != question.embedder:  # first: a picture that is sent is another question to another model
        raise CursorStaleError("Another model has come into force since the last page; start again without a cursor.")
    if fingerprint != question.fingerprint:
        raise ValidationError("The cursor belongs to another question; start again without it.", "/body/cursor")
    return Position(shown, last)


def _parts(cursor: str) -> tuple[int, int, str, str]:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        check, body = raw[:4], raw[4:]
        if zlib.crc32(body).to_bytes(4, "big") == check and _text(raw) == cursor:
            shown, last, fingerprint, embedder = orjson.loads(body)
            if isinstance(shown, int) and isinstance(last, int) and shown > 0:
                return shown, last, fingerprint, embedder
    except (ValueError, TypeError):  # binascii.Error and orjson.JSONDecodeError are both ValueErrors
        pass
    raise ValidationError("The cursor is not one of ours; start again without it.", "/body/cursor")


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def page_of(
    things: Sequence[_Thing], position: Position, k: int, identify: Callable[[_Thing], int]
) -> tuple[Sequence[_Thing], int, Position | None]:
    """The next k things, how many come before them, and where the page after them begins: None at the end.

    Where rows have changed in between, the list goes on behind the last one that was shown, wherever that is now. Where
    that one is gone, what stood behind it has moved up into its place.
    """
    start = position.shown
    if start and (start > len(things) or identify(things[start - 1]) != position.last):
        places = {identify(thing): place for place, thing in enumerate(things, start=1)}
        start = places.get(position.last or 0, start - 1)
    shown = things[start : start + k]
    more = len(things) > start + k
    return shown, start, Position(start + k, identify(shown[-1])) if more else None
