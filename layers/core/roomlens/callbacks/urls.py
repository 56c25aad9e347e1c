"""What a callback's URL may look like. What its name leads to is seen when a message is sent, each time anew."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from roomlens.callbacks.addresses import is_public
from roomlens.errors import ValidationError
from roomlens.settings import callback_settings

POINTER: Final = "/body/callback_url"
MAX_LENGTH: Final = 2000  # of the column
_PORTS: Final = {"http": 80, "https": 443}

_NAME: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
# What ends so is no name: resolvers read 2130706433, 0x7f.1 and 0177.0.0.1 as addresses.
_ENDS_AS_NUMBER: Final = re.compile(r"(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$")
_INNER: Final = ("localhost", "local", "internal", "home.arpa")
"""Names, and the ends of names, that no public server has."""


@dataclass(frozen=True)
class Target:
    """Where a message goes; `path` with its query."""

    is_https: bool
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host and port as the `host` header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS["https" if self.is_https else "http"] else f"{host}:{self.port}"


def check_url(url: str) -> str:
    """The URL, if a task may be given it. No name is resolved: whoever asks must not wait for a server of theirs.

    Raises ValidationError.
    """
    read_target(url)
    return url


def refuse_unless_later(url: str | None, asked_by: str) -> None:
    """For a call that is waited for: it makes no task, so nothing would ever be sent. `asked_by`: how one is asked for.

    Raises ValidationError when a URL was given.
    """
    if url is not None:
        raise ValidationError(f"Only a task sends callbacks: ask for one by {asked_by}, or leave this out.", POINTER)


def read_target(url: str) -> Target:
    """Raises ValidationError for what `CALLBACK_TARGETS` does not allow."""
    targets = callback_settings().callback_targets
    if targets is None:
        raise ValidationError("This deployment sends no callbacks.", POINTER)
    target = _read(url)
    if targets == "public":
        _require_public(target)
    return target


def _read(url: str) -> Target:
    if len(url) > MAX_LENGTH:
        raise ValidationError(f"The URL is longer than {MAX_LENGTH} characters.", POINTER)
    if re.search(r"[^\x21-\x7e]|\\", url):
        message = "The URL must be of ASCII characters, without spaces and backslashes; write a name as xn--…"
        raise ValidationError(message, POINTER)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValidationError("The URL can't be read.", POINTER) from None
    if parts.scheme not in _PORTS:
        raise ValidationError("The URL must begin with https://", POINTER)
    if "@" in parts.netloc:
        raise ValidationError("The URL must hold no user name and no password.", POINTER)
    host = _host(parts.hostname or "")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme == "https", host, _PORTS[parts.scheme] if port is None else port, path)


def _host(host: str) -> str:
    """A name or an address, without the dot that may end a name."""
    host = host.removesuffix(".")
    if not host:
        raise ValidationError("The URL names no host.", POINTER)
    if _is_address(host):
        return host
    if _ENDS_AS_NUMBER.search(host):
        raise ValidationError("Write an IPv4 address as four decimal numbers.", POINTER)
    if len(host) > 253 or not _NAME.fullmatch(host):
        raise ValidationError("The URL's host is no name and no address.", POINTER)
    return host


def _is_address(host: str) -> bool:
    try:
        return "%" not in str(ipaddress.ip_address(host))  # a scope is for this machine's own links
    except ValueError:
        return False


def _require_public(target: Target) -> None:
    if not target.is_https:
        raise ValidationError("The URL must begin with https://", POINTER)
    if target.port != _PORTS["https"] and target.port < 1024:
        raise ValidationError("The URL's port must be 443, or 1024 and above.", POINTER)
    if _is_address(target.host):
        inner = not is_public(target.host)
    else:
        inner = "." not in target.host or any(f".{target.host}".endswith(f".{end}") for end in _INNER)
    if inner:
        raise ValidationError("The URL must lead to a public address.", POINTER)
