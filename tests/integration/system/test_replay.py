"""A task that was recorded runs again: the same when nothing changed, told when something did, and without a trace."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from rig.cloud import Cloud
from rig.execution_history import Execution, Outcome, Step, read_execution
from rig.replay import replay
from rig.replay_roomlens import TaskError
from rig.rerun import report
from roomlens.models import Analysis, Base
from tests.fakes import FakeAnalyzer
from tests.pictures import BLUE, RED, photo


def uploaded(system: Cloud, api: Any, body: bytes | None = None, **fields: Any) -> tuple[str, Execution]:
    """A task that has come to its end, and its history."""
    files = {"file": ("a.jpg", body or photo(BLUE))}
    task_id = api.post("/api/upload/", files=files, data={"async": "true", **fields}).json()["task_id"]
    system.wait()
    machine = system.state_machine("AnalyzePhotoStateMachine")
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{task_id}"
    return task_id, read_execution(system.client("stepfunctions").get_execution_history(executionArn=arn))


def everything(rows: Session) -> dict[str, list[Any]]:
    """All rows of all tables."""
    rows.expire_all()
    tables = Base.metadata.sorted_tables
    return {table.name: [tuple(map(str, row)) for row in rows.execute(select(table))] for table in tables}


def test_a_task_that_nothing_has_changed_for_ends_the_same_and_leaves_no_trace(
    system: Cloud, api: Any, rows: Session, analyzer: FakeAnalyzer
) -> None:
    task_id, execution = uploaded(system, api)
    before = everything(rows)
    ended, _ = replay(task_id, execution, system)
    assert report(ended).splitlines() == [
        "step           recorded           now",
        "PreparePhoto   success            success            same",
        "AnalyzePhoto   success            success            same",
        "RecordSuccess  success            success            same",
        "task           success: bathroom  success: bathroom  same",
        "",
        "The same as recorded.",
    ]
    assert analyzer.asked == 2  # it was put back to before the look, so it was looked at again
    assert everything(rows) == before


def test_what_people_said_since_is_no_change(system: Cloud, api: Any, rows: Session) -> None:
    task_id, execution = uploaded(system, api)
    (image,) = api.get("/api/images").json()["images"]
    assert api.patch(f"/api/images/{image['id']}", json={"room_type": "garage"}).status_code == 200
    before = everything(rows)
    ended, _ = replay(task_id, execution, system)
    assert report(ended).splitlines()[-1] == "The same as recorded."
    assert everything(rows) == before


def test_a_failure_is_replayed_to_the_same_problem(
    system: Cloud, api: Any, rows: Session, analyzer: FakeAnalyzer
) -> None:
    analyzer.failure = RuntimeError("NaN in layer 3")
    task_id, execution = uploaded(system, api)
    before = everything(rows)
    ended, _ = replay(task_id, execution, system)
    assert [step.recorded.state for step in ended.steps] == ["PreparePhoto", "AnalyzePhoto", "RecordFailure"]
    assert ended.same
    assert ended.recorded["task"].summary == "failed: inference-failed"
    assert "\nAnalyzePhoto: InferenceFailedError (" in report(ended)
    assert ", in handler\n" in report(ended)
    assert everything(rows) == before


def test_a_bug_that_was_mended_is_told(system: Cloud, api: Any, analyzer: FakeAnalyzer) -> None:
    analyzer.failure = RuntimeError("NaN in layer 3")
    task_id, execution = uploaded(system, api)
    analyzer.failure = None
    ended, _ = replay(task_id, execution, system)
    assert not ended.same
    assert [(step.recorded.state, step.now is None) for step in ended.steps] == [
        ("PreparePhoto", False),
        ("AnalyzePhoto", False),
        ("RecordFailure", True),
    ]
    (told,) = ended.steps[1].differences
    assert told.startswith("InferenceFailedError")
    assert told.endswith("is now success")


def test_a_new_bug_is_told_with_its_place(
    system: Cloud, api: Any, rows: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    from finish_task import app

    task_id, execution = uploaded(system, api)
    before = everything(rows)

    def broken(event: Any) -> Any:
        raise KeyError("task")

    monkeypatch.setattr(app, "workflow_step", broken)
    ended, _ = replay(task_id, execution, system)
    assert "RecordSuccess: success is now KeyError ('task')" in report(ended)
    assert "in broken" in report(ended)
    assert everything(rows) == before


def test_a_model_that_sees_something_else_is_told(
    system: Cloud, api: Any, rows: Session, analyzer: FakeAnalyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id, execution = uploaded(system, api)
    analyze = analyzer.analyze
    monkeypatch.setattr(FakeAnalyzer, "analyze", lambda _, rgb, size: analyze(rgb[..., ::-1], size))  # blue is red now
    ended, _ = replay(task_id, execution, system)
    assert not ended.same
    assert "task: result.predictions.room_type.label: 'bathroom' is now 'kitchen'" in report(ended)


def test_what_was_seen_before_the_task_is_not_looked_at_again(
    system: Cloud, api: Any, rows: Session, analyzer: FakeAnalyzer
) -> None:
    uploaded(system, api)
    rows.execute(update(Analysis).values(created_at=datetime.now(UTC) - timedelta(hours=1)))
    task_id, execution = uploaded(system, api)
    ended, _ = replay(task_id, execution, system)
    assert ended.same
    assert analyzer.asked == 1


def test_a_task_of_another_database_is_replayed_with_its_photo(
    system: Cloud, api: Any, rows: Session, tmp_path: Path
) -> None:
    task_id, execution = uploaded(system, api, photo(RED))
    (tmp_path / "theirs.png").write_bytes(photo(BLUE, "PNG"))
    with_its_rows = everything(rows)
    ended, _ = replay(task_id, execution, system, tmp_path / "theirs.png")  # in the place of one that is here
    assert ended.now is not None
    assert ended.now["task"].summary == "success: bathroom"
    assert everything(rows) == with_its_rows


def test_a_photo_that_is_none_is_refused(system: Cloud, api: Any, tmp_path: Path) -> None:
    task_id, execution = uploaded(system, api)
    (tmp_path / "notes.txt").write_text("no photo")
    with pytest.raises(TaskError, match="is no photo"):
        replay(task_id, execution, system, tmp_path / "notes.txt")
    with pytest.raises(TaskError, match="can't be read: No such file"):
        replay(task_id, execution, system, tmp_path / "none.jpg")


def test_a_history_of_another_task_is_refused(system: Cloud, api: Any) -> None:
    task_id, execution = uploaded(system, api)
    with pytest.raises(TaskError, match=f"the history is of {task_id}, not of tsk_other"):
        replay("tsk_other", execution, system)


def test_a_history_from_before_there_were_tenants_is_refused(system: Cloud) -> None:
    with pytest.raises(TaskError, match="names no tenant"):
        replay("tsk_old", Execution({"task_id": "tsk_old", "image_id": 4}, ()), system)


def test_a_task_that_is_nowhere_is_told(system: Cloud) -> None:
    execution = Execution({"task_id": "tsk_theirs", "tenant_id": "local", "image_id": 4}, ())
    with pytest.raises(TaskError, match="tsk_theirs is not in the database"):
        replay("tsk_theirs", execution, system)


def test_a_case_of_a_success_holds_its_photo_and_its_result(system: Cloud, api: Any) -> None:
    listing = api.post("/api/listings", json={"title": "A house"}).json()["id"]
    body = photo(BLUE)
    task_id, execution = uploaded(system, api, body, listing_id=str(listing))
    _, case = replay(task_id, execution, system)
    assert case.parts.attachment is not None
    assert (case.parts.attachment.suffix, case.parts.attachment.content) == (".jpg", body)
    assert case.parts.constants["RESULT"]["predictions"]["room_type"]["label"] == "bathroom"
    assert case.parts.before[:3] == (
        'storage.put(KEY, PHOTO.read_bytes(), "image/jpeg")',
        "db.add(Listing(",
        f"    id={listing},",
    )
    assert case.parts.after[-2:] == (
        'assert task.status == "success"',
        "assert differences(RESULT, task.result) == []",
    )


def test_a_case_acts_for_the_tenant_of_its_task(system: Cloud, tmp_path: Path) -> None:
    (tmp_path / "theirs.png").write_bytes(photo(BLUE, "PNG"))
    event = {"task_id": "tsk_theirs", "tenant_id": "acme", "image_id": 4, "run": 1}
    arn = system.stack.functions["PreparePhotoFunction"].arn
    execution = Execution(event, (Step("PreparePhoto", arn, event, 1, Outcome(None)),))
    ended, case = replay("tsk_theirs", execution, system, tmp_path / "theirs.png")
    assert ended.same
    assert case.parts.decorators == ('acting_for("acme")',)
    assert case.parts.constants["KEY"].startswith("photos/acme/")
    assert not any("tenant_id" in line for line in case.parts.before)


def test_a_case_of_a_failure_holds_its_problem(
    system: Cloud, api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from roomlens import storage

    monkeypatch.setattr(storage, "put", lambda *_: None)  # the original is never stored
    task_id, execution = uploaded(system, api)
    ended, case = replay(task_id, execution, system)
    assert ended.same
    assert case.parts.attachment is None
    assert case.parts.after[-3:] == (
        'assert task.status == "failed"',
        "assert task.problem is not None",
        'assert task.problem["code"] == "not-found"',
    )
