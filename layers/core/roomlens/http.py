"""The HTTP side: with `http_callers` and `http_replay` all that knows FastAPI and Mangum.

`create_app` makes a function's app, `lambda_handler` its handler; errors become problem documents (RFC 9457), and the
`Annotated` aliases say in a route's signature what it needs.

Routes are `async def` though they block: one environment serves one request, so nothing waits for them, and a hop to a
thread pool would cost three times what the whole framework does (docs/adr/0003-handlers.md).
"""

from __future__ import annotations

import asyncio
import time
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import quote

from fastapi import Depends, FastAPI, Header, Path, Query
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from mangum import Mangum
from sqlalchemy.orm import Session
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from roomlens import __version__
from roomlens.db import session_scope
from roomlens.errors import AppError, ValidationError
from roomlens.fields import ALTERNATIVE, LARGEST_ID, Readable
from roomlens.headers import for_answer
from roomlens.http_callers import acting_for_caller
from roomlens.http_replay import ReplayingRoute
from roomlens.models import Task
from roomlens.observability import count, logger, measured_parts
from roomlens.schemas import FieldError, Problem, Started
from roomlens.tenancy import acting_everywhere, current_tenant

PROBLEM_JSON: Final = "application/problem+json"
_MANY: Final = 400  # signs: a list of so many words helps nobody
_MOST_ERRORS: Final = 100  # fields: an answer of Lambda has 6 MB at most, and ten thousand photos have many fields
_OUR_FAULT: Final = "Something went wrong on our side; the request id helps us to find it."
Handler = Callable[[dict[str, Any], Any], dict[str, Any]]
_Route = TypeVar("_Route", bound=Callable[..., Any])

_PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    "4XX": {"model": Problem, "description": "The call can't be answered; `detail` says why."},
    "5XX": {"model": Problem, "description": "Our fault; try again."},
}


def create_app(title: str, *, creates: bool = True, public: bool = False) -> FastAPI:
    """An app with our errors and headers; the documentation of all functions together is served by `health`.

    creates: whether its POSTs make something, and so take an `Idempotency-Key`.
    public: whether it shows nobody's data, and so needs no tenant.
    """
    app = FastAPI(
        title=title,
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        swagger_ui_oauth2_redirect_url=None,
        redirect_slashes=False,  # a redirect would cost a POST its body: where both forms are wanted, both are declared
        responses=_PROBLEMS,
    )
    if creates:
        app.router.route_class = ReplayingRoute
    app.add_exception_handler(AppError, _app_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_middleware(_RequestFrame, function=title, public=public)
    return app


def post_that_reads(app: FastAPI, path: str, **options: Any) -> Callable[[_Route], _Route]:
    """Registers a POST that makes nothing in an app whose other POSTs do: it takes no `Idempotency-Key`."""

    def decorate(route: _Route) -> _Route:
        app.router.add_api_route(path, route, methods=["POST"], route_class_override=APIRoute, **options)
        return route

    return decorate


def lambda_handler(app: FastAPI) -> Handler:
    """What Lambda calls. `lifespan="off"`: Mangum would start and stop the app for every single request."""
    _ensure_event_loop()
    adapter = Mangum(app, lifespan="off", text_mime_types=["text/", "application/json", PROBLEM_JSON])

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        return adapter(event, context)

    return handler


def _ensure_event_loop() -> None:
    """Mangum asks for its thread's event loop; from Python 3.12 on nobody makes one unasked."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", DeprecationWarning)
            asyncio.get_event_loop()
    except (RuntimeError, DeprecationWarning):
        asyncio.set_event_loop(asyncio.new_event_loop())


def both_slashes(register: Callable[..., Any], path: str, **options: Any) -> Callable[[_Route], _Route]:
    """Registers a route with and without its trailing slash; the form that is given is the documented one."""

    def decorate(route: _Route) -> _Route:
        register(path, **options)(route)
        other = path[:-1] if path.endswith("/") else f"{path}/"
        register(other, include_in_schema=False, **options)(route)
        return route

    return decorate


# ------------------------------------------------------------------------------------------------- what a route needs


@contextmanager
def _kept_session(request: Request) -> Iterator[Session]:
    with session_scope() as session:
        request.state.session = session  # where ReplayingRoute keeps the answer, in the same transaction
        yield session


async def _session(request: Request) -> AsyncIterator[Session]:
    with _kept_session(request) as session:
        yield session


async def _session_of_all(request: Request) -> AsyncIterator[Session]:
    """Of what a deployment has one of, it sees the rows of every tenant."""
    with acting_everywhere(current_tenant()), _kept_session(request) as session:
        yield session


# scope="function": the commit comes before the answer, so a failed commit is a 500 and never a 200
SessionDep = Annotated[Session, Depends(_session, scope="function")]
EverySessionDep = Annotated[Session, Depends(_session_of_all, scope="function")]
PathId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
QueryId = Annotated[int, Query(ge=1, le=LARGEST_ID)]
TaskId = Annotated[str, Readable, Path(max_length=80)]
Limit = Annotated[int, Query(ge=1, le=100, description="How many at most.")]
IfMatch = Annotated[str | None, Header(max_length=1_000, description="The `ETag` that was read; 412 when it is old.")]
_Prefer = Annotated[str | None, Header(max_length=200, description="`respond-async`: answers at once, with a task.")]


def _prefers_async(prefer: _Prefer = None) -> bool:
    """RFC 7240: preferences stand between commas, and may carry parameters."""
    wanted = {part.partition(";")[0].strip().lower() for part in (prefer or "").split(",")}
    return "respond-async" in wanted


PreferAsync = Annotated[bool, Depends(_prefers_async)]
Cursor = Annotated[str | None, Query(max_length=200, description="`next_cursor` of the page before.")]


def to_follow(response: Response, task: Task) -> Started:
    """202, and where to follow the task."""
    response.status_code = 202
    response.headers.update({"location": f"/api/tasks/{task.id}", "retry-after": "1"})
    return Started(task_id=task.id)


# ------------------------------------------------------------------------------------------------------------ errors


def _problem(request: Request, error: AppError, errors: list[FieldError] | None = None) -> Response:
    problem = Problem(
        type=f"https://roomlens.dev/problems/{error.code}",
        title=error.title,
        status=error.status,
        detail=error.detail,
        instance=quote(request.scope["path"], errors="replace"),  # a URI reference: no tab, no bare umlaut
        code=error.code,
        errors=errors,
        request_id=request_id(request.scope),
    )
    headers = {"retry-after": str(error.retry_after)} if error.retry_after else None
    body = problem.model_dump_json(exclude_none=True)
    return Response(body, error.status, headers, media_type=PROBLEM_JSON)


async def _app_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)
    if error.status >= 500:
        logger().exception("request.failed", extra={"code": error.code})
    if error.status == 500:  # the operator's fault; its words are for the log
        return _problem(request, AppError(_OUR_FAULT))
    errors = [FieldError(pointer=error.pointer, detail=error.detail, code="invalid")] if error.pointer else None
    return _problem(request, error, errors)


async def _invalid_request(request: Request, error: Exception) -> Response:
    """Says what is wrong and where, and never repeats the value: it may be long, secret, or not even text."""
    assert isinstance(error, RequestValidationError)
    errors = [
        FieldError(pointer=_pointer(found["loc"]), detail=_in_plain_words(found), code=str(found["type"]))
        for found in error.errors()[:_MOST_ERRORS]
    ]
    first = f"{errors[0].pointer}: {errors[0].detail}" if errors else "The request can't be read."
    return _problem(request, ValidationError(first), errors)


def _in_plain_words(found: dict[str, Any]) -> str:
    if found["type"] == "model_attributes_type" and found["loc"] == ("body",):
        return "Send a JSON object, with content-type: application/json"
    if found["type"] == "enum" and len(str(found["msg"])) > _MANY:
        return "Not a word of the vocabulary; GET /api/taxonomy lists them all"
    if found["type"] == "json_type":  # only a form's field comes to be read as JSON, and only a file is no text
        return "Send JSON as text, not as a file"
    if "UploadFile" in str(found["msg"]):
        return "Send a file, as with curl -F file=@photo.jpg"
    return str(found["msg"]).removeprefix("Value error, ")


def _pointer(location: tuple[int | str, ...]) -> str:
    parts = [str(part).encode("utf-8", "replace").decode() for part in location]
    return "".join(f"/{part}" for part in parts if not part.startswith(ALTERNATIVE))[:200]


async def _http_error(request: Request, error: Exception) -> Response:
    """Starlette's own refusals: an unknown path, another method, a body that can't be parsed."""
    assert isinstance(error, HTTPException)
    if error.status_code == 400:
        return _problem(request, ValidationError(f"The body can't be read: {error.detail}"))
    refused = AppError(str(error.detail))
    refused.status, refused.title = error.status_code, str(error.detail)
    refused.code = "not-found" if error.status_code == 404 else "method-not-allowed"
    return _problem(request, refused)


# --------------------------------------------------------------------------------------------- around every request


def request_id(scope: Scope) -> str | None:
    """The gateway's id of this request, as Mangum hands it on."""
    identifier: str | None = scope.get("aws.event", {}).get("requestContext", {}).get("requestId")
    return identifier


class _RequestFrame:
    """Request id and timing on every answer, one log line and one metric for each, and no stack trace for anyone.

    Plain ASGI: Starlette's `@middleware` helper doubles the cost of a small request.
    """

    def __init__(self, app: ASGIApp, function: str, public: bool) -> None:
        self.app, self.function, self.public = app, function, public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500
        with measured_parts() as parts:

            async def framed(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                    headers = MutableHeaders(scope=message)
                    headers["server-timing"] = _server_timing(parts, time.perf_counter() - started)
                    headers["x-request-id"] = request_id(scope) or "local"
                    for name, value in for_answer(headers.get("content-type", "")).items():
                        headers.setdefault(name, value)
                await send(message)

            try:
                with nullcontext() if self.public else acting_for_caller(scope):
                    await self.app(scope, receive, framed)
            except AppError as refused:  # of `acting_for_caller`: those of routes are answered within
                await (await _app_error(Request(scope), refused))(scope, receive, framed)
            except Exception:  # noqa: BLE001  # the last resort: whatever it was, nobody sees a stack trace
                logger().exception("request.crashed", extra={"path": scope["path"]})
                failure = AppError(_OUR_FAULT)
                await _problem(Request(scope), failure)(scope, receive, framed)
        self._account(scope, status, time.perf_counter() - started)

    def _account(self, scope: Scope, status: int, seconds: float) -> None:
        milliseconds = round(seconds * 1000, 1)
        seen = {"method": scope["method"], "path": scope["path"], "status": status, "ms": milliseconds}
        logger().info("request.done", extra=seen | {"request_id": request_id(scope)})
        count(self.function, Requests=1, ServerErrors=int(status >= 500), DurationMs=milliseconds)


def _server_timing(parts: dict[str, float], seconds: float) -> str:
    return ", ".join(f"{name};dur={value:.1f}" for name, value in [*parts.items(), ("total", seconds * 1000)])
