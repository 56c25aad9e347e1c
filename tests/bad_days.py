"""A scenario with every way in, for tests of what goes wrong on the way."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from rig.chaos import Chaos, Kind
from rig.cloud import Cloud
from rig.pytest_plugin import messages
from tests.pictures import BLUE, GREEN, GREY, RED, photo


def photos_and_tasks_end_as_on_a_calm_day(
    system: Cloud, api: Any, chaos: Chaos, caplog: pytest.LogCaptureFixture, kinds: tuple[Kind, ...]
) -> None:
    """Photos come by two doors, one file is replaced and one is none; whatever goes wrong, the rows are those of
    a calm day."""
    chaos.switch(*kinds)
    listing = api.post("/api/listings", json={}).json()["id"]
    key = f"incoming/{listing}/old name.jpg"
    system.client("s3").put_object(Bucket=system.bucket("PhotoBucket"), Key=key, Body=photo(GREY))

    def put(named: tuple[str, bytes]) -> None:
        name, body = named
        s3 = system.client("s3")
        s3.put_object(Bucket=system.bucket("PhotoBucket"), Key=f"incoming/{listing}/{name}", Body=body)

    photos = {"kitchen ü+1.jpg": photo(RED), "front/door.jpg": photo(GREEN), "broken.jpg": b"%PDF-1.7"}
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, {**photos, "old name.jpg": photo(GREEN)}.items()))
    form = {"listing_id": str(listing), "async": "true"}
    queued = api.post("/api/upload/", files={"file": ("bath.jpg", photo(BLUE))}, data=form).json()
    system.wait(60)

    images = api.get("/api/images", params={"listing_id": listing, "status": "analyzed"}).json()["images"]
    rooms = sorted(image["predictions"]["room_type"]["label"] for image in images)
    assert rooms == ["bathroom", "exterior", "kitchen"]  # the two green ones are one photo; the grey one is gone
    (failed,) = api.get("/api/images", params={"status": "failed"}).json()["images"]
    assert (failed["filename"], failed["failure"]["code"]) == ("broken.jpg", "unsupported-media")
    task = api.get(f"/api/tasks/{queued['task_id']}").json()
    assert (task["status"], task["progress"], task["problem"]) == ("success", {"done": 3, "total": 3}, None)
    assert messages(system, "DeadLetterQueue") == []
    for kind in kinds:
        assert f"chaos {kind}: " in caplog.text
