"""Long work: started as a state machine's execution, and shown as a task that a person can follow.

A task's state lives in the database and is written by the steps themselves. The task's id is the execution's name, so
starting it twice starts it once.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

from sqlalchemy import case, func, insert, select, update
from sqlalchemy.orm import Session

from roomlens import errors
from roomlens.db import session_scope
from roomlens.errors import AppError, InferenceFailedError, NotFoundError, UnavailableError
from roomlens.models import Image, ImageStatus, Task, TaskStatus, TaskStep
from roomlens.observability import logger
from roomlens.photos.presenting import predictions
from roomlens.photos.records import mark_failed
from roomlens.settings import task_settings

ANALYZE: Final = "image.analyze"
# what Step Functions says when a state ends too late, and what Lambda says when the function does
_TIMEOUTS: Final = {"States.Timeout", "Sandbox.Timedout"}
STEPS: Final = {ANALYZE: ("PreparePhoto", "AnalyzePhoto", "RecordSuccess")}


@cache
def step_functions() -> Any:
    """The Step Functions client, made at first use."""
    import boto3

    return boto3.client("stepfunctions")


def start_analysis(session: Session, image: Image) -> Task:
    """Starts the workflow that analyses a queued photo.

    It starts before the caller's transaction is committed: should the start fail, no row is stored; should the commit
    fail, the first step finds no task and the execution ends. A first step that comes too early is tried again.
    """
    task = Task(id=f"tsk_{uuid.uuid4().hex}", kind=ANALYZE, image_id=image.id)
    session.add(task)
    session.flush()
    session.refresh(task)
    payload = json.dumps({"task_id": task.id, "image_id": image.id})
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        step_functions().start_execution(
            stateMachineArn=f"{task_settings().state_machines}analyze_photo", name=task.id, input=payload
        )
    except (BotoCoreError, ClientError) as error:
        raise UnavailableError("The analysis could not be started; try again in a moment.") from error
    return task


def get_task(session: Session, task_id: str) -> Task:
    """Raises NotFoundError."""
    task = session.get(Task, task_id)
    if task is None:
        raise NotFoundError("There is no such task.")
    return task


@contextmanager
def step(task_id: str, name: str) -> Iterator[Session]:
    """One attempt at one step: a session to work in, and a record of how it went whatever happens.

    Raises UnavailableError when the task is not there yet, so that the workflow tries again, and InferenceFailedError
    for whatever is none of our errors: Step Functions knows errors by their class's name, and others may share ours.
    """
    attempt = _begin_step(task_id, name)
    started = time.perf_counter()
    status = TaskStatus.FAILED
    try:
        with session_scope() as session:
            yield session
        status = TaskStatus.SUCCESS
    except AppError:
        raise
    except Exception as error:
        logger().exception("step.crashed", extra={"task_id": task_id, "step": name})
        raise InferenceFailedError("The photo could not be analysed.") from error
    finally:
        _end_step(task_id, name, attempt, status, (time.perf_counter() - started) * 1000)


def _begin_step(task_id: str, name: str) -> int:
    with session_scope() as session:
        known = session.execute(
            update(Task)
            .where(Task.id == task_id)
            .values(
                status=case((Task.status == TaskStatus.QUEUED, TaskStatus.RUNNING), else_=Task.status),
                updated_at=func.now(),
            )
            .returning(Task.id)
        ).one_or_none()
        if known is None:
            raise UnavailableError("The task is not stored yet.")
        same_step = (TaskStep.task_id == task_id, TaskStep.name == name)
        attempt = (session.scalar(select(func.max(TaskStep.attempt)).where(*same_step)) or 0) + 1
        session.execute(insert(TaskStep).values(task_id=task_id, name=name, attempt=attempt, status=TaskStatus.RUNNING))
    return attempt


def _end_step(task_id: str, name: str, attempt: int, status: TaskStatus, milliseconds: float) -> None:
    with session_scope() as session:
        session.execute(
            update(TaskStep)
            .where(TaskStep.task_id == task_id, TaskStep.name == name, TaskStep.attempt == attempt)
            .values(status=status, duration_ms=milliseconds)
        )


def finish(session: Session, task_id: str, image: Image, error: dict[str, str] | None) -> None:
    """Closes a task: with its result, or with the error that its workflow caught."""
    if error is None:
        succeed(session, task_id, image)
    else:
        fail(session, task_id, image.id, error)


def succeed(session: Session, task_id: str, image: Image) -> None:
    """Closes a task with what its photo showed."""
    seen = predictions(image.analyses[-1], image.correction).model_dump(mode="json")
    task = get_task(session, task_id)
    _give_up_unfinished(task, "RecordSuccess")
    task.status, task.problem = TaskStatus.SUCCESS, None
    task.result = {"status": "success", "image_id": image.id, "predictions": seen}


def fail(session: Session, task_id: str, image_id: int, error: dict[str, str]) -> None:
    """Closes a task, and its photo, with the reason in plain words. A task that has succeeded stays as it is.

    `error`: what Step Functions caught, `{"Error": class name, "Cause": the function's error document as JSON}`.
    """
    cause = plain_cause(error)
    task = get_task(session, task_id)
    _give_up_unfinished(task, "RecordFailure")
    if task.status == TaskStatus.SUCCESS:  # its last step did all its work, and died each time before it could say so
        return
    task.status, task.result = TaskStatus.FAILED, None
    task.problem = {
        "type": f"https://roomlens.dev/problems/{cause.code}",
        "title": cause.title,
        "status": cause.status,
        "detail": cause.detail,
        "instance": f"/api/tasks/{task_id}",
        "code": cause.code,
    }
    mark_failed(session, image_id, cause.code, cause.detail)


def _give_up_unfinished(task: Task, recording: str) -> None:
    """Closes the attempts whose function was killed and could not say so itself; `recording` is the step that asks."""
    for unfinished in task.steps:
        if unfinished.status == TaskStatus.RUNNING and unfinished.name != recording:
            unfinished.status = TaskStatus.FAILED


def plain_cause(error: dict[str, str]) -> AppError:
    """One of our errors, as it was raised in the step, or a general one: the inside of a crash stays inside, and so do
    the operator's faults, whose words are for the log."""
    kind = getattr(errors, error.get("Error", ""), None)
    if isinstance(kind, type) and issubclass(kind, AppError) and kind.status != AppError.status:
        try:
            return kind(str(json.loads(error["Cause"])["errorMessage"]))
        except (KeyError, TypeError, ValueError):
            return kind("The step did not say more.")
    if error.get("Error") in _TIMEOUTS:
        return UnavailableError("The analysis took too long.")
    return InferenceFailedError("The photo could not be analysed.")


def present_task(task: Task) -> dict[str, Any]:
    """A task as the API shows it; `done` counts the steps that have succeeded."""
    done = {step.name for step in task.steps if step.status == TaskStatus.SUCCESS}
    total = STEPS[task.kind]
    return {
        "task_id": task.id,
        "kind": task.kind,
        "status": task.status,
        "progress": {"done": sum(name in done for name in total), "total": len(total)},
        "steps": [
            {"name": step.name, "status": step.status, "attempt": step.attempt, "ms": step.duration_ms}
            for step in task.steps
        ],
        "result": task.result,
        "problem": task.problem,
        "created_at": task.created_at,
        "updated_at": task.updated_at,
        "links": {"image": f"/api/images/{task.image_id}"} if task.image_id else {},
    }


def mark_running(image: Image) -> None:
    """A photo that waits for its workflow is being looked at now."""
    if image.status == ImageStatus.QUEUED:
        image.status = ImageStatus.RUNNING
