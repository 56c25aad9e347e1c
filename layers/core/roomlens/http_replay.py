"""The HTTP side of `idempotency`: routes that answer a POST once for each `Idempotency-Key`."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from roomlens.db import session_scope
from roomlens.events import caller_of
from roomlens.idempotency import KEY_PATTERN, Answer, Attempt, Call, attempt, name_call

HEADER: Final = "idempotency-key"
REPLAYED: Final = "idempotency-replayed"
_PARAMETER: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": KEY_PATTERN},
    "description": (
        "A name of the caller's own for this request, new for each. Sent again with the same body within 24 hours, the "
        "request is not done again: the first answer comes, with `Idempotency-Replayed: true`. 422 "
        "`idempotency-conflict` when the body is another one, 409 `in-progress` with `Retry-After` while the first "
        "is being answered. A request that failed keeps nothing, and is tried anew with the same key."
    ),
}


class ReplayingRoute(APIRoute):
    """Other methods than POST ignore the header."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if "POST" in (options.get("methods") or ()):
            options["openapi_extra"] = {"parameters": [_PARAMETER], **(options.get("openapi_extra") or {})}
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()
        if "POST" not in (self.methods or ()):
            return answer

        async def answer_once(request: Request) -> Response:
            if HEADER not in request.headers:
                return await answer(request)
            call = await _call(request)
            # What is opened first is closed last: the claim hears how the commit of the route's session went. Errors
            # become answers after that.
            tried = request.scope["fastapi_function_astack"].enter_context(attempt(call))
            if tried.answer is not None:
                headers = {**tried.answer.headers, REPLAYED: "true"}
                return Response(tried.answer.body, tried.answer.status, headers)
            response = await answer(request)
            if response.status_code < 400:
                _keep(request, tried, response)
            return response

        return answer_once


async def _call(request: Request) -> Call:
    return name_call(
        request.headers[HEADER],
        caller=caller_of(request.scope.get("aws.event", {})),
        method=request.method,
        path=request.scope["path"],
        query=request.scope["query_string"],
        content_type=request.headers.get("content-type"),
        body=await request.body(),  # it stays in the request, for FastAPI to parse
    )


def _keep(request: Request, tried: Attempt, response: Response) -> None:
    """Without a session of the route there is no work that the answer must be stored with."""
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    answer = Answer(response.status_code, headers, bytes(response.body).decode())
    session = getattr(request.state, "session", None)
    if session is not None:
        tried.keep(session, answer)
        return
    with session_scope() as own:
        tried.keep(own, answer)
