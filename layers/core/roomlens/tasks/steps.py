"""Steps: what a state of a workflow does, and the record it leaves of how it went."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, Final

from sqlalchemy import Update, func, insert, select, update
from sqlalchemy.orm import Session

from roomlens.db import session_scope
from roomlens.errors import AppError, TaskClosedError, UnavailableError, WorkFailedError
from roomlens.events import WorkflowStep
from roomlens.models import Task, TaskStatus, TaskStep
from roomlens.observability import logger
from roomlens.tasks.kinds import OPEN, Kind
from roomlens.tenancy import acting_everywhere, acting_for, is_everywhere

Work = Callable[[Session, Task], dict[str, Any] | None]
"""A step's work. What it returns is kept as the task's result."""

RECORDING: Final = ("RecordSuccess", "RecordFailure")
"""Steps that close a run; each run has its own. Any other that has succeeded need not be done again by a later run."""


@contextmanager
def acting_in(step: WorkflowStep) -> Iterator[None]:
    """For the tenant of a step's task. Who looks at all photos for the sake of a model sees those of every tenant."""
    with acting_for(step.tenant_id):
        with session_scope() as session:
            kind = session.scalar(select(Task.kind).where(Task.id == step.task_id))
        if kind != Kind.BACKFILL:
            yield
            return
    with acting_everywhere(step.tenant_id):
        yield


def run_step(step: WorkflowStep, name: str, work: Work) -> None:
    """One attempt at one step: the work in a transaction, and a record of how it went whatever happens.

    The same step again does nothing once it has succeeded. That it has is stored with its work: whoever is killed
    after that has done it, and whoever comes back late, when another has done it or the task is over, has not.

    Raises:
        UnavailableError: the task is not there yet, so that the workflow tries again.
        TaskClosedError: it was canceled or has failed, or this is an execution of an earlier run.
        WorkFailedError: for whatever is none of our errors. Step Functions knows errors by their class's name, and
            others may share ours.
    """
    with nullcontext() if is_everywhere() else acting_for(step.tenant_id):
        _run_step(step, name, work)


def _run_step(step: WorkflowStep, name: str, work: Work) -> None:
    attempt = _begin(step, name)
    if attempt is None:
        return
    started = time.perf_counter()
    status = TaskStatus.FAILED
    try:
        _work(step, name, attempt, work)
        status = TaskStatus.SUCCESS
    except AppError:
        raise
    except Exception as error:
        logger().exception("step.crashed", extra={"task_id": step.task_id, "step": name})
        raise WorkFailedError from error
    finally:
        _end(step.task_id, name, attempt, status, (time.perf_counter() - started) * 1000)


def _work(step: WorkflowStep, name: str, attempt: int, work: Work) -> None:
    with session_scope() as session:
        task = session.get_one(Task, step.task_id)
        result = work(session, task)
        session.refresh(task, ["status", "run"], with_for_update=True)
        if name not in RECORDING:
            require_open(task, step)
        if _is_done(session, step, name):  # by another attempt, which was faster: nothing of this one stays
            session.rollback()
            return
        session.execute(_attempt(step.task_id, name, attempt).values(status=TaskStatus.SUCCESS))
        if result is not None:
            task.result = result


def require_open(task: Task, step: WorkflowStep) -> None:
    """Raises TaskClosedError when a task is over, or has begun anew."""
    if task.run != step.run:
        raise TaskClosedError("The task has begun anew.")
    if task.status not in OPEN:
        raise TaskClosedError(f"The task is {task.status}.")


def find_open(session: Session, step: WorkflowStep) -> Task | None:
    """The task that a step is of, locked and at work from now on, and so is its batch; None when it has succeeded
    already.

    Raises as `run_step`.
    """
    task = session.get(Task, step.task_id)
    if task is None:
        raise UnavailableError("The task is not stored yet.")
    if task.parent_id is not None:  # the batch first: whoever closes them locks them in this order, too
        waiting = update(Task).where(Task.id == task.parent_id, Task.status == TaskStatus.QUEUED)
        session.execute(waiting.values(status=TaskStatus.RUNNING, updated_at=func.now()))
    session.refresh(task, with_for_update=True)
    if task.run == step.run and task.status in (TaskStatus.SUCCESS, TaskStatus.PARTIAL):
        return None
    require_open(task, step)
    task.status = TaskStatus.RUNNING
    return task


def _begin(step: WorkflowStep, name: str) -> int | None:
    """The number of this attempt; None when there is nothing to do."""
    with session_scope() as session:
        if name != "RecordFailure":  # which looks for itself whether there is something to record
            if find_open(session, step) is None:
                return None
        elif session.get(Task, step.task_id, with_for_update=True) is None:
            raise UnavailableError("The task is not stored yet.")
        if _is_done(session, step, name):
            return None
        same_step = (TaskStep.task_id == step.task_id, TaskStep.name == name)
        # nobody else counts meanwhile: the task is locked
        attempt: int = (session.scalar(select(func.max(TaskStep.attempt)).where(*same_step)) or 0) + 1
        begun = {"task_id": step.task_id, "name": name, "run": step.run, "attempt": attempt}
        session.execute(insert(TaskStep).values(**begun, status=TaskStatus.RUNNING))
    return attempt


def _is_done(session: Session, step: WorkflowStep, name: str) -> bool:
    done = select(TaskStep.id).where(
        TaskStep.task_id == step.task_id, TaskStep.name == name, TaskStep.status == TaskStatus.SUCCESS
    )
    if name in RECORDING:
        done = done.where(TaskStep.run == step.run)
    return session.scalar(done.limit(1)) is not None


def _end(task_id: str, name: str, attempt: int, status: TaskStatus, milliseconds: float) -> None:
    with session_scope() as session:
        session.execute(_attempt(task_id, name, attempt).values(status=status, duration_ms=milliseconds))


def _attempt(task_id: str, name: str, attempt: int) -> Update:
    return update(TaskStep).where(TaskStep.task_id == task_id, TaskStep.name == name, TaskStep.attempt == attempt)


def give_up_unfinished(task: Task) -> None:
    """Closes the attempts whose function was killed and could not say so itself. Whoever is still at work, such as the
    step that asks, says later how it ended."""
    for unfinished in task.steps:
        if unfinished.status == TaskStatus.RUNNING:
            unfinished.status = TaskStatus.FAILED
