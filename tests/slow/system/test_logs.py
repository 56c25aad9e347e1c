"""What functions write into their logs, at DEBUG, while everything is asked of them: no token, no body, no link that
opens anything, and not where a photo was taken. Nor do refusals repeat what was sent."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Iterator
from typing import Any

import pytest

import roomlens
from rig.cloud import Cloud
from rig.receiver import Receiver
from roomlens.observability import logger
from tests.fakes import FakeAnalyzer
from tests.pictures import BLUE, photo
from tests.telltale import SPOKEN, TELLTALE, telltale_photos

SECRET = "SECRET"
"""In all that is sent and is nobody's business."""
HEADERS = {"authorization": "Bearer SECRET.token.of-a-caller", "cookie": "session=SECRET", "x-api-key": "SECRET"}
NEVER = (SECRET, TELLTALE.decode(), "x-amz-signature", "x-amz-security-token", "x-amz-credential", "bearer", *SPOKEN)
NOT_DEPLOYED = ("moto", "rig", "werkzeug", "asyncio")
"""The cloud's own loggers: of this process too, and of no function."""


class Written(logging.Handler):
    """All that any logger says, with what it says beside its words."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.partition(".")[0] not in NOT_DEPLOYED:
            beside = {name: value for name, value in vars(record).items() if name not in ("msg", "args", "message")}
            self.lines.append(f"{self.format(record)} {beside}")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Written]:
    """As Lambda starts a function whose LogLevel is DEBUG: the root logger has it before there is any other code."""
    handler, root, ours = Written(), logging.getLogger(), logging.getLogger(logger().name)
    before = root.level, ours.level
    for one in (root, ours):
        one.addHandler(handler)
        one.setLevel(logging.DEBUG)
    importlib.reload(roomlens)
    yield handler
    for one, level in zip((root, ours), before, strict=True):
        one.removeHandler(handler)
        one.setLevel(level)


def photos_sent(api: Any, system: Cloud, receiver: Receiver) -> Iterator[Any]:
    """A listing, and photos of it by every door."""
    import requests

    address = {"line": "SECRET street 1", "city": "Paris"}
    yield (
        made := api.post("/api/listings", json={"external_ref": "SECRET-ref"}, headers={"idempotency-key": "SECRET-1"})
    )
    yield api.post("/api/listings", json={"external_ref": "SECRET-two"}, headers={"idempotency-key": "SECRET-1"})
    yield api.post("/api/listings", json={"address": address, "SECRET": "SECRET"})
    listing = made.json()["id"]
    form = {"listing_id": str(listing)}
    body = telltale_photos()["JPEG"]
    yield api.post("/api/upload/", files={"file": ("a.jpg", body)}, data=form)
    yield api.post("/api/upload/", files={"file": ("a.png", telltale_photos()["PNG"])}, data={"async": "true"})
    yield api.post("/api/upload/", files={"file": ("a.jpg", b"%PDF SECRET")}, data=form)
    yield api.post(
        "/api/upload/", files={"file": ("a.jpg", body)}, data={"listing_id": "SECRET", "captured_at": "SECRET"}
    )
    later = {"callback_url": f"{receiver.url}?token=SECRET", "listing_id": listing}
    wanted = {"filename": "b.jpg", "content_type": "image/jpeg", "size": len(photo(BLUE)), **later}
    yield (announced := api.post("/api/uploads", json=wanted))
    sent = announced.json()["upload"]
    assert requests.post(sent["url"], data=sent["fields"], files={"file": photo(BLUE)}, timeout=10).ok
    yield api.post(
        "/api/uploads", json={**wanted, "content_type": "SECRET", "callback_url": "https://SECRET@h/?SECRET"}
    )
    yield api.post("/api/uploads/batch", json={"photos": [{"key": "imports/none.jpg"}], "SECRET": 1})
    for name, content in {"incoming/1/c.jpg": body, "incoming/0/d.jpg": b"SECRET"}.items():
        system.client("s3").put_object(Bucket=system.bucket("PhotoBucket"), Key=name, Body=content)
    system.wait()


def everything(api: Any, system: Cloud, receiver: Receiver) -> Iterator[Any]:
    """Calls of every kind, those that fail too; their answers."""
    sent = list(photos_sent(api, system, receiver))
    yield from sent
    told = [answer.json() for answer in sent]
    listing = told[0]["id"]
    (announced,) = (one for one in told if "upload" in one)
    (seen,) = (one for one in told if "predictions" in one)
    image = f"/api/images/{seen['image_id']}"
    yield api.patch(image, json={"caption": "SECRET caption"})
    yield api.patch(image, json={"caption": "SECRET caption", "note": "SECRET"})
    yield api.patch(image, json={"room_type": "SECRET"})
    yield api.get(image)
    yield api.get("/api/images", params={"cursor": "SECRET", "listing_id": "SECRET"})
    yield api.post("/api/query/", json={"query": "SECRET kitchen", "explain": True})
    yield api.post("/api/query/", json={"query": "SECRET", "k": "SECRET", "filters": {"SECRET": "SECRET"}})
    yield api.post("/api/query/", content=b'{"query": "SECRET', headers={"content-type": "application/json"})
    yield api.post(
        "/api/query/image",
        files={"file": ("a.jpg", telltale_photos()["JPEG"])},
        data={"request": '{"query": "SECRET"}'},
    )
    yield (said := api.post("/api/chat/", json={"message": "Is there a SECRET dishwasher?", "listing_id": listing}))
    conversation = said.json()["conversation_id"]
    more = {"message": "And the SECRET?", "conversation_id": conversation}
    yield api.post("/api/chat/", json=more, headers={"prefer": "respond-async"})
    yield api.post("/api/chat/", json={"message": ["SECRET"], "user_id": 1})
    system.wait()
    yield api.get(f"/api/conversations/{conversation}/messages")
    yield api.post(f"/api/conversations/{conversation}/replay", json={"last": 1})
    yield api.post(f"/api/messages/{said.json()['message_id']}/feedback", json={"rating": "up", "comment": "SECRET"})
    yield api.get("/api/tasks")
    yield api.get(f"/api/tasks/{announced['task_id']}")


def test_logs_hold_no_token_no_body_no_link_and_no_place(
    system: Cloud,
    api: Any,
    receiver: Receiver,
    analyzer: FakeAnalyzer,
    written: Written,
    capfd: pytest.CaptureFixture[str],
) -> None:
    api.headers.update(HEADERS)
    answers = list(everything(api, system, receiver))
    analyzer.failure = RuntimeError("no room in the model")
    answers.append(api.post("/api/upload/", files={"file": ("e.jpg", telltale_photos()["WEBP"])}))
    system.wait()
    refusals = [answer for answer in answers if answer.status_code >= 400]
    assert {answer.status_code for answer in answers} >= {200, 201, 202, 415, 422, 502}
    assert [answer.text for answer in refusals if SECRET in answer.text.replace("/SECRET", "")] == []
    assert not any(place in answer.text for answer in answers for place in (*SPOKEN, TELLTALE.decode()))
    assert receiver.received
    told = [*written.lines, *"".join(capfd.readouterr()).splitlines()]
    assert any("request.done" in line for line in told)
    assert any("photo.inference_failed" in line for line in told)
    leaks = {word: line for line in told for word in NEVER if word.lower() in line.lower()}
    assert leaks == {}
