"""A step of the workflow leaves a record, however it ends."""

from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from rig.template_source import LOCAL_TENANT
from roomlens import tasks
from roomlens.errors import AppError, InferenceFailedError, NotFoundError, TaskClosedError, UnavailableError
from roomlens.events import WorkflowStep
from roomlens.models import Task, TaskStep
from tests.factories import make_photo
from tests.fakes import FakeAnalyzer
from tests.fixtures.aws import Executions


@pytest.fixture
def task_id(db: Session, executions: Executions, analyzer: FakeAnalyzer) -> str:
    task = tasks.start_analysis(db, make_photo(db).image)
    db.commit()
    return task.id


def recorded(db: Session) -> list[tuple[str, int, str]]:
    db.expire_all()
    steps = db.execute(select(TaskStep.name, TaskStep.attempt, TaskStep.status).order_by(TaskStep.attempt)).all()
    return [(name, attempt, str(status)) for name, attempt, status in steps]


def first(task_id: str, run: int = 1) -> WorkflowStep:
    return WorkflowStep(task_id, run, tenant_id=LOCAL_TENANT)


def failing_with(error: Exception) -> Any:
    def work(session: Session, task: Task) -> None:
        raise error

    return work


def nothing(session: Session, task: Task) -> None:
    """A step's work that leaves no trace."""


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (RuntimeError("the password is hunter2"), InferenceFailedError),
        (NotFoundError("The photo is no longer where it was put."), NotFoundError),
    ],
)
def test_a_step_that_fails_tells_the_workflow_one_of_our_errors(
    db: Session, task_id: str, raised: Exception, told: type[AppError]
) -> None:
    with pytest.raises(told) as failed:
        tasks.run_step(first(task_id), "AnalyzePhoto", failing_with(raised))
    assert "hunter2" not in failed.value.detail
    assert recorded(db) == [("AnalyzePhoto", 1, "failed")]


def test_each_attempt_at_a_step_is_counted_until_it_succeeds(db: Session, task_id: str) -> None:
    with pytest.raises(InferenceFailedError):
        tasks.run_step(first(task_id), "AnalyzePhoto", failing_with(KeyError()))
    tasks.run_step(first(task_id), "AnalyzePhoto", nothing)
    tasks.run_step(first(task_id), "AnalyzePhoto", failing_with(AssertionError("it is done already")))
    assert recorded(db) == [("AnalyzePhoto", 1, "failed"), ("AnalyzePhoto", 2, "success")]


def test_a_step_of_a_task_that_is_not_stored_yet_is_tried_again(db: Session) -> None:
    with pytest.raises(UnavailableError):
        tasks.run_step(first("none"), "AnalyzePhoto", nothing)
    assert recorded(db) == []


def test_a_step_of_an_earlier_run_meddles_with_nothing(db: Session, task_id: str) -> None:
    db.get_one(Task, task_id).run = 2
    db.commit()
    with pytest.raises(TaskClosedError):
        tasks.run_step(first(task_id, run=1), "AnalyzePhoto", nothing)
    tasks.run_step(first(task_id, run=2), "AnalyzePhoto", nothing)
    assert recorded(db) == [("AnalyzePhoto", 1, "success")]


def test_what_a_step_gives_is_the_task_s_result_and_nothing_of_it_stays_when_it_was_canceled_meanwhile(
    db: Session, task_id: str
) -> None:
    def seeing(session: Session, task: Task) -> dict[str, Any]:
        return {"seen": 1}

    tasks.run_step(first(task_id), "PreparePhoto", seeing)
    assert db.get_one(Task, task_id, populate_existing=True).result == {"seen": 1}

    def canceled_meanwhile(session: Session, task: Task) -> dict[str, Any]:
        session.execute(update(Task).values(status="canceled"))
        return {"seen": 2}

    with pytest.raises(TaskClosedError, match="canceled"):
        tasks.run_step(first(task_id), "AnalyzePhoto", canceled_meanwhile)
    assert db.get_one(Task, task_id, populate_existing=True).result == {"seen": 1}
    assert recorded(db) == [("PreparePhoto", 1, "success"), ("AnalyzePhoto", 1, "failed")]


def test_an_attempt_at_recording_that_was_killed_is_closed_by_the_next_one(db: Session, task_id: str) -> None:
    db.add(TaskStep(task_id=task_id, name="RecordSuccess", attempt=1, status="running"))
    db.commit()
    done = first(task_id)
    tasks.run_step(done, "RecordSuccess", lambda session, _: tasks.finish(session, done))
    assert recorded(db) == [("RecordSuccess", 1, "failed"), ("RecordSuccess", 2, "success")]
    assert db.get_one(Task, task_id).status == "success"


def test_the_end_of_an_earlier_run_leaves_the_steps_of_a_later_one_alone(db: Session, task_id: str) -> None:
    db.get_one(Task, task_id).run = 2
    db.add(TaskStep(task_id=task_id, name="AnalyzePhoto", run=2, attempt=1, status="running"))
    db.commit()
    tasks.finish(db, WorkflowStep(task_id, 1, {"Error": "TaskClosedError", "Cause": "{}"}, tenant_id=LOCAL_TENANT))
    assert recorded(db) == [("AnalyzePhoto", 1, "running")]


def test_of_a_step_that_another_attempt_has_done_meanwhile_nothing_stays(db: Session, task_id: str) -> None:
    def overtaken(session: Session, task: Task) -> dict[str, Any]:
        session.add(TaskStep(task_id=task.id, name="AnalyzePhoto", attempt=2, status="success"))
        return {"seen": 2}

    tasks.run_step(first(task_id), "AnalyzePhoto", overtaken)
    assert db.get_one(Task, task_id, populate_existing=True).result is None
    assert recorded(db) == [("AnalyzePhoto", 1, "success")]
