"""The template's policies against what the functions do: nothing is missing, and nothing is left over."""

from pathlib import Path
from typing import Any

import boto3
import pytest

from rig.cloud import Cloud
from rig.policies import Access, faults, refusal, role_of
from rig.s3_events import ObjectChange, s3_event
from rig.stack import Stack
from rig.template import load_stack
from tests.fakes import FakeAnalyzer
from tests.pictures import BLUE, GREEN, RED, photo

TEMPLATE = Path(__file__).parents[3] / "template.yaml"
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:database-AbCdEf"


def photos_arrive(system: Cloud, api: Any, analyzer: FakeAnalyzer) -> None:
    """By each door: over HTTP at once and as a task, and into the bucket. One is gone before its event comes, and
    one before its workflow reads it."""
    bucket = system.bucket("PhotoBucket")
    assert api.post("/api/listings", json={"title": "By the sea"}).status_code == 201
    assert api.post("/api/upload", files={"file": ("a.jpg", photo(RED))}, data={"listing_id": "1"}).status_code == 200
    assert send_as_task(api, photo(BLUE)).status_code == 202
    system.client("s3").put_object(Bucket=bucket, Key="incoming/1/c.jpg", Body=photo(GREEN))
    system.wait()
    gone = s3_event(ObjectChange("s3:ObjectCreated:Put", bucket, "incoming/1/gone.jpg", 1, "0"), "test")
    assert not system.invoke("InferenceFunction", gone).error
    analyzer.failure = RuntimeError("not now")
    queued = send_as_task(api, photo((1, 2, 3))).json()
    system.wait()
    for found in system.client("s3").list_objects_v2(Bucket=bucket, Prefix="photos/")["Contents"]:
        system.client("s3").delete_object(Bucket=bucket, Key=found["Key"])
    for function in ("PreparePhotoFunction", "AnalyzePhotoFunction"):
        step = {"task_id": queued["task_id"], "image_id": queued["image_id"]}
        assert system.invoke(function, step).payload["errorType"] == "NotFoundError"


def send_as_task(api: Any, body: bytes) -> Any:
    return api.post("/api/upload", files={"file": ("b.jpg", body)}, data={"async": "true"})


def everything_is_read(system: Cloud, api: Any) -> None:
    """Every route that reads, with rows behind it, and the function that has no route."""
    said = api.post("/api/chat", json={"message": "Is there a dishwasher?", "listing_id": 1}).json()
    paths = [
        "/api/images", "/api/images/1", "/api/listings", "/api/listings/1", "/api/conversations", "/api/health",
        f"/api/conversations/{said['conversation_id']}/messages", "/api/openapi.json", "/api/docs",
        "/api/docs/swagger-ui.css", "/api/images?room_type=kitchen", "/api/images/1/similar",
        "/api/images/1/duplicates",
    ]  # fmt: skip
    for path in paths:
        assert api.get(path).status_code == 200, path
    assert api.patch("/api/images/1", json={"room_type": "office"}).status_code == 200
    assert api.get("/api/tasks/tsk_nothing").status_code == 404
    assert len(api.post("/api/query", json={"query": "bright kitchen"}).json()["top_k"]) == 3
    assert not system.invoke("MigrateFunction", {}).error


@pytest.mark.postgres  # the function that migrates knows no other database
def test_functions_may_do_what_they_do_and_nothing_else(system: Cloud, api: Any, analyzer: FakeAnalyzer) -> None:
    system.permissions.forget()
    photos_arrive(system, api, analyzer)
    everything_is_read(system, api)
    assert [str(use) for use in system.permissions.refused] == []
    assert [str(use) for use in system.permissions.unused()] == []


def test_a_call_that_no_policy_allows_is_refused_inside_the_handler(
    system: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    system.invoke("HealthFunction", {})
    from health import app

    def curious(event: Any, context: Any) -> Any:
        return boto3.client("s3").list_objects_v2(Bucket=event["bucket"])["KeyCount"]

    monkeypatch.setattr(app, "handler", curious)
    result = system.invoke("HealthFunction", {"bucket": system.bucket("PhotoBucket")})
    assert (result.error, result.payload["errorType"]) == (True, "ClientError")
    assert "(AccessDenied)" in result.payload["errorMessage"]
    assert "local-HealthFunction is not authorized to perform: s3:ListBucket" in result.payload["errorMessage"]


# ----------------------------------------------------------------------------------- what the template alone shows


@pytest.fixture(scope="module")
def with_secret() -> Stack:
    return load_stack(TEMPLATE, {"DatabaseSecretArn": SECRET})


def test_each_function_that_is_told_of_the_secret_may_read_it_and_no_other_may(with_secret: Stack) -> None:
    told = {name for name, f in with_secret.functions.items() if "DATABASE_SECRET_ARN" in f.environment}
    assert {name for name in with_secret.functions if may_read_secret(with_secret, name)} == told
    assert told == set(with_secret.functions) - {"HealthFunction"}


def may_read_secret(stack: Stack, name: str) -> bool:
    role = role_of(stack, stack.functions[name].role)
    assert role is not None
    return refusal(role, Access("secretsmanager:GetSecretValue", SECRET)) is None


def test_health_is_not_told_where_the_database_is() -> None:
    stack = load_stack(TEMPLATE, {"DatabaseUrl": "postgresql+psycopg2://user:password@host/name"})
    told = {name for name, function in stack.functions.items() if "DATABASE_URL" in function.environment}
    assert told == set(stack.functions) - {"HealthFunction"}


def test_state_machines_may_invoke_their_steps_and_failed_events_can_be_buried(with_secret: Stack) -> None:
    assert faults(with_secret) == []
