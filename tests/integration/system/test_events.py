"""Every file of events/ is what its function gets, and is answered."""

import json
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.utilities.parser.models import APIGatewayProxyEventV2Model, S3Model

from rig.cloud import Cloud
from tests.pictures import RED, photo

EVENTS = Path(__file__).parents[3] / "events"
VERSIONS = Path(__file__).parents[3] / "migrations" / "versions"


def event(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return loaded


def logical_id(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_")) + "Function"


@pytest.mark.parametrize(
    ("name", "status"),
    [("health", 200), ("ready", 200), ("images", 200), ("query", 200), ("chat", 200), ("conversations", 200),
     ("tasks", 404), ("listings", 201), ("models", 200), ("upload", 200), ("uploads", 201)],
)  # fmt: skip
def test_an_http_event_is_answered(system: Cloud, name: str, status: int) -> None:
    APIGatewayProxyEventV2Model.model_validate(event(name))
    assert event(name)["routeKey"] in system.stack.routes
    result = system.invoke(logical_id(name), event(name))
    assert not result.error, result.payload
    assert result.payload["statusCode"] == status, result.payload["body"]


def test_the_event_of_s3_names_the_bucket_and_a_photo_of_the_samples(system: Cloud, api: Any) -> None:
    S3Model.model_validate(event("inference"))
    (record,) = event("inference")["Records"]
    assert record["s3"]["bucket"]["name"] == system.bucket("PhotoBucket")
    assert api.post("/api/listings", json={}).json()["id"] == 1
    system.client("s3").put_object(
        Bucket=system.bucket("PhotoBucket"), Key=record["s3"]["object"]["key"], Body=photo(RED)
    )
    system.wait()
    result = system.invoke("InferenceFunction", event("inference"))
    assert not result.error, result.payload
    assert len(api.get("/api/images").json()["images"]) == 1


STEPS = [
    "prepare_photo", "analyze_photo", "receive_upload", "answer_message", "plan_items", "process_items",
    "measure_overlap", "finish_task", "deliver_callback",
]  # fmt: skip


@pytest.mark.parametrize("name", STEPS)
def test_a_step_of_no_task_asks_to_be_tried_again(system: Cloud, name: str) -> None:
    result = system.invoke(logical_id(name), event(name))
    assert result.error
    assert result.payload["errorType"] == "UnavailableError"


@pytest.mark.postgres
def test_the_schema_is_up_to_date_already(system: Cloud) -> None:
    result = system.invoke("MigrateFunction", event("migrate"))
    newest = max(path.name[:4] for path in VERSIONS.glob("[0-9]*.py"))
    assert (result.error, result.payload) == (False, {"before": newest, "after": newest})


def test_an_upload_of_no_task_starts_nothing(system: Cloud) -> None:
    result = system.invoke("UploadArrivedFunction", event("upload_arrived"))
    assert (result.error, result.payload) == (False, None)


def test_a_reconciler_with_nothing_to_do_says_so(system: Cloud) -> None:
    result = system.invoke("ReconcileFunction", event("reconcile"))
    assert (result.error, result.payload) == (False, {"looked_at": 0, "closed": 0, "to_delete": 0, "done_with": 0})
