"""Whose data a call may see: its tenant, from the edge on to the database.

The edge says it once (`acting_for`), and the database holds every transaction to it (roomlens.isolation). It comes from
the caller's token, from a key of the bucket or from the input of a workflow, never from a body, a query or a model
(docs/adr/0026-tenants.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, NamedTuple

from roomlens.errors import ForbiddenError, UnauthorizedError, ValidationError
from roomlens.settings import tenant_settings

TENANT_PATTERN: Final = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"
"""It is a part of the keys of objects, so it holds no slash, and nothing that has to be encoded there."""


class _Acting(NamedTuple):
    """For whom rows are made, and whether those of all others are seen."""

    tenant: str | None
    everywhere: bool


_NOBODY: Final = _Acting(None, everywhere=False)
_acting: ContextVar[_Acting] = ContextVar("acting", default=_NOBODY)


@contextmanager
def acting_for(tenant: str) -> Iterator[None]:
    """All that is done inside of the block is done for one tenant, and sees nothing of any other."""
    with _as(_Acting(tenant, everywhere=False)):
        yield


@contextmanager
def acting_everywhere(tenant: str | None = None) -> Iterator[None]:
    """Inside of the block the rows of every tenant are seen, by whoever looks after the whole deployment. Rows that are
    made are this tenant's; without one none can be."""
    with _as(_Acting(tenant, everywhere=True)):
        yield


@contextmanager
def _as(acting: _Acting) -> Iterator[None]:
    before = _acting.set(acting)
    try:
        yield
    finally:
        _acting.reset(before)


def current_tenant() -> str:
    """Raises UnauthorizedError when nobody said for whom this is."""
    tenant = _acting.get().tenant
    if tenant is None:
        raise UnauthorizedError("Nobody says whose data this is about.")
    return tenant


def is_everywhere() -> bool:
    return _acting.get().everywhere


def is_tenant(name: str) -> bool:
    return re.fullmatch(TENANT_PATTERN, name) is not None


def tenant_of(claims: Mapping[str, Any]) -> str:
    """The tenant of a caller whose token the gateway has checked.

    A stack that has one tenant takes all tokens for it. Raises ForbiddenError when the token names none.
    """
    settings = tenant_settings()
    if settings.tenant is not None:
        return settings.tenant
    told = claims.get(settings.tenant_claim)
    if not isinstance(told, str) or not is_tenant(told):
        raise ForbiddenError("The token does not say which tenant it is for.")
    return told


def own_prefix(door: str) -> str:
    """Where objects lie that are put into the bucket for the current tenant: right under the door in a stack that has
    one tenant, else in the tenant's own folder of it."""
    return door if tenant_settings().tenant is not None else f"{door}{current_tenant()}/"


def tenant_of_key(key: str) -> str:
    """The tenant of an object that came through one of the bucket's doors.

    Raises ValidationError when its key names none. Nobody would ever see such a photo, so its event has to fail.
    """
    tenant = tenant_settings().tenant
    if tenant is not None:
        return tenant
    parts = key.split("/", 2)
    if len(parts) < 3 or not is_tenant(parts[1]):
        raise ValidationError("The key does not name a tenant; put photos under {door}/{tenant}/.")
    return parts[1]
