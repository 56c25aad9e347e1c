"""Whose data a call may see: its tenant, from the edge on to the database.

The edge says it once (`acting_for`), and the database holds every transaction to it. It comes from the caller's token,
from a key of the bucket or from the input of a workflow, never from a body, a query or a model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from roomlens.errors import ForbiddenError, UnauthorizedError
from roomlens.settings import TenantSettings, tenant_settings

TENANT_PATTERN: Final = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"
"""It is a part of the keys of objects, so it holds no slash, and nothing that has to be encoded there."""

_tenant: ContextVar[str | None] = ContextVar("tenant", default=None)


@contextmanager
def acting_for(tenant: str) -> Iterator[None]:
    """All that is done inside of the block is done for one tenant."""
    before = _tenant.set(tenant)
    try:
        yield
    finally:
        _tenant.reset(before)


def current_tenant() -> str:
    """Raises UnauthorizedError when nobody said for whom this is."""
    tenant = _tenant.get()
    if tenant is None:
        raise UnauthorizedError("Nobody says whose data this is about.")
    return tenant


def is_tenant(name: str) -> bool:
    return re.fullmatch(TENANT_PATTERN, name) is not None


def tenant_of(claims: Mapping[str, Any]) -> str:
    """The tenant of a caller whose token the gateway has checked.

    A stack that has one tenant takes all tokens for it. Raises ForbiddenError when the token names none.
    """
    settings: TenantSettings = tenant_settings()
    if settings.tenant is not None:
        return settings.tenant
    told = claims.get(settings.tenant_claim)
    if not isinstance(told, str) or not is_tenant(told):
        raise ForbiddenError("The token does not say which tenant it is for.")
    return told
