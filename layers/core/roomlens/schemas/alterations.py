"""Photos that show what is not there: what is declared of them, and how it is shown."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from roomlens.fields import Id, Line, Readable, Time
from roomlens.schemas.base import Answer, Request
from roomlens.vocabulary import AlterationKind

Disclosure = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1_000), Readable]


class AlterationRequest(Request):
    """Says of a photo that it was altered beyond light, crop and colour. What is left out is not known."""

    kind: AlterationKind
    original_image_id: Id | None = Field(None, description="The photo as it was taken, of the same listing.")
    disclosure: Disclosure | None = Field(
        None,
        description="What has to be said wherever the photo is shown; left out, a text for its kind. An empty one "
        "keeps the listing from being publishable.",
    )
    declared_by: Line | None = Field(None, description="Who says so.")


class AlterationOut(Answer):
    """`original_*` are `null` when no original was given, or its photo was deleted."""

    kind: AlterationKind
    original_image_id: int | None
    original_url: str | None = Field(description="A link to the original, which works for a while.")
    disclosure: str
    declared_by: str | None
    created_at: Time
    updated_at: Time


class LedgerEntry(AlterationOut):
    """An altered photo and its original, each with the hash of its bytes."""

    image_id: int
    sha256: str | None
    thumbnail_url: str | None
    original_sha256: str | None
    original_thumbnail_url: str | None


class LedgerAnswer(Answer):
    listing_id: int
    alterations: list[LedgerEntry]


class Blocker(Answer):
    """Why a listing can't be published as it is."""

    image_id: int
    reason: str
