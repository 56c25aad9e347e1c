"""What a task says to a person."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from roomlens.models import Task
from roomlens.schemas import ItemOut, TaskSummary
from roomlens.tasks import plain_cause, present_item, present_summary

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_one_of_our_errors_keeps_its_words() -> None:
    cause = json.dumps({"errorType": "ValidationError", "errorMessage": "The photo is damaged or cut off."})
    error = plain_cause({"Error": "ValidationError", "Cause": cause})
    assert (error.status, error.code, error.detail) == (422, "validation", "The photo is damaged or cut off.")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ({"Error": "KeyError", "Cause": '{"errorMessage": "secret"}'}, "inference-failed"),
        ({"Error": "States.Timeout"}, "unavailable"),
        ({"Error": "annotations", "Cause": "secret"}, "inference-failed"),
        ({"Error": "NotFoundError", "Cause": "secret, and not JSON"}, "not-found"),
        ({"Error": "NotFoundError", "Cause": '["secret"]'}, "not-found"),
        ({"Error": "ConfigurationError", "Cause": '{"errorMessage": "arn:aws:secret"}'}, "inference-failed"),
        ({"Error": "InferenceTimeoutError", "Cause": "secret"}, "inference-timeout"),
        ({}, "inference-failed"),
    ],
)
def test_the_inside_of_a_crash_stays_inside(error: dict[str, str], code: str) -> None:
    cause = plain_cause(error)
    assert cause.code == code
    assert "secret" not in cause.detail


def summary(**columns: Any) -> dict[str, Any]:
    values = {"id": "tsk_1", "kind": "image.analyze", "status": "queued", "run": 1, "request": {}} | columns
    shown = present_summary(Task(**values, created_at=NOW, updated_at=NOW))
    return TaskSummary.model_validate(shown).model_dump()


@pytest.mark.parametrize(
    ("kind", "request_", "asked"),
    [
        ("model.backfill", {"model": "bedrock"}, {"model": "bedrock"}),
        ("image.analyze", {}, {}),
        ("photos.import", {"prefix": "imports/a/", "listing_id": 1}, {"prefix": "imports/a/"}),
        ("photos.import", {"prefix": None, "listing_id": None}, {}),
        ("photos.upload", {}, {}),
        (
            "image.upload",
            {"key": "uploads/tsk_1", "filename": "a.jpg", "content_type": "image/jpeg", "size": 5, "sha256": None},
            {"filename": "a.jpg", "content_type": "image/jpeg", "size": 5},
        ),
        (
            "chat.answer",
            {"message": "", "conversation_id": 7, "listing_id": None, "user_id": "somebody"},
            {"message": "", "conversation_id": 7},
        ),
    ],
)
def test_a_task_says_what_it_was_asked_and_nothing_of_its_inside(
    kind: str, request_: dict[str, Any], asked: dict[str, Any]
) -> None:
    assert summary(kind=kind, request=request_)["asked"] == asked


@pytest.mark.parametrize(
    ("columns", "may_be"),
    [
        ({"status": "queued"}, {"cancel"}),
        ({"status": "running", "parent_id": "tsk_0"}, {"cancel"}),
        ({"status": "success"}, set()),
        ({"status": "failed"}, {"retry"}),
        ({"status": "canceled"}, {"retry"}),
        ({"status": "partial", "kind": "photos.import"}, {"retry"}),
        ({"status": "failed", "parent_id": "tsk_0"}, set()),
    ],
)
def test_a_task_links_to_what_may_be_done_to_it_now(columns: dict[str, Any], may_be: set[str]) -> None:
    links = summary(**columns)["links"]
    assert links["self"] == "/api/tasks/tsk_1"
    assert {name: links.get(name) for name in ("retry", "cancel") if name in links} == {
        name: f"/api/tasks/tsk_1/{name}" for name in may_be
    }


@pytest.mark.parametrize(("image_id", "photo"), [(None, {}), (7, {"image": "/api/images/7"})])
def test_an_item_links_to_its_photo_when_there_is_one(image_id: int | None, photo: dict[str, str]) -> None:
    item = Task(
        id="tsk_0-i1", kind="image.import", status="failed", position=1, image_id=image_id, request={"key": "imports/a"}
    )
    shown = ItemOut.model_validate(present_item(item))
    assert shown.links == {"self": "/api/tasks/tsk_0-i1"} | photo
