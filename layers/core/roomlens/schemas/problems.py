"""Errors, as RFC 9457 has them."""

from __future__ import annotations

from roomlens.schemas.base import Answer


class FieldError(Answer):
    pointer: str
    detail: str
    code: str


class Problem(Answer):
    """RFC 9457, as application/problem+json."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    errors: list[FieldError] | None = None
    request_id: str | None = None
