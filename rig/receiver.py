"""A server on this machine that takes what is posted to it: what a webhook's receiver would see."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import ssl
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from rig.errors import RigError
from rig.patience import UNLIMITED, is_unlimited

TAKEN: Final = 204


class TooFewMessagesError(RigError):
    """What was waited for has not come."""


@dataclass(frozen=True)
class Received:
    """A request; its headers by their names in small letters."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)

    def is_signed_with(self, secret: str) -> bool:
        """Whether its signature is that of Standard Webhooks with this secret, `whsec_` and base64. How old it is,
        which a receiver has to look at too, is not."""
        try:
            key = base64.b64decode(secret.removeprefix("whsec_").rstrip("=") + "==")
        except binascii.Error:
            return False
        named = [self.headers.get(f"webhook-{name}", "").encode() for name in ("id", "timestamp")]
        digest = base64.b64encode(hmac.digest(key, b".".join((*named, self.body)), hashlib.sha256)).decode()
        return f"v1,{digest}" in self.headers.get("webhook-signature", "").split()


class Receiver:
    """Takes every POST and PUT and keeps it; a context manager. `tls` makes it speak https."""

    def __init__(self, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self._messages: list[Received] = []
        self._answers: deque[tuple[int, Mapping[str, str]]] = deque()
        self._changed = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._scheme = "http" if tls is None else "https"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), name="receiver", daemon=True)

    def __enter__(self) -> Receiver:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}/"

    @property
    def received(self) -> list[Received]:
        """What has come until now, the first one first."""
        with self._changed:
            return list(self._messages)

    def answers(self, *statuses: int, **headers: str) -> None:
        """What the next requests are answered with; those after them are taken (204)."""
        with self._changed:
            self._answers.extend((status, headers) for status in statuses)

    def wait(self, count: int = 1, timeout: float = 5.0) -> list[Received]:
        """All that has come, as soon as these are `count` or more. Raises TooFewMessagesError."""
        with self._changed:
            patience = UNLIMITED if is_unlimited() else timeout
            if not self._changed.wait_for(lambda: len(self._messages) >= count, patience):
                raise TooFewMessagesError(f"of {count} messages {len(self._messages)} came within {timeout:g} s")
            return list(self._messages)

    def take(self, message: Received) -> tuple[int, Mapping[str, str]]:
        """Keeps a message; returns the answer's status and headers."""
        with self._changed:
            self._messages.append(message)
            self._changed.notify_all()
            return self._answers.popleft() if self._answers else (TAKEN, {})


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, extra = receiver.take(Received(self.path, headers, body))
            self.send_response(status)
            for name, value in extra.items():
                self.send_header(name, value)
            self.end_headers()

        do_PUT = do_POST  # noqa: N815 - as CloudFormation is answered

        def log_message(self, *_: object) -> None:
            """Nothing: tests read what was received."""

    return Handler


def serve(port: int, secret: str | None) -> int:
    """Prints each message that comes, until Ctrl-C."""
    from rich.console import Console

    console, shown = Console(highlight=False, soft_wrap=True), 0
    with Receiver(port) as receiver:
        console.print(f"ready {receiver.url}")
        try:
            while True:
                for message in receiver.wait(shown + 1, UNLIMITED)[shown:]:
                    shown += 1
                    console.print(shown_as(message, secret), markup=False)
        except KeyboardInterrupt:
            return 0


def shown_as(message: Received, secret: str | None) -> str:
    """A message as a person reads it, two lines: what came, and its body."""
    holds = "" if secret is None else ", signed" if message.is_signed_with(secret) else ", NOT SIGNED with this secret"
    text = message.body.decode("utf-8", "replace")
    return f"POST {message.path} {message.headers.get('webhook-id', 'without an id')}{holds}\n{text}"
