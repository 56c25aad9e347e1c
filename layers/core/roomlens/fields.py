"""The kinds of values that requests and answers are made of: ids, times, scores, and text that can be stored."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer

LARGEST_ID = 2**31 - 1
ALTERNATIVE: Final = "alternative:"
"""How the tag of a union's alternative begins: pydantic puts it into an error's place, where nobody has sent it."""


def _readable(value: str) -> str:
    """PostgreSQL stores neither NUL nor half a surrogate pair, and no person types them."""
    if "\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
        raise ValueError("must not contain NUL or lone surrogates")
    return value


def _rfc3339(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _in_utc(value: datetime) -> datetime:
    if not 1900 <= value.year <= 2100:  # no photo is older, and no time zone carries it over the calendar's edge
        raise ValueError("lies outside of the years 1900 to 2100")
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Readable = AfterValidator(_readable)
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Time = Annotated[datetime, AfterValidator(_in_utc), PlainSerializer(_rfc3339, return_type=str, when_used="json")]


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


def readable_filename(name: str | None) -> str:
    """The last part of a file's name, as far as it can be stored and shown; `photo` where there is none."""
    last = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(sign for sign in last if sign.isprintable() and not "\ud800" <= sign <= "\udfff")
    return kept[:255] or "photo"


# form fields: a browser sends an empty string for what was left out
OptionalId = Annotated[Id | None, BeforeValidator(_none_if_empty)]
OptionalTime = Annotated[Time | None, BeforeValidator(_none_if_empty)]
Score = Annotated[float, Field(ge=0, le=1)]
Line = Annotated[str, Field(max_length=200), Readable]
OptionalLine = Annotated[Annotated[str, Field(max_length=2_000), Readable] | None, BeforeValidator(_none_if_empty)]
OptionalReadable = Annotated[str, Readable] | None
