"""Closes what nobody else will: tasks whose execution died without a word, and uploads that never came."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from roomlens import storage
from roomlens.callbacks import callback_of
from roomlens.db import session_scope
from roomlens.errors import AppError, NotFoundError, UnavailableError
from roomlens.events import Clock
from roomlens.models import CallbackStatus, Task, TaskStatus
from roomlens.observability import logger
from roomlens.settings import storage_settings
from roomlens.tasks import executions
from roomlens.tasks.arrivals import begin
from roomlens.tasks.closing import close_batch, count_items, fail, has_open_items, lock_task
from roomlens.tasks.kinds import OPEN, Kind
from roomlens.tasks.steps import give_up_unfinished
from roomlens.tenancy import acting_everywhere, acting_for

PATIENCE: Final = timedelta(minutes=2)
"""How long a task may be without a change before its execution is asked for: Step Functions may not tell of one that
has just begun."""
MOST: Final = 500
"""Tasks that one call looks after; the next call goes on."""


def reconcile(seconds_left: Clock, *, patience: timedelta = PATIENCE) -> dict[str, int]:
    """Looks at the tasks that have not changed for a while; says how many it looked at and how many it closed."""
    looked_at = closed = 0
    for task_id, tenant_id in _suspects(datetime.now(UTC) - patience):
        if seconds_left() < 10:
            break
        looked_at += 1
        try:
            with acting_for(tenant_id), session_scope() as session:
                closed += _reconcile_one(session, task_id)
        except UnavailableError:  # asked again by the next call
            logger().warning("task.not_reconciled", extra={"task_id": task_id})
        except Exception:  # noqa: BLE001  # whatever is wrong with one task, the others have their turn
            logger().exception("task.not_reconciled", extra={"task_id": task_id})
    logger().info("tasks.reconciled", extra={"looked_at": looked_at, "closed": closed})
    return {"looked_at": looked_at, "closed": closed}


def _suspects(before: datetime) -> list[tuple[str, str]]:
    """Open tasks with a workflow of their own, batches without one, and messages that are still on their way, each with
    its tenant. Those that were looked at longest ago come first: ten thousand uploads that wait hide no other."""
    open_ones = Task.status.in_(OPEN) & or_(Task.workflow.is_not(None), Task.kind == Kind.UPLOAD_BATCH)
    untold = Task.callback_status == CallbackStatus.PENDING
    with acting_everywhere(), session_scope() as session:
        statement = select(Task.id, Task.tenant_id).where(or_(open_ones, untold), Task.updated_at < before)
        looked_at = func.coalesce(Task.reconciled_at, Task.created_at)
        return [(task.id, task.tenant_id) for task in session.execute(statement.order_by(looked_at).limit(MOST))]


def _reconcile_one(session: Session, task_id: str) -> bool:
    """Whether a task was closed. Its own time of change stays as it is, unless it is."""
    task = lock_task(session, task_id)
    seen = update(Task).where(Task.id == task_id).values(reconciled_at=func.now(), updated_at=Task.updated_at)
    session.execute(seen, execution_options={"synchronize_session": False})
    if task.status not in OPEN:
        _reconcile_callback(task)
        return False
    if task.workflow is None:  # a batch whose items have executions of their own
        if has_open_items(session, task):
            return False
        close_batch(session, task, count_items(session, task.id))
        return True
    status = executions.status_of(task.workflow, executions.execution_name(task))
    if status == "RUNNING":
        return False
    cause = _cause(task, status)
    if cause is None:
        return False
    logger().warning("task.closed_by_reconciler", extra={"task_id": task_id, "execution": status})
    give_up_unfinished(task)
    fail(session, task, cause)
    return True


def _reconcile_callback(task: Task) -> None:
    """A message that was never sent on its way is, and so is one whose execution died, or ended because the task was
    not closed yet: once more, and then it is given up."""
    if task.callback_status != CallbackStatus.PENDING:  # it has arrived meanwhile
        return
    first, payload = callback_of(task)
    for name in (first, f"{first}-again"):
        status = executions.status_of("deliver_callback", name)
        if status is None:
            executions.start("deliver_callback", name, payload)
        if status in (None, "RUNNING"):
            return
    task.callback_status = CallbackStatus.FAILED


def _cause(task: Task, status: str | None) -> AppError | None:
    """Why a task without a running execution is over; None when it only waits."""
    if status == "TIMED_OUT":
        return UnavailableError("The work took too long; retry it.")
    if status is not None or task.status == TaskStatus.RUNNING:  # an execution is forgotten after 90 days
        return UnavailableError("The work ended before it could say how; retry it.")
    if task.kind != Kind.UPLOAD:
        return UnavailableError("The work was never begun; retry it.")
    if storage.etag(task.request["key"]) is not None:  # its event got lost
        begin(task)
        return None
    hours = storage_settings().upload_wait_hours
    waited = datetime.now(UTC) - task.updated_at
    return NotFoundError(f"Nothing was uploaded within {hours} hours.") if waited > timedelta(hours=hours) else None

