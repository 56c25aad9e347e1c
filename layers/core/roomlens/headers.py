"""What every answer tells a browser: how little it may do with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_ALWAYS: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
}
_DATA: Final = {
    "cache-control": "no-store",  # it is one tenant's, and its links work for whoever has them
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
_PAGE: Final = {
    # The documentation, the only page: its one script stands in it, and is the same for everybody.
    "cache-control": "no-cache",
    "content-security-policy": (
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src "
        "'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
}
_ASSET: Final = {"cache-control": "public, max-age=3600", "content-security-policy": _DATA["content-security-policy"]}


def for_answer(content_type: str) -> Mapping[str, str]:
    """The headers of an answer of this type, for whatever it does not say itself."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "text/html":
        return _ALWAYS | _PAGE
    return _ALWAYS | (
        _ASSET if kind in ("text/css", "text/javascript", "application/javascript", "image/png") else _DATA
    )
