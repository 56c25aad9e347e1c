"""What a route asks about its caller: `OPERATORS_ONLY` or `counted` as a dependency, `Operates` and `Subject` as
parameters."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Annotated, Any, Final

from fastapi import Depends
from starlette.requests import Request
from starlette.types import Scope

from roomlens import rates
from roomlens.callers import operates, require_operator, subject_of
from roomlens.events import claims_of
from roomlens.tenancy import acting_for, tenant_of


def acting_for_caller(scope: Scope) -> AbstractContextManager[None]:
    """A block in which all is done for the tenant of whoever sent a request. Raises ForbiddenError when their token
    names none."""
    return acting_for(tenant_of(_claims(scope)))


def _claims(scope: Scope) -> dict[str, Any]:
    return claims_of(scope.get("aws.event", {}))


async def _operators_only(request: Request) -> None:
    require_operator(_claims(request.scope))


async def _operates(request: Request) -> bool:
    return operates(_claims(request.scope))


async def _subject(request: Request) -> str | None:
    return subject_of(_claims(request.scope))


def counted(kind: rates.Kind) -> Any:
    """For the `dependencies` of a route: counts each call before its work begins, whatever becomes of it."""

    async def count_call() -> None:
        rates.take(kind)

    return Depends(count_call)


OPERATORS_ONLY: Final = Depends(_operators_only)
Operates = Annotated[bool, Depends(_operates)]
"""Whether the caller looks after the whole deployment."""
Subject = Annotated[str | None, Depends(_subject)]
"""Whom the caller's token names; None where no token is asked for."""
