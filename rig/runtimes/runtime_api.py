"""Lambda's Runtime API for one execution environment: what its runtime asks for work, and gives answers to.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import json
import queue
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PREFIX = "/2018-06-01/runtime"


@dataclass(frozen=True)
class Invocation:
    """One call of the function; `deadline` is in seconds since the epoch."""

    request_id: str
    payload: bytes
    deadline: float


@dataclass(frozen=True)
class Ready:
    """The function is imported and waits for its first invocation."""


@dataclass(frozen=True)
class InitFailed:
    """The function could not be imported; `document` says why."""

    document: Any


@dataclass(frozen=True)
class Answered:
    """The function's answer to an invocation, or with `error` Lambda's error document."""

    request_id: str
    payload: Any
    error: bool


@dataclass(frozen=True)
class Exited:
    """The runtime's process is gone."""

    status: int


Outcome = Ready | InitFailed | Answered | Exited


class RuntimeApi:
    """The server. Put an invocation in, and read what becomes of it from `outcomes`."""

    def __init__(self, function_arn: str) -> None:
        self.outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self.function_arn = function_arn
        self._invocations: queue.SimpleQueue[Invocation | None] = queue.SimpleQueue()
        self._server = _Server(self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="runtime-api", daemon=True
        )
        self._thread.start()

    @property
    def address(self) -> str:
        """Host and port, as the runtime wants them in `AWS_LAMBDA_RUNTIME_API`."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def send(self, invocation: Invocation) -> None:
        self._invocations.put(invocation)

    def next(self) -> Invocation | None:
        """The next invocation, which may take any time; None when the server closes."""
        self.outcomes.put(Ready())
        return self._invocations.get()

    def close(self) -> None:
        self._invocations.put(None)
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, api: RuntimeApi) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.api = api

    def handle_error(self, *_: object) -> None:
        """A runtime that was killed leaves broken connections; they mean nothing."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # with Python's defaults each answer goes out in pieces and waits twice for a delayed ACK: 90 ms a call
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        if self.path != f"{PREFIX}/invocation/next":
            return self._answer(404)
        invocation = self.server.api.next()
        if invocation is None:
            return self._answer(410)
        return self._answer(
            200,
            invocation.payload,
            {
                "Content-Type": "application/json",
                "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
                "Lambda-Runtime-Deadline-Ms": str(int(invocation.deadline * 1000)),
                "Lambda-Runtime-Invoked-Function-Arn": self.server.api.function_arn,
                "Lambda-Runtime-Trace-Id": "Root=1-00000000-000000000000000000000000;Sampled=0",
            },
        )

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        *_, identifier, kind = self.path.split("/")
        document = json.loads(body or b"null")
        if self.path == f"{PREFIX}/init/error":
            self.server.api.outcomes.put(InitFailed(document))
        else:
            self.server.api.outcomes.put(Answered(identifier, document, kind == "error"))
        self._answer(202, b'{"status":"OK"}')

    def log_message(self, *_: object) -> None:
        """Says nothing: the function's own log is what matters."""

    def _answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
