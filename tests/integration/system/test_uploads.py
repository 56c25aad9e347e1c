"""Presigned uploads and batches: photos that come straight into the bucket, and those that lie there already. Each
workflow on a good day is in test_workflows.py."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rig.cloud import Cloud
from roomlens.models import Analysis, Image
from tests.pictures import BLUE, RED, photo


def wanted(body: bytes, name: str = "a.jpg", **more: Any) -> dict[str, Any]:
    return {"filename": name, "content_type": "image/jpeg", "size": len(body), **more}


def send(api: Any, system: Cloud, upload: dict[str, Any], body: bytes) -> Any:
    """What a browser does with a presigned upload."""
    import requests

    return requests.post(upload["url"], data=upload["fields"], files={"file": ("a.jpg", body)}, timeout=10)


def task_of(api: Any, task_id: str) -> Any:
    return api.get(f"/api/tasks/{task_id}").json()


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
