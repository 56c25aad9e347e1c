"""Deleted while S3 is down and while workflows run: what the whole template shows of it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from rig.cloud import Cloud
from roomlens.models import Image, ObjectRemoval
from tests.fakes import FakeAnalyzer
from tests.integration.system.test_photo_travels import make_listing, put
from tests.pictures import BLUE, RED, photo


def test_a_listing_that_is_deleted_while_s3_is_down_loses_its_objects_later(
    system: Cloud, api: Any, rows: Session
) -> None:
    going, other = make_listing(api), make_listing(api)
    for listing in (going, other):
        put(system, f"incoming/{listing}/a.jpg", photo(RED))
        put(system, f"incoming/{listing}/{listing}.jpg", photo(BLUE, seed=listing))
    system.wait()
    before = lying(system)
    with system.outage("s3"):
        removed = api.delete(f"/api/listings/{going}")
        assert (removed.status_code, removed.json()["removed"]["objects"]) == (200, 4)
    assert lying(system) == before
    assert api.delete(f"/api/listings/{going}").status_code == 404
    assert not system.invoke("ReconcileFunction", {}).error
    left = lying(system)
    assert {key for key in before - left if key.startswith("incoming/")} == {
        f"incoming/{going}/a.jpg", f"incoming/{going}/{going}.jpg",
    }  # fmt: skip
    assert len(left) == len(before) - 4, "the thumbnails of a photo that both have stay"
    assert {key.split("/")[0] for key in rows.scalars(select(ObjectRemoval.s3_key))} == {"derived"}


def test_a_listing_that_is_deleted_while_its_photos_are_worked_on_stays_deleted(
    system: Cloud, api: Any, rows: Session, analyzer: FakeAnalyzer
) -> None:
    listing = make_listing(api)
    sent = [
        api.post("/api/upload", files={"file": ("a.jpg", photo(RED, seed=seed))},
                 data={"listing_id": str(listing), "async": "true"}).json()
        for seed in range(3)
    ]  # fmt: skip
    assert api.delete(f"/api/listings/{listing}").json()["removed"]["photos"] == 3
    system.wait()
    ended = {api.get(f"/api/tasks/{task['task_id']}").json()["status"] for task in sent}
    assert ended <= {"canceled", "success"}, "it may have been faster"
    system.invoke("ReconcileFunction", {})
    assert (rows.scalars(select(Image.id)).all(), lying(system)) == ([], set())


def lying(system: Cloud) -> set[str]:
    found = system.client("s3").list_objects_v2(Bucket=system.bucket("PhotoBucket"))
    return {each["Key"] for each in found.get("Contents", ())}
