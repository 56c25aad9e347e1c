"""A hosted model that has no room, or takes too long, costs time and no photo."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from rig.cloud import Cloud
from roomlens.errors import InferenceTimeoutError, ModelBusyError
from roomlens.models import Image, TaskStep
from tests.fakes import FakeAnalyzer
from tests.pictures import RED, photo


@pytest.fixture(params=[ModelBusyError, InferenceTimeoutError])
def busy_once(
    request: pytest.FixtureRequest, analyzer: FakeAnalyzer, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], int]:
    """The model has no room for the first photo that comes; tells how often it was asked."""
    looks: list[Any] = []
    look = FakeAnalyzer.analyze

    def analyze(self: FakeAnalyzer, *photo_and_size: Any) -> Any:
        looks.append(photo_and_size)
        if len(looks) == 1:
            raise request.param("The model has no room for this right now.")
        return look(self, *photo_and_size)

    monkeypatch.setattr(FakeAnalyzer, "analyze", analyze)
    return lambda: len(looks)


def test_a_task_tries_again(system: Cloud, api: Any, rows: Session, busy_once: Callable[[], int]) -> None:
    queued = api.post("/api/upload", files={"file": ("a.jpg", photo(RED))}, data={"async": "true"}).json()
    system.wait()
    assert api.get(f"/api/tasks/{queued['task_id']}").json()["status"] == "success"
    steps = select(TaskStep.attempt, TaskStep.status).where(TaskStep.name == "AnalyzePhoto").order_by(TaskStep.id)
    assert [tuple(row) for row in rows.execute(steps)][:2] == [(1, "failed"), (2, "success")]
    assert busy_once() == 2


def test_an_event_comes_again(system: Cloud, api: Any, rows: Session, busy_once: Callable[[], int]) -> None:
    assert api.post("/api/listings", json={"title": "By the sea"}).status_code == 201
    system.client("s3").put_object(Bucket=system.bucket("PhotoBucket"), Key="incoming/1/a.jpg", Body=photo(RED))
    system.wait()
    assert rows.execute(select(Image.status, Image.failure_code)).all() == [("analyzed", None)]
    assert busy_once() == 2
