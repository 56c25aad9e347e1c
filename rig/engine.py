"""moto as a server inside this process: S3, SQS, Lambda's API, Step Functions and IAM on one port."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any
from urllib.parse import unquote

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from rig.aws import OURS

HOST = "127.0.0.1"

Action = Callable[[], None]
StartResponse = Callable[..., Any]


class StorageFullError(OSError):
    """An object could not be written through to disk."""


class AfterRequest:
    """Actions that wait until the request that caused them is complete.

    moto tells of a new object before it has its metadata, and in the middle of some requests that store twice;
    what depends on an object's final state is put off to the end of the request of this thread.
    """

    def __init__(self) -> None:
        self._thread = threading.local()

    @contextmanager
    def collecting(self) -> Iterator[list[Action]]:
        """The list that `do` fills while a request of this thread runs."""
        actions: list[Action] = []
        self._thread.actions = actions
        try:
            yield actions
        finally:
            self._thread.actions = None

    def do(self, action: Action, *, first: bool = False) -> None:
        """Puts the action off to the end of this thread's request, there before the others with `first`;
        outside a request it runs at once. When one fails, those after it don't run."""
        actions: list[Action] | None = getattr(self._thread, "actions", None)
        if actions is None:
            action()
        else:
            actions.insert(0 if first else len(actions), action)


class _RequestHandler(MotoRequestHandler):
    disable_nagle_algorithm = True  # with it, an answer in several small writes takes 40 ms

    def log_request(self, *_: object) -> None:
        """Says nothing: an access log of the cloud's inside helps nobody."""


class Engine:
    """The server. `after_request` is where the patches of moto put what must wait for a request's end."""

    def __init__(self, after_request: AfterRequest, port: int = 0) -> None:
        """Listens on the loopback port, or on a free one for 0.

        Raises:
            OSError: the port is taken.
        """
        self._socket = socket.create_server((HOST, port))
        self.port: int = self._socket.getsockname()[1]
        self._after_request = after_request
        self._objects = threading.Lock()
        self._outages = 0
        self._application = DomainDispatcherApplication(create_backend_app)
        self._server = make_server(
            HOST, self.port, self._answer, threaded=True, request_handler=_RequestHandler, fd=self._socket.fileno()
        )
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        self._socket.close()

    @contextmanager
    def objects_down(self) -> Iterator[None]:
        """While it lasts, S3 answers 503 to everybody but the rig itself; requests in flight come to their end."""
        with self._objects:
            self._outages += 1
        try:
            yield
        finally:
            with self._objects:
                self._outages -= 1

    def _answer(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        started: list[Any] = []
        if self._outages and _is_about_objects(environ) and f" {OURS}" not in environ.get("HTTP_USER_AGENT", ""):
            return _slow_down(environ, start_response)
        with self._objects if _is_about_objects(environ) else nullcontext():
            with self._after_request.collecting() as actions:
                body: Iterable[bytes] = self._application(environ, lambda *arguments: started.extend(arguments))
            try:
                for action in actions:
                    action()
            except StorageFullError as error:
                return _refuse(start_response, error)
        start_response(*started)
        return body


def _is_about_objects(environ: dict[str, Any]) -> bool:
    """Whether a request is one of S3, by its signature or its link; a form that is sent to a bucket has neither.

    They are served one after the other: moto throws the bytes of an object away when another takes its place, also
    when they are just being read, and answers 500.
    """
    signed = f"{environ.get('HTTP_AUTHORIZATION', '')}{unquote(environ.get('QUERY_STRING', ''))}"
    is_form = str(environ.get("CONTENT_TYPE", "")).startswith("multipart/form-data")
    return "/s3/aws4_request" in signed or is_form


def _slow_down(environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
    """What S3 answers when it can't keep up; SDKs try again by themselves for a while.
    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))  # who is cut off while sending sees no answer
    return _error(start_response, "503 Slow Down", "SlowDown", "Please reduce your request rate.")


def _refuse(start_response: StartResponse, error: StorageFullError) -> list[bytes]:
    """An S3 error that clients don't retry: another attempt would find the same full disk."""
    return _error(start_response, "507 Insufficient Storage", "InsufficientStorage", str(error))


def _error(start_response: StartResponse, status: str, code: str, message: str) -> list[bytes]:
    body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()
    start_response(status, [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
    return [body]
