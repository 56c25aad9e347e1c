"""What a route asks about its caller: `OPERATORS_ONLY` among its dependencies, and `Subject` as a parameter."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import Depends
from starlette.requests import Request

from roomlens.callers import require_operator, subject_of
from roomlens.events import claims_of


def _claims(request: Request) -> dict[str, Any]:
    return claims_of(request.scope.get("aws.event", {}))


async def _operators_only(request: Request) -> None:
    require_operator(_claims(request))


async def _subject(request: Request) -> str | None:
    return subject_of(_claims(request))


OPERATORS_ONLY: Final = Depends(_operators_only)
Subject = Annotated[str | None, Depends(_subject)]
"""Whom the caller's token names; None where no token is asked for."""
