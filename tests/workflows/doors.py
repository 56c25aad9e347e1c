"""A way to start each machine through the API, with photos as small as they get, and what a good end looks like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roomlens import overlap
from roomlens.models import Analysis, Image, ImageStatus, Message
from roomlens.tasks import items
from tests.fakes import FakeAnalyzer
from tests.pictures import BLUE, GREEN, RED, photo

if TYPE_CHECKING:
    from rig.cloud import Cloud
    from rig.receiver import Receiver

COLOURS: Final = (RED, GREEN, BLUE)


@dataclass
class World:
    """The running system, and who looks, listens and is asked in it."""

    system: Cloud
    api: Any
    rows: Session
    analyzer: FakeAnalyzer
    candidate: FakeAnalyzer
    receiver: Receiver
    patch: pytest.MonkeyPatch

    def task(self, task_id: str) -> dict[str, Any]:
        answer = self.api.get(f"/api/tasks/{task_id}")
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    def items(self, task_id: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.api.get(f"/api/tasks/{task_id}/items", params={"limit": 100}).json()["items"]
        return found

    def post(self, path: str, body: Any, status: int, **headers: str) -> dict[str, Any]:
        answer = self.api.post(path, json=body, headers=headers)
        assert answer.status_code == status, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def count(self, what: Any) -> int:
        return self.rows.scalar(select(func.count()).select_from(what)) or 0

    def send(self, upload: dict[str, Any], body: bytes) -> None:
        """What a browser does with a presigned upload."""
        import requests

        answer = requests.post(upload["url"], data=upload["fields"], files={"file": ("a.jpg", body)}, timeout=10)
        assert answer.status_code in (200, 204), answer.text

    def put(self, name: str, body: bytes) -> dict[str, str]:
        """An object that lies in the bucket, as a batch names it."""
        key = f"imports/{name}"
        self.system.client("s3").put_object(Bucket=self.system.bucket("PhotoBucket"), Key=key, Body=body)
        return {"key": key}


@dataclass(frozen=True)
class Door:
    """How the work of one machine begins, and how it ends.

    `photos`: how many there are at the end; `looks`: how often each has been looked at by then, once by the task.
    """

    name: str
    machine: str
    begin: Callable[[World], str]
    photos: int = 0
    looks: int = 1
    executions: int = 1
    with_items: bool = False

    @property
    def of_its_own(self) -> bool:
        """Whether the executions are those of its items, and its task has none."""
        return self.executions > 1

    def __str__(self) -> str:
        return self.name

    def lanes(self, *, inner: bool) -> int:
        """How many attempts at a state there are at the same time: in executions of their own, or for the chunks of a
        Map."""
        return CHUNKS if inner else self.executions

    def ended_well(self, world: World, task_id: str, *, again: int = 0) -> None:
        """Everything is there, once; a photo may have been looked at again as often as a test says."""
        task = world.task(task_id)
        assert (task["status"], task["problem"]) == ("success", None), task
        assert task["progress"]["done"] == task["progress"]["total"] > 0
        if self.with_items:
            assert task["items"] == {"success": self.photos}
            assert [item["status"] for item in world.items(task_id)] == self.photos * ["success"]
        assert world.count(Image) == self.photos
        assert set(world.rows.scalars(select(Image.status))) <= {ImageStatus.ANALYZED}
        assert world.count(Analysis) == self.photos * self.looks
        assert 0 <= world.analyzer.asked + world.candidate.asked - self.photos <= again
        _SPECIAL.get(self.name, _nothing)(world, task)


CHUNKS: Final = 2
"""Of the photos of each batch here."""


def _upload(world: World) -> str:
    return _queued(world, BLUE)


def _queued(world: World, colour: tuple[int, int, int], **form: str) -> str:
    files = {"file": ("a.jpg", photo(colour))}
    answer = world.api.post("/api/upload/", files=files, data={"async": "true", **form})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["task_id"])


def _presigned(world: World) -> str:
    body = photo(GREEN)
    told = world.post("/api/uploads", _announced(body), 201)
    world.send(told["upload"], body)
    return str(told["task_id"])


def _announced(body: bytes) -> dict[str, Any]:
    return {"filename": "a.jpg", "content_type": "image/jpeg", "size": len(body)}


def _presigned_batch(world: World) -> str:
    bodies = [photo(RED), photo(GREEN)]
    batch = world.post("/api/uploads/batch", {"photos": [_announced(body) for body in bodies]}, 202)["task_id"]
    for item, body in zip(world.items(batch), bodies, strict=True):
        world.send(item["upload"], body)
    return str(batch)


def _import(world: World) -> str:
    world.patch.setattr(items, "CHUNK", 2)
    photos = [world.put(f"{place}.jpg", photo(colour)) for place, colour in enumerate(COLOURS)]
    return str(world.post("/api/uploads/batch", {"photos": photos}, 202)["task_id"])


def _seen(world: World) -> None:
    """Photos that somebody has looked at."""
    world.patch.setattr(items, "CHUNK", 2)
    for colour in COLOURS:
        assert world.api.post("/api/upload/", files={"file": ("a.jpg", photo(colour))}).status_code == 200
    world.analyzer.asked = 0


def _reanalysis(world: World) -> str:
    _seen(world)
    world.analyzer.model = FakeAnalyzer("2").model
    return str(world.post("/api/images/analyze", {}, 202)["task_id"])


def _backfill(world: World) -> str:
    _seen(world)
    world.patch.setattr(overlap, "_OF_A_KIND", 2)
    return str(world.post("/api/models/embedded-rules/backfill", {}, 202)["task_id"])


def _chat(world: World) -> str:
    asked = {"message": "Is there a dishwasher?"}
    return str(world.post("/api/chat/", asked, 202, prefer="respond-async")["task_id"])


def _callback(world: World) -> str:
    return _queued(world, BLUE, callback_url=world.receiver.url)


# ------------------------------------------------------------------------------------------- what else is there then


def _nothing(world: World, task: dict[str, Any]) -> None:
    """A photo's result is what was seen."""


def _tells_the_photo(world: World, task: dict[str, Any]) -> None:
    result = task["result"]
    assert (result["status"], f"/api/images/{result['image_id']}") == ("success", task["links"]["image"])
    assert result["predictions"]["caption"]


def _tells_the_overlap(world: World, task: dict[str, Any]) -> None:
    assert task["result"]["overlap"]["k"] == 10


def _tells_the_answer(world: World, task: dict[str, Any]) -> None:
    assert world.count(Message) == 2
    assert task["result"]["reply"]


def _was_told(world: World, task: dict[str, Any]) -> None:
    _tells_the_photo(world, task)
    assert task["callback"]["status"] == "delivered"
    (message,) = world.receiver.received
    assert message.headers["webhook-id"] == task["task_id"]
    assert message.json["data"]["status"] == "success"


_SPECIAL: Final[Mapping[str, Callable[[World, dict[str, Any]], None]]] = {
    "upload": _tells_the_photo,
    "presigned": _tells_the_photo,
    "backfill": _tells_the_overlap,
    "chat": _tells_the_answer,
    "callback": _was_told,
}

DOORS: Final = (
    Door("upload", "analyze_photo", _upload, photos=1),
    Door("presigned", "receive_upload", _presigned, photos=1),
    Door("presigned_batch", "receive_upload", _presigned_batch, photos=2, executions=2, with_items=True),
    Door("import", "import_photos", _import, photos=3, with_items=True),
    Door("reanalysis", "reanalyze_photos", _reanalysis, photos=3, looks=2, with_items=True),
    Door("backfill", "backfill_model", _backfill, photos=3, looks=2, with_items=True),
    Door("chat", "answer_message", _chat),
    Door("callback", "deliver_callback", _callback, photos=1),
)


def doors_of(machine: str) -> list[Door]:
    """Every way in to a machine."""
    return [door for door in DOORS if door.machine == machine]


def door_called(name: str) -> Door:
    return next(door for door in DOORS if door.name == name)
