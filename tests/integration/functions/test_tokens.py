"""Calls with tokens, from the gateway through the handler: who is let in, and what their token lets them do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from rig.issuer import Issuer
from rig.stack import Stack
from roomlens.db import session_scope
from roomlens.models import Task
from roomlens.tasks.kinds import Kind
from roomlens.tasks.starting import add_items
from roomlens.tenancy import acting_for
from tests.fakes import FakeAnalyzer
from tests.fixtures.aws import Executions

Headers = dict[str, str]
OPEN = {"GET /api/health", "GET /api/docs", "GET /api/docs/{asset}", "GET /api/openapi.json"}


@pytest.fixture
def auth() -> str:
    return "jwt"


@pytest.fixture
def shows(issuer: Issuer) -> Callable[..., Headers]:
    """Headers with a token, as `issuer.token` makes it."""

    def shows(tenant: str = "acme", subject: str = "ana", **options: object) -> Headers:
        return {"authorization": f"Bearer {issuer.token(tenant, subject, **options)}"}

    return shows


def test_every_route_asks_for_a_token_but_those_that_show_nobodys_data(
    client: TestClient, guarded_template: Stack
) -> None:
    assert set(guarded_template.routes) - set(guarded_template.authorizers) == OPEN
    for route in guarded_template.routes:
        method, path = route.split()
        answer = client.request(method, path.replace("{", "").replace("}", ""))
        if route in OPEN:
            assert answer.status_code in (200, 404), route
        else:
            assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"}), route
            assert answer.headers["www-authenticate"] == "Bearer"


def test_the_document_says_which_calls_want_a_token(client: TestClient) -> None:
    document = client.get("/api/openapi.json").json()
    asking = {path for path, ways in document["paths"].items() for one in ways.values() if "401" in one["responses"]}
    assert document["security"] == [{"token": []}]
    assert set(document["paths"]) - asking == {"/api/health"}
    assert document["paths"]["/api/health"]["get"]["security"] == []


def test_a_preflight_shows_no_token(client: TestClient) -> None:
    asking = {"origin": "https://app.example", "access-control-request-method": "POST"}
    assert client.options("/api/query", headers=asking).status_code == 204


def test_with_a_token_the_api_answers(client: TestClient, shows: Callable[..., Headers]) -> None:
    assert client.get("/api/listings", headers=shows()).status_code == 200
    assert client.get("/api/listings", headers=shows(expires=-1)).status_code == 401
    assert client.get("/api/listings", headers=shows(aud="another")).status_code == 401


@pytest.mark.parametrize("what", ["backfill", "promote", "rollback"])
def test_models_are_put_into_force_by_operators_only(
    client: TestClient, analyzer: FakeAnalyzer, shows: Callable[..., Headers], what: str
) -> None:
    path = f"/api/models/embedded/{what}"
    refused = client.post(path, headers=shows())
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    for allowed in (shows(operator=True), shows(scope="roomlens/operate")):
        assert client.post(path, headers=allowed).status_code in (200, 202, 409)


def test_a_backfill_is_seen_tried_again_and_canceled_by_operators_only(
    client: TestClient, executions: Executions, shows: Callable[..., Headers]
) -> None:
    """It is about the photos of all tenants, and stands among the tasks of its operator's tenant."""
    task_id = client.post("/api/models/embedded/backfill", headers=shows(operator=True)).json()["task_id"]
    with acting_for("acme"), session_scope() as session:
        add_items(session, session.get_one(Task, task_id), Kind.ANALYZE, [{"request": {}}])
    calls = [
        ("GET", f"/api/tasks/{task_id}"), ("GET", f"/api/tasks/{task_id}/items"), ("GET", f"/api/tasks/{task_id}-i0"),
        ("POST", f"/api/tasks/{task_id}/cancel"), ("POST", f"/api/tasks/{task_id}/retry"),
    ]  # fmt: skip
    for method, path in calls:
        refused = client.request(method, path, headers=shows())
        assert (refused.status_code, refused.json()["detail"]) == (404, "There is no such task."), path
    assert client.get("/api/tasks", headers=shows()).json()["tasks"] == []
    (seen,) = client.get("/api/tasks", headers=shows(operator=True)).json()["tasks"]
    assert (seen["task_id"], seen["status"]) == (task_id, "queued")
    for method, path in calls:
        assert client.request(method, path, headers=shows(operator=True)).status_code in (200, 202), path


def test_a_token_names_who_asks_and_who_rates_whatever_the_body_says(
    client: TestClient, analyzer: FakeAnalyzer, shows: Callable[..., Headers]
) -> None:
    body = {"message": "hello", "user_id": "somebody-else"}
    said = client.post("/api/chat/", json=body, headers=shows(subject="ana")).json()
    (conversation,) = client.get("/api/conversations", headers=shows()).json()["conversations"]
    assert conversation["user_id"] == "ana"
    rated = f"/api/messages/{said['message_id']}/feedback"
    for subject in ("ana", "ana", "ben"):
        given = {"rating": "up", "user_id": "somebody-else"}
        assert client.post(rated, json=given, headers=shows(subject=subject)).json()["user_id"] == subject
    shown = client.get(f"/api/conversations/{said['conversation_id']}/messages", headers=shows()).json()["messages"]
    assert shown[-1]["feedback"]["up"] == 2
