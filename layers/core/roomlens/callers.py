"""Who calls, as the claims of their token say. The gateway has checked it: here nothing is doubted, only read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from roomlens.errors import ForbiddenError, UnauthorizedError
from roomlens.settings import tenant_settings

OPERATE: Final = "roomlens/operate"
"""The scope of those who put models into force, for every tenant of a deployment."""
OPERATORS: Final = "operators"
"""The group of those people, in Cognito's claim."""
_GROUPS: Final = "cognito:groups"
_KEPT: Final = re.compile(r"[ -~]{1,200}")  # as the column `user_id` has room for it


def require_operator(claims: Mapping[str, Any]) -> None:
    """Raises ForbiddenError unless the caller `operates`; UnauthorizedError where nobody says who calls."""
    if operates(claims):
        return
    if not claims:
        raise UnauthorizedError("Nobody says who calls.")
    raise ForbiddenError("This is for operators of the whole deployment.")


def operates(claims: Mapping[str, Any]) -> bool:
    """Whether the caller looks after the whole deployment. Where no gateway asks for tokens, as on one's own machine,
    everybody does, if there is one tenant only."""
    return is_operator(claims) if claims else tenant_settings().tenant is not None


def is_operator(claims: Mapping[str, Any]) -> bool:
    """By the scope of an access token, or by the group of a person."""
    return OPERATE in _words(claims.get("scope")) or OPERATORS in _words(claims.get(_GROUPS))


def _words(claim: Any) -> list[str]:
    """Of `a b`, as scopes are written, and of `[a b]`, as an HTTP API writes a list. No scope and no name of a group in
    Cognito has a space in it."""
    return str(claim or "").removeprefix("[").removesuffix("]").split()


def subject_of(claims: Mapping[str, Any]) -> str | None:
    """The caller's name among those of their issuer; a hash of it where it can't be kept as it is, and None where no
    token tells one."""
    told = claims.get("sub")
    if not isinstance(told, str) or not told:
        return None
    return told if _KEPT.fullmatch(told) else hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()
