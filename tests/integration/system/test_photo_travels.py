"""The whole template in one process: what goes in by any door comes out by the API."""

import json
from typing import Any

from rig.chaos import Chaos
from rig.cloud import Cloud
from rig.pytest_plugin import messages
from roomlens import db
from roomlens.events import objects_created
from roomlens.settings import forget_settings
from tests.fakes import FakeAnalyzer
from tests.pictures import BLUE, GREEN, RED, photo


def make_listing(api: Any, **values: Any) -> int:
    answer = api.post("/api/listings", json=values)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def upload(api: Any, **fields: str) -> dict[str, Any]:
    answer: dict[str, Any] = api.post("/api/upload/", files={"file": ("b.jpg", photo(GREEN))}, data=fields).json()
    return answer


def put(system: Cloud, key: str, body: bytes) -> None:
    system.client("s3").put_object(Bucket=system.bucket("PhotoBucket"), Key=key, Body=body)


def test_photos_put_into_the_bucket_are_found_and_spoken_of(system: Cloud, api: Any) -> None:
    listing = make_listing(api, title="By the sea")
    for name, colour in (("kitchen one.jpg", RED), ("front+door.jpg", GREEN), ("bath ü.jpg", BLUE)):
        put(system, f"incoming/{listing}/{name}", photo(colour))
    system.wait()
    images = api.get("/api/images", params={"listing_id": listing}).json()["images"]
    assert {image["filename"]: image["predictions"]["room_type"]["label"] for image in images} == {
        "kitchen one.jpg": "kitchen",
        "front+door.jpg": "exterior",
        "bath ü.jpg": "bathroom",
    }
    kitchen = next(image["id"] for image in images if image["filename"] == "kitchen one.jpg")
    hits = api.post("/api/query/", json={"query": "dishwasher in the kitchen", "k": 1}).json()["top_k"]
    assert [hit["id"] for hit in hits] == [kitchen]
    answer = api.post("/api/chat/", json={"message": "Is there a dishwasher?", "listing_id": listing}).json()
    assert [used["image_id"] for used in answer["context_used"]] == [kitchen]
    assert api.get(f"/api/listings/{listing}").json()["photo_counts"] == {"analyzed": 3, "total": 3}


def test_a_thumbnail_link_leads_to_a_picture(system: Cloud, api: Any) -> None:
    import urllib.request

    image_id = api.post("/api/upload/", files={"file": ("a.jpg", photo())}).json()["image_id"]
    image = api.get(f"/api/images/{image_id}").json()
    with urllib.request.urlopen(image["thumbnail_url"]) as answer:
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.read(3) == b"\xff\xd8\xff"


def test_a_bad_object_is_shown_with_its_reason_and_loses_no_other(system: Cloud, api: Any) -> None:
    listing = make_listing(api)
    put(system, f"incoming/{listing}/broken.jpg", b"%PDF-1.7")
    put(system, f"incoming/{listing}/good.jpg", photo())
    put(system, "incoming/99999/lost.jpg", photo())
    system.wait()
    failed = api.get("/api/images", params={"status": "failed"}).json()["images"]
    assert {image["filename"]: image["failure"]["code"] for image in failed} == {
        "broken.jpg": "unsupported-media",
        "lost.jpg": "not-found",
    }
    assert api.get(f"/api/listings/{listing}").json()["photo_counts"] == {"failed": 1, "analyzed": 1, "total": 2}
    assert messages(system, "DeadLetterQueue") == []


def test_what_can_not_be_recorded_lies_in_the_dead_letter_queue(system: Cloud, api: Any, monkeypatch: Any) -> None:
    make_listing(api)
    db.engine().dispose()
    db.engine.cache_clear()
    db.SessionFactory.configure(bind=None)
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg2://nobody@127.0.0.1:1/none")
    forget_settings()
    put(system, "incoming/1/a.jpg", photo())
    system.wait()
    letters = [json.loads(message["Body"]) for message in messages(system, "DeadLetterQueue")]
    assert {created.key for letter in letters for created in objects_created(letter)} == {"incoming/1/a.jpg"}


def test_both_forms_of_a_path_are_routes_and_others_are_not(system: Cloud, api: Any) -> None:
    for path in ("/api/upload/", "/api/upload"):
        assert api.post(path, files={"file": ("a.jpg", photo())}).status_code == 200
    for path in ("/api/query/", "/api/query"):
        assert api.post(path, json={"query": "kitchen"}).status_code == 200
    for path in ("/api/chat/", "/api/chat"):
        assert api.post(path, json={"message": "kitchen"}).status_code == 200
    assert api.get("/api/nothing").status_code == 404


def test_thirty_megabytes_over_http_are_refused(system: Cloud, api: Any) -> None:
    answer = api.post("/api/upload/", files={"file": ("a.jpg", bytes(30 * 2**20))})
    assert answer.status_code == 413


def test_a_browser_may_call_from_another_origin(system: Cloud, api: Any) -> None:
    asked = {"origin": "https://example.org", "access-control-request-method": "POST"}
    assert api.options("/api/query/", headers=asked).headers["access-control-allow-origin"] == "*"


def by_every_door(system: Cloud, api: Any) -> tuple[int, dict[str, Any], dict[str, Any]]:
    """One photo, put into the bucket, uploaded, and uploaded for a task: its listing and the two answers."""
    listing = make_listing(api)
    put(system, f"incoming/{listing}/a.jpg", photo(GREEN))
    system.wait()
    uploaded = upload(api, listing_id=str(listing))
    queued = upload(api, **{"listing_id": str(listing), "async": "true"})
    system.wait()
    return listing, uploaded, queued


def test_a_photo_is_one_photo_whatever_door_it_comes_by(system: Cloud, api: Any) -> None:
    listing, uploaded, queued = by_every_door(system, api)
    assert uploaded["deduplicated"] is True
    assert queued["image_id"] == uploaded["image_id"]
    assert api.get(f"/api/tasks/{queued['task_id']}").json()["status"] == "success"
    assert api.get(f"/api/listings/{listing}").json()["photo_counts"] == {"analyzed": 1, "total": 1}


def test_a_photo_is_looked_at_once_whatever_door_it_comes_by(
    system: Cloud, api: Any, chaos: Chaos, analyzer: FakeAnalyzer
) -> None:
    chaos.switch()  # of two events at the same moment each looks, and one look is thrown away (ADR 7)
    by_every_door(system, api)
    assert analyzer.asked == 1


def test_one_event_delivered_to_several_at_once_leaves_one_photo(system: Cloud, api: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    listing = make_listing(api)
    with ThreadPoolExecutor(4) as pool:
        for _ in pool.map(lambda _: put(system, f"incoming/{listing}/a.jpg", photo()), range(4)):
            pass
    system.wait()
    assert api.get(f"/api/listings/{listing}").json()["photo_counts"] == {"analyzed": 1, "total": 1}
    assert messages(system, "DeadLetterQueue") == []
