"""The workflow behind `async=true`, in a real interpreter, from the real definition."""

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from rig.cloud import Cloud
from roomlens.models import Image, TaskStep
from roomlens.settings import forget_settings
from roomlens.tasks import steps as steps_module
from tests.fakes import FakeAnalyzer
from tests.pictures import BLUE, photo


def steps(task: dict[str, Any], *statuses: str) -> list[tuple[str, str]]:
    """The steps that ended so, in their order; one that ran more than once is told once."""
    ended = [(step["name"], step["status"]) for step in task["steps"] if step["status"] in statuses]
    return list(dict.fromkeys(ended))


def upload(api: Any, body: bytes | None = None) -> Any:
    return api.post("/api/upload/", files={"file": ("a.jpg", body or photo(BLUE))}, data={"async": "true"})


def test_an_asynchronous_upload_becomes_a_task_that_succeeds(system: Cloud, api: Any) -> None:
    answer = upload(api)
    queued = answer.json()
    assert (answer.status_code, queued["status"]) == (202, "queued")
    assert answer.headers["location"] == f"/api/tasks/{queued['task_id']}"
    assert answer.headers["retry-after"] == "1"
    system.wait()
    task = api.get(answer.headers["location"]).json()
    assert (task["status"], task["kind"], task["problem"]) == ("success", "image.analyze", None)
    assert task["progress"] == {"done": 3, "total": 3}
    assert steps(task, "success") == [
        ("PreparePhoto", "success"),
        ("AnalyzePhoto", "success"),
        ("RecordSuccess", "success"),
    ]
    assert task["result"]["status"] == "success"
    assert task["result"]["image_id"] == queued["image_id"]
    assert task["result"]["predictions"]["room_type"]["label"] == "bathroom"
    assert task["links"] == {"self": f"/api/tasks/{task['task_id']}", "image": f"/api/images/{queued['image_id']}"}
    image = api.get(task["links"]["image"]).json()
    assert (image["status"], image["thumbnail_url"] is not None) == ("analyzed", True)
    assert (
        api.post("/api/query/", json={"query": "white tiles", "k": 1}).json()["top_k"][0]["id"] == queued["image_id"]
    )


def test_a_bad_upload_is_refused_at_once_and_starts_nothing(system: Cloud, api: Any, rows: Session) -> None:
    answer = upload(api, b"no photo")
    assert answer.status_code == 415
    assert rows.scalars(select(Image)).all() == []
    executions = system.client("stepfunctions").list_executions(
        stateMachineArn=system.state_machine("AnalyzePhotoStateMachine")
    )
    assert executions["executions"] == []


def test_a_task_whose_model_fails_says_so_and_so_does_its_photo(
    system: Cloud, api: Any, analyzer: FakeAnalyzer
) -> None:
    analyzer.failure = RuntimeError("NaN in layer 3")
    queued = upload(api).json()
    system.wait()
    task = api.get(f"/api/tasks/{queued['task_id']}").json()
    assert (task["status"], task["result"]) == ("failed", None)
    assert task["problem"]["code"] == "inference-failed"
    assert "NaN" not in task["problem"]["detail"]
    assert steps(task, "failed", "success")[-2:] == [
        ("AnalyzePhoto", "failed"),
        ("RecordFailure", "success"),
    ]
    (failed,) = api.get("/api/images", params={"status": "failed"}).json()["images"]
    assert (failed["id"], failed["failure"]["code"]) == (queued["image_id"], "inference-failed")


def test_an_original_that_vanishes_fails_with_its_reason(
    system: Cloud, api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from roomlens import storage

    put = storage.put
    monkeypatch.setattr(
        storage, "put", lambda key, body, kind: None if key.startswith("photos/") else put(key, body, kind)
    )
    queued = upload(api).json()
    system.wait()
    task = api.get(f"/api/tasks/{queued['task_id']}").json()
    assert (task["status"], task["problem"]["code"]) == ("failed", "not-found")
    assert task["problem"]["detail"] == "The photo is no longer where it was put."


def test_what_passes_is_tried_again(system: Cloud, api: Any, rows: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    from roomlens.errors import UnavailableError
    from roomlens.photos import intake

    prepare, calls = intake.prepare, []

    def flaky(image: Any) -> Any:
        calls.append(image)
        if len(calls) == 1:
            raise UnavailableError("The photo store can't be reached right now.")
        return prepare(image)

    monkeypatch.setattr(intake, "prepare", flaky)
    queued = upload(api).json()
    system.wait()
    assert api.get(f"/api/tasks/{queued['task_id']}").json()["status"] == "success"
    attempts = rows.execute(select(TaskStep.name, TaskStep.attempt, TaskStep.status).order_by(TaskStep.id)).all()
    assert [tuple(row) for row in attempts][:2] == [("PreparePhoto", 1, "failed"), ("PreparePhoto", 2, "success")]


def test_a_step_that_is_killed_is_tried_again_and_not_shown_as_running(
    system: Cloud, api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_step, ended = steps_module._end, []
    work, worked = steps_module._work, []

    def killed_at_first(*how: Any) -> None:
        worked.append(how)
        if len(worked) == 1:
            raise SystemExit(137)
        work(*how)

    def can_not_even_say_so(*how: Any) -> None:
        ended.append(how)
        if len(ended) == 1:
            raise SystemExit(137)
        end_step(*how)

    monkeypatch.setattr(steps_module, "_work", killed_at_first)
    monkeypatch.setattr(steps_module, "_end", can_not_even_say_so)
    queued = upload(api).json()
    system.wait()
    task = api.get(f"/api/tasks/{queued['task_id']}").json()
    assert (task["status"], {step["status"] for step in task["steps"]}) == ("success", {"success", "failed"})


def test_a_start_that_fails_leaves_nothing(
    system: Cloud, api: Any, rows: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_MACHINES", system.state_machine("AnalyzePhotoStateMachine") + "-gone")
    forget_settings()
    answer = upload(api)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert rows.scalar(text("select count(*) from images")) == 0
    assert rows.scalar(text("select count(*) from tasks")) == 0


def test_the_same_step_twice_changes_nothing(system: Cloud, api: Any, analyzer: FakeAnalyzer) -> None:
    queued = upload(api).json()
    system.wait()
    before = api.get(f"/api/images/{queued['image_id']}").json()
    for function in ("PreparePhotoFunction", "AnalyzePhotoFunction", "FinishTaskFunction"):
        result = system.invoke(function, {**queued, "tenant_id": "local"})
        assert not result.error, result.payload
    after = api.get(f"/api/images/{queued['image_id']}").json()
    for url in ("thumbnail_url", "image_url"):
        before.pop(url), after.pop(url)
    assert after == before
    assert analyzer.asked == 1
    assert api.get(f"/api/tasks/{queued['task_id']}").json()["status"] == "success"


def test_an_unknown_task_is_not_found(system: Cloud, api: Any) -> None:
    answer = api.get("/api/tasks/tsk_nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
