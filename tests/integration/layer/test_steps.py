"""A step of the workflow leaves a record, however it ends."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from roomlens import tasks
from roomlens.errors import AppError, InferenceFailedError, NotFoundError, UnavailableError
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
    with pytest.raises(told) as failed, tasks.step(task_id, "AnalyzePhoto"):
        raise raised
    assert "hunter2" not in failed.value.detail
    assert recorded(db) == [("AnalyzePhoto", 1, "failed")]


def test_each_attempt_at_a_step_is_counted(db: Session, task_id: str) -> None:
    with pytest.raises(InferenceFailedError), tasks.step(task_id, "AnalyzePhoto"):
        raise KeyError
    with tasks.step(task_id, "AnalyzePhoto") as session:
        assert session.get(Task, task_id) is not None
    assert recorded(db) == [("AnalyzePhoto", 1, "failed"), ("AnalyzePhoto", 2, "success")]


def test_a_step_of_a_task_that_is_not_stored_yet_is_tried_again(db: Session) -> None:
    with pytest.raises(UnavailableError), tasks.step("none", "AnalyzePhoto"):
        raise AssertionError("it must not begin")
    assert recorded(db) == []
