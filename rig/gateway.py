"""API Gateway's HTTP API in front of functions: an ASGI app for a server on a port, or for a client in a test.

Limits: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Final

from rig import patience
from rig.authorizing import Guard, RefusedError
from rig.http_events import (
    Headers,
    MalformedResponseError,
    Request,
    Response,
    http_event,
    http_response,
    new_request_id,
)
from rig.routes import Match, RouteTable
from rig.runtimes import InvokeResult
from rig.stack import Cors
from rig.threads import ThreadPool

logger = logging.getLogger("rig.gateway")

MAX_BODY: Final = 10 * 2**20
"""The most bytes of a request's body."""
MAX_PAYLOAD: Final = 6 * 2**20
"""The most bytes of an event, and of an answer, of a function that is waited for."""
MAX_DRAINED: Final = 100 * 2**20
"""A client that sends too much is read up to here, so that it sees the answer and not a broken connection."""
TIMEOUT: Final = 30.0
"""Seconds that the API waits for a function."""

Invoke = Callable[[str, Any], InvokeResult]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Message, Receive, Send], Awaitable[None]]


class Gateway:
    """The ASGI app. `routes` go from route key to a function's name, `invoke` runs it, `guard` says who may pass:
    everybody, where there is none."""

    def __init__(
        self,
        routes: Mapping[str, str],
        invoke: Invoke,
        cors: Cors | None = None,
        timeout: float = TIMEOUT,
        guard: Guard | None = None,
    ) -> None:
        self._routes = RouteTable(routes)
        self._invoke = invoke
        self._cors = cors
        self._timeout = timeout
        self._guard = guard
        self._threads = ThreadPool("gateway")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            body = await _read(receive)
            request = _request(scope, body)
            request_id = new_request_id()
            response = await self._answer(request, body is None, request_id)
            await _send(send, response, request_id)

    def close(self) -> None:
        self._threads.close()

    async def _answer(self, request: Request, too_large: bool, request_id: str) -> Response:
        origin = next((value for name, value in request.headers if name.lower() == "origin"), "")
        if self._cors and request.method == "OPTIONS" and origin:
            return Response(204, self._cors_headers(self._cors, origin, preflight=True))
        match = self._routes.match(request.method, request.path)
        if match is None:
            response = _message(404, "Not Found")
        elif too_large:
            response = _message(413, "Request Entity Too Large")
        else:
            response = await self._authorized(request, match, request_id)
        if self._cors is None:
            return response
        # with CORS set on the API, the function's own CORS headers are replaced by the API's
        headers = [(name, value) for name, value in response.headers if not name.startswith("access-control-")]
        if origin:
            headers += self._cors_headers(self._cors, origin, preflight=False)
        return Response(response.status, headers, response.body)

    async def _authorized(self, request: Request, match: Match, request_id: str) -> Response:
        try:
            authorizer = self._guard(request, match.route_key) if self._guard else None
        except RefusedError as refused:
            answer = _message(refused.status, refused.message)
            answer.headers.append(("www-authenticate", refused.challenge))
            return answer
        return await self._call(match, http_event(request, match, request_id, authorizer))

    async def _call(self, match: Match, event: dict[str, Any]) -> Response:
        if len(json.dumps(event)) > MAX_PAYLOAD:
            return _message(413, "Request Entity Too Large")
        future = asyncio.wrap_future(self._threads.submit(lambda: self._invoke(match.function, event)))
        await asyncio.wait([future], timeout=self._timeout)
        if not future.done() and not patience.is_unlimited():
            future.cancel()
            return _message(503, "Service Unavailable")
        result = await future
        if result.error:
            return _message(500, "Internal Server Error")
        try:
            response = http_response(result.payload)
        except MalformedResponseError as error:
            logger.error("%s gave no HTTP answer: %s", match.function, error)
            return _message(500, "Internal Server Error")
        if len(response.body) > MAX_PAYLOAD:
            logger.error("%s answered with more than %d bytes", match.function, MAX_PAYLOAD)
            return _message(500, "Internal Server Error")
        return response

    @staticmethod
    def _cors_headers(cors: Cors, origin: str, *, preflight: bool) -> Headers:
        if not any(_allows(allowed, origin) for allowed in cors.allow_origins):
            return []
        everyone = "*" in cors.allow_origins and not cors.allow_credentials
        headers = [("access-control-allow-origin", "*" if everyone else origin)]
        if not everyone:
            headers.append(("vary", "origin"))
        if cors.allow_credentials:
            headers.append(("access-control-allow-credentials", "true"))
        if cors.expose_headers:
            headers.append(("access-control-expose-headers", ",".join(cors.expose_headers)))
        if preflight and cors.allow_methods:
            headers.append(("access-control-allow-methods", ",".join(cors.allow_methods)))
        if preflight and cors.allow_headers:
            headers.append(("access-control-allow-headers", ",".join(cors.allow_headers)))
        if preflight and cors.max_age is not None:
            headers.append(("access-control-max-age", str(cors.max_age)))
        return headers


def _allows(allowed: str, origin: str) -> bool:
    """`https://*` and `http://*` stand for every origin of their scheme."""
    return allowed == "*" or allowed == origin or (allowed.endswith("*") and origin.startswith(allowed[:-1]))


def _message(status: int, text: str) -> Response:
    return Response(status, [("content-type", "application/json")], json.dumps({"message": text}).encode())


def _request(scope: Message, body: bytes | None) -> Request:
    client = scope.get("client") or ("127.0.0.1", 0)
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=scope.get("query_string", b"").decode("latin-1"),
        headers=headers,
        body=body or b"",
        client=client[0],
        scheme=scope.get("scheme", "http"),
        http_version=scope.get("http_version", "1.1"),
    )


async def _read(receive: Receive) -> bytes | None:
    """The request's body, or None when it is longer than the API takes."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size <= MAX_BODY:
            parts.append(part)
        if not message.get("more_body") or size > MAX_DRAINED:
            return b"".join(parts) if size <= MAX_BODY else None


async def _send(send: Send, response: Response, request_id: str) -> None:
    headers = [*response.headers, ("apigw-requestid", request_id)]
    if response.status not in (204, 304):
        headers.append(("content-length", str(len(response.body))))
    encoded = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers]
    await send({"type": "http.response.start", "status": response.status, "headers": encoded})
    body = b"" if response.status in (204, 304) else response.body
    await send({"type": "http.response.body", "body": body})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
