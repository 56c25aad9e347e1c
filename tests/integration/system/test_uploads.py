"""Presigned uploads and batches: photos that come straight into the bucket, and those that lie there already."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rig.cloud import Cloud
from roomlens.models import Analysis, Image
from tests.pictures import BLUE, GREEN, RED, photo


def wanted(body: bytes, name: str = "a.jpg", **more: Any) -> dict[str, Any]:
    return {"filename": name, "content_type": "image/jpeg", "size": len(body), **more}


def send(api: Any, system: Cloud, upload: dict[str, Any], body: bytes) -> Any:
    """What a browser does with a presigned upload."""
    import requests

    return requests.post(upload["url"], data=upload["fields"], files={"file": ("a.jpg", body)}, timeout=10)


def task_of(api: Any, task_id: str) -> Any:
    return api.get(f"/api/tasks/{task_id}").json()


def items_of(api: Any, task_id: str, **params: Any) -> list[dict[str, Any]]:
    answer = api.get(f"/api/tasks/{task_id}/items", params={"limit": 100, **params})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_a_presigned_upload_is_a_task_before_its_bytes_are_there(system: Cloud, api: Any, rows: Session) -> None:
    listing = api.post("/api/listings", json={}).json()["id"]
    body = photo(BLUE)
    answer = api.post("/api/uploads", json=wanted(body, "bath ü.jpg", listing_id=listing))
    assert answer.status_code == 201, answer.text
    told = answer.json()
    before = task_of(api, told["task_id"])
    assert (before["status"], before["kind"], before["progress"]["done"]) == ("queued", "image.upload", 0)
    assert before["upload"]["fields"]["key"] == told["upload"]["fields"]["key"]
    assert send(api, system, told["upload"], body).status_code in (200, 204)
    system.wait()
    task = task_of(api, told["task_id"])
    assert (task["status"], task["problem"], task["progress"]) == ("success", None, {"done": 3, "total": 3})
    assert task["result"]["image_id"] == told["image_id"]
    image = api.get(f"/api/images/{told['image_id']}").json()
    assert (image["status"], image["filename"], image["listing_id"]) == ("analyzed", "bath ü.jpg", listing)
    assert image["s3_path"].split("/")[3] == "photos"
    assert rows.scalar(select(func.count(Image.id))) == 1


def test_a_batch_of_keys_and_a_prefix(system: Cloud, api: Any, rows: Session) -> None:
    listing = api.post("/api/listings", json={}).json()["id"]
    s3, bucket = system.client("s3"), system.bucket("PhotoBucket")
    for name, body in {"a.jpg": photo(RED), "b.jpg": photo(BLUE), "c.jpg": b"%PDF-1.7", "d.jpg": photo(RED)}.items():
        s3.put_object(Bucket=bucket, Key=f"imports/x/{name}", Body=body)
    system.wait()
    assert rows.scalar(select(func.count(Image.id))) == 0
    answer = api.post("/api/uploads/batch", json={"prefix": "imports/x/", "listing_id": listing})
    assert answer.status_code == 202, answer.text
    system.wait()
    task = task_of(api, answer.json()["task_id"])
    assert (task["status"], task["items"]) == ("partial", {"success": 3, "failed": 1}), task
    (failed,) = task["failed_items"]
    assert (failed["name"], failed["problem"]["code"]) == ("imports/x/c.jpg", "unsupported-media")
    assert rows.scalar(select(func.count(Analysis.id))) == 2


def test_a_batch_of_announced_uploads(system: Cloud, api: Any, rows: Session) -> None:
    bodies = [photo(RED), photo(GREEN), b"no photo at all"]
    answer = api.post("/api/uploads/batch", json={"photos": [wanted(body) for body in bodies]})
    assert answer.status_code == 202, answer.text
    batch = answer.json()["task_id"]
    for item, body in zip(items_of(api, batch), bodies, strict=True):
        send(api, system, item["upload"], body)
    system.wait()
    task = task_of(api, batch)
    assert (task["status"], task["items"]) == ("partial", {"success": 2, "failed": 1}), task


def test_everything_is_looked_at_again(system: Cloud, api: Any, rows: Session, analyzer: Any) -> None:
    analyzer.failure = RuntimeError("not now")
    for colour in (RED, GREEN):
        api.post("/api/upload/", files={"file": ("a.jpg", photo(colour))}, data={"async": "true"})
    system.wait()
    analyzer.failure = None
    answer = api.post("/api/images/analyze", json={})
    assert answer.status_code == 202, answer.text
    system.wait()
    task = task_of(api, answer.json()["task_id"])
    assert (task["status"], task["items"]) == ("success", {"success": 2}), task


def test_a_chat_that_is_not_waited_for(system: Cloud, api: Any) -> None:
    answer = api.post("/api/chat/", json={"message": "Is there a dishwasher?"}, headers={"Prefer": "respond-async"})
    assert answer.status_code == 202, answer.text
    system.wait()
    task = task_of(api, answer.json()["task_id"])
    assert task["status"] == "success"
    assert task["result"]["reply"]


def test_backfill(system: Cloud, api: Any) -> None:
    api.post("/api/upload/", files={"file": ("a.jpg", photo(RED))})
    answer = api.post("/api/models/embedded-rules/backfill", json={})
    assert answer.status_code == 202, answer.text
    system.wait()
    task = task_of(api, answer.json()["task_id"])
    assert task["status"] == "success", task
    assert task["result"]["overlap"], task
