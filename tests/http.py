"""Calls a handler as the HTTP API would: request, event, handler, answer."""

import json as jsonlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
from aws_lambda_powertools.utilities.parser.models import APIGatewayProxyEventV2Model

from rig.authorizing import as_strings
from rig.http_events import Request, http_event, http_response
from rig.routes import Match

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return jsonlib.loads(self.body)

    @property
    def problem(self) -> dict[str, Any]:
        """The problem document of a refusal."""
        assert self.headers["content-type"] == "application/problem+json", self.body
        document: dict[str, Any] = self.json()
        assert document["status"] == self.status
        return document


def call(
    handler: Handler, method: str, path: str, *, claims: Mapping[str, Any] | None = None, **options: Any
) -> Answer:
    """Calls a handler; `options` are httpx's: json, data, files, params, headers, content. `claims` are those of a
    token that the gateway has checked."""
    sent = httpx2.Request(method, f"http://localhost{path}", **options)
    sent.read()
    request = Request(method, sent.url.path, sent.url.query.decode("ascii"), tuple(sent.headers.items()), sent.content)
    authorizer = None if claims is None else {"jwt": {"claims": as_strings(claims), "scopes": None}}
    event = http_event(request, Match(f"{method} {path}", "Function", {}), "request-1", authorizer)
    APIGatewayProxyEventV2Model.model_validate(event)
    answer = http_response(jsonlib.loads(jsonlib.dumps(handler(event, None))))
    return Answer(answer.status, dict(answer.headers), answer.body)
