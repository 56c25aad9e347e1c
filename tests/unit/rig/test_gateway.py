"""The HTTP API: its own answers, its limits, its CORS."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from rig.authorizing import RefusedError
from rig.gateway import MAX_BODY, MAX_PAYLOAD, Gateway
from rig.http_events import Request
from rig.runtimes import InvokeResult
from rig.stack import Cors

if TYPE_CHECKING:
    from starlette.testclient import TestClient

Answer = Callable[[Any], InvokeResult]
CORS = Cors(
    allow_origins=("https://app.example", "http://*"),
    allow_methods=("GET", "POST"),
    allow_headers=("content-type",),
    expose_headers=("x-request-id",),
    max_age=600,
)


class Api:
    """A gateway before one function, `answer`; keeps the events that it got."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.answer: Answer = lambda _: InvokeResult({"statusCode": 200, "body": "ok"})

    def client(self, cors: Cors | None = None, timeout: float = 30.0, guard: Any = None) -> TestClient:
        from starlette.testclient import TestClient

        def invoke(name: str, event: Any) -> InvokeResult:
            assert name == "Function"
            self.events.append(event)
            return self.answer(event)

        routes = {"ANY /thing": "Function", "GET /thing/{id}": "Function"}
        self.gateway = Gateway(routes, invoke, cors, timeout, guard)
        return TestClient(self.gateway)


@pytest.fixture
def api() -> Iterator[Api]:
    api = Api()
    yield api
    api.gateway.close()


def test_an_answer_carries_the_request_id_of_its_event(api: Api) -> None:
    response = api.client().get("/thing/7")
    assert (response.status_code, response.text) == (200, "ok")
    assert response.headers["apigw-requestid"] == api.events[0]["requestContext"]["requestId"]
    assert api.events[0]["pathParameters"] == {"id": "7"}


def test_a_path_without_a_route_is_404(api: Api) -> None:
    response = api.client().get("/nothing")
    assert (response.status_code, response.json()) == (404, {"message": "Not Found"})
    assert api.events == []


def test_whoever_may_not_pass_gets_the_answer_of_the_api_and_not_of_the_function(api: Api) -> None:
    def guard(request: Request, route_key: str) -> dict[str, Any]:
        if request.query == "good":
            return {"jwt": {"claims": {"sub": "ana"}, "scopes": None}}
        raise RefusedError(401, "Unauthorized", "Bearer")

    client = api.client(CORS, guard=guard)
    refused = client.get("/thing", headers={"origin": "https://app.example"})
    assert (refused.status_code, refused.json()) == (401, {"message": "Unauthorized"})
    assert refused.headers["www-authenticate"] == "Bearer"
    assert refused.headers["access-control-allow-origin"] == "https://app.example"
    assert client.get("/nothing").status_code == 404
    assert api.events == []
    assert client.get("/thing?good").status_code == 200
    assert api.events[0]["requestContext"]["authorizer"] == {"jwt": {"claims": {"sub": "ana"}, "scopes": None}}


def test_a_failed_function_is_500_and_tells_nothing(api: Api) -> None:
    api.answer = lambda _: InvokeResult({"errorMessage": "secret", "errorType": "E"}, error=True)
    response = api.client().get("/thing")
    assert (response.status_code, response.json()) == (500, {"message": "Internal Server Error"})


def test_an_answer_that_is_none_is_500(api: Api) -> None:
    api.answer = lambda _: InvokeResult({"statusCode": "soon"})
    assert api.client().get("/thing").status_code == 500


def test_a_function_that_takes_too_long_is_503(api: Api) -> None:
    done = threading.Event()

    def answer(event: Any) -> InvokeResult:
        done.wait(10)
        return InvokeResult({"statusCode": 200})

    api.answer = answer
    response = api.client(timeout=0.05).get("/thing")
    done.set()
    assert (response.status_code, response.json()) == (503, {"message": "Service Unavailable"})


def test_a_body_above_the_limit_is_413(api: Api) -> None:
    response = api.client().post("/thing", content=b"x" * (MAX_BODY + 1))
    assert (response.status_code, response.json()) == (413, {"message": "Request Entity Too Large"})
    assert api.events == []


def test_an_event_above_the_limit_is_413(api: Api) -> None:
    just_too_much_in_base64 = b"x" * (MAX_PAYLOAD * 3 // 4 + 1)
    assert api.client().post("/thing", content=just_too_much_in_base64).status_code == 413
    assert api.client().post("/thing", content=b"x" * (MAX_PAYLOAD // 2)).status_code == 200


def test_an_answer_above_the_limit_is_500(api: Api) -> None:
    api.answer = lambda _: InvokeResult({"statusCode": 200, "body": "x" * (MAX_PAYLOAD + 1)})
    assert api.client().get("/thing").status_code == 500


def test_an_answer_without_content_has_none(api: Api) -> None:
    api.answer = lambda _: InvokeResult({"statusCode": 204, "body": "ignored"})
    response = api.client().delete("/thing")
    assert (response.status_code, response.content) == (204, b"")
    assert "content-length" not in response.headers


def test_a_preflight_is_answered_without_the_function(api: Api) -> None:
    response = api.client(CORS).options(
        "/thing", headers={"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    )
    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == "https://app.example"
    assert response.headers["access-control-allow-methods"] == "GET,POST"
    assert response.headers["access-control-allow-headers"] == "content-type"
    assert response.headers["access-control-max-age"] == "600"
    assert api.events == []


def test_a_preflight_of_a_foreign_origin_allows_nothing(api: Api) -> None:
    response = api.client(CORS).options("/thing", headers={"Origin": "https://evil.example"})
    assert response.status_code == 204
    assert not [name for name in response.headers if name.startswith("access-control-")]


def test_the_apis_cors_headers_replace_the_functions(api: Api) -> None:
    api.answer = lambda _: InvokeResult({"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "mine"}})
    client = api.client(CORS)
    allowed = client.get("/thing", headers={"Origin": "http://localhost:5173"})
    assert allowed.headers.get_list("access-control-allow-origin") == ["http://localhost:5173"]
    assert allowed.headers["access-control-expose-headers"] == "x-request-id"
    assert "access-control-allow-origin" not in client.get("/thing").headers


def test_every_origin_is_answered_with_a_star(api: Api) -> None:
    response = api.client(Cors(allow_origins=("*",))).get("/thing", headers={"Origin": "https://any.example"})
    assert response.headers["access-control-allow-origin"] == "*"


def test_with_credentials_the_origin_itself_is_named(api: Api) -> None:
    cors = Cors(allow_origins=("*",), allow_credentials=True)
    response = api.client(cors).get("/thing", headers={"Origin": "https://any.example"})
    assert response.headers["access-control-allow-origin"] == "https://any.example"
    assert response.headers["access-control-allow-credentials"] == "true"
