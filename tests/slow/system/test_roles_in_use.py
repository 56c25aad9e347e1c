"""Every role against all that its function does: nothing is missing, and nothing is left over."""

from datetime import UTC, datetime, timedelta
from hashlib import md5
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from rig.cloud import Cloud
from rig.moto_state import restore_object
from rig.s3_events import ObjectChange, s3_event
from roomlens.models import Task
from tests.fakes import FakeAnalyzer
from tests.pictures import BLUE, GREEN, GREY, RED, photo


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
    for path in (f"/api/tasks/{queued['task_id']}/retry", f"/api/images/{queued['image_id']}/analyze"):
        assert api.post(path, json={}).status_code == 202
        system.wait()
        newest = api.get("/api/tasks", params={"kind": "image.analyze", "limit": 1, "status": "failed"}).json()
        assert newest["tasks"][0]["problem"]["code"] == "not-found"
    analyzer.failure = None


def much_is_asked_for(system: Cloud, api: Any, analyzer: FakeAnalyzer) -> None:
    """Every kind of long work, with what goes wrong on the way."""
    bucket, s3 = system.bucket("PhotoBucket"), system.client("s3")
    wanted = {"filename": "a.jpg", "content_type": "image/jpeg", "size": len(photo(GREEN))}
    upload = api.post("/api/uploads", json=wanted).json()["upload"]
    s3.put_object(Bucket=bucket, Key=upload["fields"]["key"], Body=photo(GREEN))
    s3.put_object(Bucket=bucket, Key="imports/a.jpg", Body=photo(GREY))
    batch = {"prefix": "imports/", "callback_url": "http://127.0.0.1:65535/"}
    assert api.post("/api/uploads/batch", json=batch).status_code == 202
    told = {"message": "Is there a dishwasher?"}
    assert api.post("/api/chat", json=told, headers={"Prefer": "respond-async"}).status_code == 202
    system.wait()
    analyzer.failure = RuntimeError("not now")
    s3.put_object(Bucket=bucket, Key="incoming/1/d.jpg", Body=photo((4, 5, 6)))
    system.wait()
    analyzer.failure = None
    seen = api.get("/api/images", params={"status": "analyzed"}).json()["images"]
    for image_id in {image["s3_path"].split("/")[3]: image["id"] for image in seen}.values():  # one of each place
        answer = api.post(f"/api/images/{image_id}/analyze", json={"model": "embedded-rules"})
        assert answer.status_code == 202
    s3.put_object(Bucket=bucket, Key="incoming/1/odd.jpg", Body=b"%PDF-1.7")
    system.wait()
    (unread,) = api.get("/api/images", params={"listing_id": 1, "status": "failed"}).json()["images"][-1:]
    assert unread["s3_path"].endswith("odd.jpg")
    assert api.post(f"/api/images/{unread['id']}/analyze").status_code == 202
    for path in ("/api/images/analyze", "/api/models/embedded-rules/backfill"):
        assert api.post(path, json={}).status_code == 202, path
        system.wait()


def uploads_come_late(system: Cloud, api: Any, rows: Session) -> None:
    """One fails and is tried again, of one the event was lost, and one never comes; a message got lost, too."""
    bucket, s3 = system.bucket("PhotoBucket"), system.client("s3")
    wanted = {"filename": "a.jpg", "content_type": "image/jpeg", "size": len(photo(GREEN))}
    announced = api.post("/api/uploads/batch", json={"photos": [wanted]}).json()["task_id"]
    (item,) = api.get(f"/api/tasks/{announced}/items").json()["items"]
    s3.put_object(Bucket=bucket, Key=item["upload"]["fields"]["key"], Body=b"no photo, and too few bytes")
    system.wait()
    s3.put_object(Bucket=bucket, Key=item["upload"]["fields"]["key"], Body=photo(GREEN))
    assert api.post(f"/api/tasks/{announced}/retry").status_code == 202
    system.wait()
    lost, never = (api.post("/api/uploads", json=wanted).json() for _ in range(2))
    body = photo(GREEN)
    restore_object(bucket, lost["upload"]["fields"]["key"], body, f'"{md5(body).hexdigest()}"', datetime.now(UTC), {})
    task = send_as_task(api, photo((7, 8, 9))).json()
    system.wait()
    untold = {"callback_url": "http://127.0.0.1:65535/", "callback_status": "pending"}
    rows.execute(update(Task).values(updated_at=datetime.now(UTC) - timedelta(days=2)))
    rows.execute(update(Task).where(Task.id == announced).values(updated_at=Task.updated_at, **untold))
    rows.execute(update(Task).where(Task.id == task["task_id"]).values(status="running", updated_at=Task.updated_at))
    assert not system.invoke("ReconcileFunction", {}).error
    system.wait()
    told = [api.get(f"/api/tasks/{one['task_id']}").json()["status"] for one in (lost, never, task)]
    assert told == ["success", "failed", "failed"]
    queued = api.post("/api/uploads", json=wanted).json()["task_id"]
    for decision, status in (("cancel", 200), ("retry", 202)):
        assert api.post(f"/api/tasks/{queued}/{decision}").status_code == status
    for function in ("ReceiveUploadFunction", "ProcessItemsFunction"):  # what they ask for when it is not there
        system.invoke(function, {"task_id": queued, "tenant_id": "local", "run": 2})


def send_as_task(api: Any, body: bytes) -> Any:
    return api.post("/api/upload", files={"file": ("b.jpg", body)}, data={"async": "true"})


def everything_is_read(system: Cloud, api: Any) -> None:
    """Every route that reads, with rows behind it, and the function that has no route."""
    said = api.post("/api/chat", json={"message": "Is there a dishwasher?", "listing_id": 1}).json()
    paths = [
        "/api/images", "/api/images/1", "/api/listings", "/api/listings/1", "/api/conversations", "/api/health",
        "/api/health/ready",
        f"/api/conversations/{said['conversation_id']}/messages", "/api/openapi.json", "/api/docs",
        "/api/docs/swagger-ui.css", "/api/images?room_type=kitchen", "/api/images/1/similar",
        "/api/images/1/duplicates", "/api/listings/1/photo-order", "/api/listings/1/alterations",
    ]  # fmt: skip
    conversation = f"/api/conversations/{said['conversation_id']}"
    assert api.post(f"{conversation}/replay").json()["summary"]["turns"] == 1
    assert api.post(f"/api/messages/{said['message_id']}/feedback", json={"rating": "up"}).status_code == 201
    for path in paths:
        assert api.get(path).status_code == 200, path
    assert api.patch("/api/images/1", json={"room_type": "office"}).status_code == 200
    assert api.put("/api/images/1/alteration", json={"kind": "other"}).status_code == 200
    assert api.post("/api/listings/1/lint", json={}).json()["passed"] is False
    assert api.delete(conversation).json()["removed"]["feedback"] == 1
    assert api.get("/api/tasks/tsk_nothing").status_code == 404
    assert len(api.post("/api/query", json={"query": "bright kitchen"}).json()["top_k"]) > 2
    assert not system.invoke("MigrateFunction", {}).error


def photos_are_deleted(system: Cloud, api: Any) -> None:
    """One that was put into the bucket, one that is waited for, and a listing with such a one of its own."""
    wanted = {"filename": "a.jpg", "content_type": "image/jpeg", "size": 9, "callback_url": "http://127.0.0.1:65535/"}
    stored = api.get("/api/images", params={"listing_id": 1, "status": "analyzed"}).json()["images"]
    waiting = api.post("/api/uploads", json=wanted).json()["image_id"]
    for image_id in (next(image["id"] for image in stored if "/incoming/" in image["s3_path"]), waiting):
        assert api.delete(f"/api/images/{image_id}").status_code == 200
    assert api.post("/api/uploads", json=wanted | {"listing_id": 1}).status_code == 201
    removed = api.delete("/api/listings/1").json()["removed"]
    assert removed["photos"] > removed["tasks_canceled"] == 1
    system.wait()
    assert not system.invoke("ReconcileFunction", {}).error


@pytest.mark.postgres  # the function that migrates knows no other database
def test_functions_may_do_what_they_do_and_nothing_else(
    system: Cloud, api: Any, rows: Session, analyzer: FakeAnalyzer
) -> None:
    system.permissions.forget()
    photos_arrive(system, api, analyzer)
    much_is_asked_for(system, api, analyzer)
    uploads_come_late(system, api, rows)
    everything_is_read(system, api)
    photos_are_deleted(system, api)
    assert [str(use) for use in system.permissions.refused] == []
    assert [str(use) for use in system.permissions.unused()] == []
