"""HTTP requests as events of an HTTP API (payload 2.0), and answers of functions as HTTP answers.

Format: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from rig.routes import Match
from rig.stack import ACCOUNT

STAGE = "$default"
API_ID = "localapi"

_TEXT = re.compile(r"text/.*|application/(?:json|xml|javascript)")
_HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding",
     "upgrade", "expect"}
)  # fmt: skip

Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Request:
    """An HTTP request. `path` is decoded, `query` is not; header names may come in any case and repeatedly."""

    method: str
    path: str
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    client: str = "127.0.0.1"
    scheme: str = "http"
    http_version: str = "1.1"


@dataclass(frozen=True)
class Response:
    """An HTTP answer."""

    status: int
    headers: Headers = field(default_factory=list)
    body: bytes = b""


class MalformedResponseError(ValueError):
    """The function's answer is none that an HTTP API understands."""


def new_request_id() -> str:
    """An id of the length and look that an HTTP API gives."""
    return base64.b64encode(uuid.uuid4().bytes[:11]).decode().replace("+", "-").replace("/", "_")


def http_event(
    request: Request, match: Match, request_id: str, authorizer: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The event for a request: header names in lower case and repeated ones joined, cookies apart,
    a body that is not text in base64, and no key for what is absent. `authorizer`: what it says of the caller."""
    headers, cookies = _headers(request)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": match.route_key,
        "rawPath": request.path,
        "rawQueryString": request.query,
        "headers": headers,
        "requestContext": _request_context(request, headers, match.route_key, request_id),
        "isBase64Encoded": False,
    }
    if authorizer is not None:
        event["requestContext"]["authorizer"] = authorizer
    if cookies:
        event["cookies"] = cookies
    if match.path_parameters:
        event["pathParameters"] = dict(match.path_parameters)
    if request.query:
        event["queryStringParameters"] = _query(request.query)
    if request.body:
        text = is_text(headers.get("content-type", ""))
        event["isBase64Encoded"] = not text
        event["body"] = (
            request.body.decode("utf-8", "replace") if text else base64.b64encode(request.body).decode("ascii")
        )
    return event


def _request_context(request: Request, headers: dict[str, str], route_key: str, request_id: str) -> dict[str, Any]:
    now = datetime.now(UTC)
    host = headers.get("host", "localhost")
    return {
        "accountId": ACCOUNT,
        "apiId": API_ID,
        "domainName": host,
        "domainPrefix": host.partition(".")[0],
        "http": {
            "method": request.method,
            "path": request.path,
            "protocol": f"HTTP/{request.http_version}",
            "sourceIp": request.client,
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": request_id,
        "routeKey": route_key,
        "stage": STAGE,
        "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(now.timestamp() * 1000),
    }


def is_text(content_type: str) -> bool:
    """Whether a body of this type travels as text; all others, and those without a type, travel in base64."""
    return _TEXT.fullmatch(content_type.partition(";")[0].strip().lower()) is not None


def http_response(answer: Any) -> Response:
    """The answer to send for what a function gave; without a `statusCode` the whole of it is the JSON body.

    Raises:
        MalformedResponseError: it has a status code and yet is no answer.
    """
    if not (isinstance(answer, dict) and "statusCode" in answer):
        inferred = answer if isinstance(answer, str) else json.dumps(answer)
        return Response(200, [("content-type", "application/json")], inferred.encode("utf-8", "replace"))
    try:
        given = answer.get("headers") or {}
        headers = {name.lower(): _header_value(value) for name, value in given.items()}
        headers.pop("content-length", None)
        headers.setdefault("content-type", "text/plain;charset=UTF-8")
        text: str = answer.get("body") or ""
        encoded = answer.get("isBase64Encoded", False)
        body = base64.b64decode(text, validate=True) if encoded else text.encode("utf-8", "replace")
        cookies = [("set-cookie", str(cookie)) for cookie in answer.get("cookies") or []]
        status = int(answer["statusCode"])
    except (AttributeError, TypeError, ValueError, binascii.Error) as error:
        raise MalformedResponseError(str(error)) from error
    if not 100 <= status <= 599:
        raise MalformedResponseError(f"{status} is no HTTP status")
    return Response(status, [*headers.items(), *cookies], body)


def _header_value(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _headers(request: Request) -> tuple[dict[str, str], list[str]]:
    headers: dict[str, str] = {}
    cookies: list[str] = []
    for given, value in request.headers:
        name = given.lower()
        if name == "cookie":
            cookies += [cookie.strip() for cookie in value.split(";") if cookie.strip()]
        elif name not in _HOP_BY_HOP:
            headers[name] = f"{headers[name]},{value}" if name in headers else value
    port = re.search(r":(\d+)$", headers.get("host", ""))
    headers["x-amzn-trace-id"] = f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]}"
    forwarded = headers.get("x-forwarded-for")
    headers["x-forwarded-for"] = f"{forwarded}, {request.client}" if forwarded else request.client
    headers["x-forwarded-port"] = port[1] if port else "443" if request.scheme == "https" else "80"
    headers["x-forwarded-proto"] = request.scheme
    return headers, cookies


def _query(query: str) -> dict[str, str]:
    values: dict[str, list[str]] = {}
    for name, value in _pairs(query):
        values.setdefault(name, []).append(value)
    return {name: ",".join(several) for name, several in values.items()}


def _pairs(query: str) -> Iterable[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True, errors="replace")
