"""One try at sending a message to a stranger's server, without being led astray by it.

A name is resolved once, all its addresses are looked at, and the connection goes to one of these: who changes what the
name leads to in between (DNS rebinding) changes nothing. Redirects are not followed, and the answer is not read.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Final

from roomlens import __version__
from roomlens.callbacks.addresses import is_public
from roomlens.callbacks.signing import signed_headers
from roomlens.callbacks.urls import Target, read_target
from roomlens.errors import CallbackFailedError, CallbackRefusedError, ValidationError
from roomlens.settings import callback_settings

CONNECT_SECONDS: Final = 3
"""For each address, and there are at most as many tries as `MAX_ADDRESSES`."""
MAX_ADDRESSES: Final = 2
ANSWER_SECONDS: Final = 10
"""From the connection to the answer's status, however slowly it comes."""
GONE: Final = 410


def deliver(url: str, message_id: str, body: bytes) -> None:
    """Sends a message, JSON, and returns when its receiver has taken it (2xx).

    Raises:
        CallbackRefusedError: it may not go there, or the receiver wants no more of them; another try is no use.
        CallbackFailedError: it did not get there, or was not taken.
        ConfigurationError: there is no secret to sign it with.
    """
    try:
        target = read_target(url)
    except ValidationError as error:
        raise CallbackRefusedError(error.detail) from None
    headers = {
        "host": target.authority,
        "connection": "close",
        "content-type": "application/json",
        "user-agent": f"Roomlens/{__version__}",
    }
    headers |= signed_headers(message_id, int(time.time()), body)
    try:
        status = _post(target, headers, body)
    except (OSError, http.client.HTTPException) as error:
        raise CallbackFailedError(f"The receiver can't be reached: {type(error).__name__}.") from error
    if status == GONE:
        raise CallbackRefusedError("The receiver wants no more of these messages (410).")
    if not 200 <= status < 300:
        raise CallbackFailedError(f"The receiver answered {status}.")


def resolve(host: str, port: int) -> list[str]:
    """The addresses behind a name, the one to be tried first at first. Raises OSError."""
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


def open_connection(address: str, port: int) -> socket.socket:
    """Raises OSError."""
    return socket.create_connection((address, port), CONNECT_SECONDS)


def _post(target: Target, headers: dict[str, str], body: bytes) -> int:
    """The status of the answer."""
    with _connected(target) as connected, _ended_after(ANSWER_SECONDS, connected):
        if isinstance(connected, ssl.SSLSocket):
            connected.do_handshake()  # which checks the certificate against the name
        connection = http.client.HTTPConnection(target.host, target.port)
        connection.sock = connected
        connection.request("POST", target.path, body, headers)
        with closing(connection.getresponse()) as answer:
            return answer.status


@contextmanager
def _connected(target: Target) -> Iterator[socket.socket]:
    """A connection to an address that was looked at; with TLS ahead of its handshake."""
    raw = _first_that_answers(_checked_addresses(target), target.port)
    raw.settimeout(ANSWER_SECONDS)
    if not target.is_https:
        with raw:
            yield raw
        return
    context = ssl.create_default_context()
    with raw, context.wrap_socket(raw, server_hostname=target.host, do_handshake_on_connect=False) as wrapped:
        yield wrapped


def _checked_addresses(target: Target) -> list[str]:
    addresses = resolve(target.host, target.port)
    if callback_settings().callback_targets != "any" and not all(map(is_public, addresses)):
        raise CallbackRefusedError("The URL must lead to a public address.")
    return addresses[:MAX_ADDRESSES]


def _first_that_answers(addresses: list[str], port: int) -> socket.socket:
    for address in addresses[:-1]:
        try:
            return open_connection(address, port)
        except OSError:
            continue
    return open_connection(addresses[-1], port)


@contextmanager
def _ended_after(seconds: float, connection: socket.socket) -> Iterator[None]:
    """Cuts the connection then, should it still be in use: a timeout of its own begins again with every byte."""

    def cut() -> None:
        with suppress(OSError):  # it has just ended by itself
            # not SSLSocket's, which would take TLS away under the thread that is reading
            socket.socket.shutdown(connection, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
