"""The API as a whole: each route of the template leads to a handler that answers."""

import pytest
from fastapi import status
from starlette.testclient import TestClient

from rig.stack import Stack
from tests.fixtures.aws import BUCKET, STATE_MACHINE_ARN

# Every route, with a request of it that changes no photo, and what is said to it.
ROUTES = {
    "GET /api/health": ("/api/health", status.HTTP_200_OK),
    "GET /api/health/ready": ("/api/health/ready", status.HTTP_200_OK),
    "GET /api/docs": ("/api/docs", status.HTTP_200_OK),
    "GET /api/docs/{asset}": ("/api/docs/favicon-32x32.png", status.HTTP_200_OK),
    "GET /api/openapi.json": ("/api/openapi.json", status.HTTP_200_OK),
    "GET /api/images": ("/api/images", status.HTTP_200_OK),
    "GET /api/images/{image_id}": ("/api/images/99999", status.HTTP_404_NOT_FOUND),
    "GET /api/listings": ("/api/listings", status.HTTP_200_OK),
    "GET /api/listings/{listing_id}": ("/api/listings/99999", status.HTTP_404_NOT_FOUND),
    "GET /api/listings/{listing_id}/aggregation": ("/api/listings/99999/aggregation", status.HTTP_404_NOT_FOUND),
    "GET /api/listings/{listing_id}/changes": ("/api/listings/99999/changes", status.HTTP_404_NOT_FOUND),
    "POST /api/listings/{listing_id}/changes": (
        "/api/listings/99999/changes",
        status.HTTP_422_UNPROCESSABLE_CONTENT,
    ),
    "GET /api/conversations": ("/api/conversations", status.HTTP_200_OK),
    "GET /api/conversations/{conversation_id}/messages": (
        "/api/conversations/99999/messages",
        status.HTTP_404_NOT_FOUND,
    ),
    "DELETE /api/conversations/{conversation_id}": ("/api/conversations/99999", status.HTTP_404_NOT_FOUND),
    "POST /api/conversations/{conversation_id}/replay": (
        "/api/conversations/99999/replay",
        status.HTTP_404_NOT_FOUND,
    ),
    "POST /api/messages/{message_id}/feedback": (
        "/api/messages/99999/feedback",
        status.HTTP_422_UNPROCESSABLE_CONTENT,
    ),
    "POST /api/listings/{listing_id}/lint": ("/api/listings/99999/lint", status.HTTP_404_NOT_FOUND),
    "GET /api/listings/{listing_id}/photo-order": ("/api/listings/99999/photo-order", status.HTTP_404_NOT_FOUND),
    "PUT /api/listings/{listing_id}/photo-order": (
        "/api/listings/99999/photo-order",
        status.HTTP_422_UNPROCESSABLE_CONTENT,
    ),
    "GET /api/listings/{listing_id}/alterations": ("/api/listings/99999/alterations", status.HTTP_404_NOT_FOUND),
    "PUT /api/images/{image_id}/alteration": (
        "/api/images/99999/alteration",
        status.HTTP_422_UNPROCESSABLE_CONTENT,
    ),
    "DELETE /api/images/{image_id}/alteration": ("/api/images/99999/alteration", status.HTTP_404_NOT_FOUND),
    "POST /api/uploads": ("/api/uploads", status.HTTP_422_UNPROCESSABLE_CONTENT),
    "POST /api/uploads/batch": ("/api/uploads/batch", status.HTTP_422_UNPROCESSABLE_CONTENT),
    "POST /api/images/{image_id}/analyze": ("/api/images/99999/analyze", status.HTTP_404_NOT_FOUND),
    "POST /api/images/analyze": ("/api/images/analyze", status.HTTP_202_ACCEPTED),
    "GET /api/tasks": ("/api/tasks", status.HTTP_200_OK),
    "GET /api/tasks/{task_id}/items": ("/api/tasks/tsk_nothing/items", status.HTTP_404_NOT_FOUND),
    "POST /api/tasks/{task_id}/retry": ("/api/tasks/tsk_nothing/retry", status.HTTP_404_NOT_FOUND),
    "POST /api/tasks/{task_id}/cancel": ("/api/tasks/tsk_nothing/cancel", status.HTTP_404_NOT_FOUND),
    "GET /api/tasks/{task_id}": ("/api/tasks/tsk_nothing", status.HTTP_404_NOT_FOUND),
    "GET /api/images/{image_id}/similar": ("/api/images/99999/similar", status.HTTP_404_NOT_FOUND),
    "GET /api/images/{image_id}/duplicates": ("/api/images/99999/duplicates", status.HTTP_404_NOT_FOUND),
    "GET /api/taxonomy": ("/api/taxonomy", status.HTTP_200_OK),
    "GET /api/models": ("/api/models", status.HTTP_200_OK),
    "POST /api/models/{name}/backfill": ("/api/models/crystal-ball/backfill", status.HTTP_404_NOT_FOUND),
    "POST /api/models/{name}/promote": ("/api/models/crystal-ball/promote", status.HTTP_404_NOT_FOUND),
    "POST /api/models/{name}/rollback": ("/api/models/crystal-ball/rollback", status.HTTP_404_NOT_FOUND),
    "PATCH /api/images/{image_id}": ("/api/images/99999", status.HTTP_422_UNPROCESSABLE_CONTENT),
    "DELETE /api/images/{image_id}": ("/api/images/99999", status.HTTP_404_NOT_FOUND),
    "PATCH /api/listings/{listing_id}": ("/api/listings/99999", status.HTTP_422_UNPROCESSABLE_CONTENT),
    "DELETE /api/listings/{listing_id}": ("/api/listings/99999", status.HTTP_404_NOT_FOUND),
    "POST /api/listings": ("/api/listings", status.HTTP_422_UNPROCESSABLE_CONTENT),
    "POST /api/upload": ("/api/upload", status.HTTP_422_UNPROCESSABLE_CONTENT),
    "POST /api/query": ("/api/query", status.HTTP_422_UNPROCESSABLE_CONTENT),
    "POST /api/query/image": ("/api/query/image", status.HTTP_422_UNPROCESSABLE_CONTENT),
    "POST /api/chat": ("/api/chat", status.HTTP_422_UNPROCESSABLE_CONTENT),
}


def test_every_route_of_the_template_is_tried_below(whole_template: Stack) -> None:
    assert {route.removesuffix("/") for route in whole_template.routes} == set(ROUTES)


@pytest.mark.parametrize(("route", "path", "expected"), [(route, *asked) for route, asked in ROUTES.items()])
def test_a_route_is_answered_by_its_handler(client: TestClient, route: str, path: str, expected: int) -> None:
    method, _, _ = route.partition(" ")
    response = client.request(method, path)
    assert response.status_code == expected
    if expected >= status.HTTP_400_BAD_REQUEST:
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["instance"] == path


def test_what_is_no_route_is_answered_by_the_gateway(client: TestClient) -> None:
    response = client.get("/api/nothing")
    assert response.status_code == status.HTTP_404_NOT_FOUND
    assert response.json() == {"message": "Not Found"}


def test_a_browser_may_call_from_another_origin(client: TestClient) -> None:
    asked = {"origin": "https://example.org", "access-control-request-method": "POST"}
    response = client.options("/api/query/", headers=asked)
    assert (response.status_code, response.headers["access-control-allow-origin"]) == (204, "*")


def test_the_bucket_and_the_workflow_in_memory_are_called_as_the_template_calls_them(whole_template: Stack) -> None:
    assert whole_template.buckets["PhotoBucket"].name == BUCKET
    assert whole_template.state_machines["AnalyzePhotoStateMachine"].arn == STATE_MACHINE_ARN
