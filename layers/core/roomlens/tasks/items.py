"""The items of a batch: planned in chunks, worked on one by one, and given up when they end their function.

Each item is a task of its own, in a transaction of its own: one bad file fails alone. A state machine goes through the
chunks side by side and comes back to one until nothing of it is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Final, NamedTuple

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from roomlens.db import session_scope
from roomlens.errors import (
    AppError,
    ConfigurationError,
    ConflictError,
    InferenceFailedError,
    NotFoundError,
    TaskClosedError,
    UnavailableError,
    WorkFailedError,
)
from roomlens.events import Clock, WorkflowStep, listing_of
from roomlens.models import Image, Task, TaskStatus
from roomlens.observability import logger
from roomlens.photos import intake
from roomlens.photos.records import Arrival, is_stored, mark_failed, photo_under, require_listing
from roomlens.photos.uploads import captured_at_of
from roomlens.storage import INCOMING
from roomlens.tasks.closing import lock_photo_and_task, plain_cause, problem_of
from roomlens.tasks.kinds import OPEN, Kind
from roomlens.tasks.photo_steps import look, receive_upload
from roomlens.tasks.steps import acting_in, find_open
from roomlens.tenancy import acting_everywhere, is_everywhere, own_prefix

CHUNK: Final = 10
"""Items of a chunk at least: a hosted model takes up to 25 s for each, and the function has 300 s."""
MOST_CHUNKS: Final = 1_000
"""More items make larger chunks. An execution's history ends at 25,000 events, and each look at a chunk is seven.
https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""
MOST_ATTEMPTS: Final = 3
"""How often work on an item may begin without coming to an end, before the item is what ends it."""

ENOUGH: Final = 28.0
"""Seconds that an item may take: with less than that, the next one is left to the next invocation."""


def chunks_of(session: Session, batch_id: str) -> list[dict[str, int]]:
    """The places of a batch's items that are still to be worked on, cut into chunks: `[{"first": 0, "last": 9}, …]`."""
    ends = select(func.min(Task.position), func.max(Task.position)).where(Task.parent_id == batch_id, *_TO_WORK_ON)
    first, last = session.execute(ends).one()
    if first is None or last is None:
        return []
    size = max(CHUNK, -(-(last - first + 1) // MOST_CHUNKS))
    return [{"first": at, "last": min(at + size - 1, last)} for at in range(first, last + 1, size)]


_TO_WORK_ON: Final = (Task.status.in_(OPEN), Task.workflow.is_(None))
"""Not those that wait for their bytes, and have a workflow of their own."""


def work_on_chunk(step: WorkflowStep, seconds_left: Clock) -> dict[str, int]:
    """One invocation for a chunk of a batch; says how many of its items are left: `{"left": 3}`."""
    with acting_in(step):
        return give_up(step) if step.error else process_chunk(step, seconds_left)


def process_chunk(step: WorkflowStep, seconds_left: Clock) -> dict[str, int]:
    """Works on the open items of a chunk, as many as time allows; says how many are left.

    Raises UnavailableError and ConfigurationError, which say nothing of a photo; TaskClosedError when the batch was
    canceled.
    """
    while seconds_left() > ENOUGH:
        item = _claim(step)
        if item is None:
            return {"left": 0}
        with _acting_for_photo(item):
            _process(item.task_id)
    with session_scope() as session:
        return {"left": _number_left(session, step)}


def give_up(step: WorkflowStep) -> dict[str, int]:
    """What a chunk's function failed at, again and again, fails with the reason: the item that it was at, or all that
    are left when it came to none. Says how many are left, so at least one fewer than before."""
    cause = plain_cause(step.error or {})
    with session_scope() as session:
        if find_open(session, step) is None:
            return {"left": 0}
        items = session.scalars(_open_items(step).where(Task.status == TaskStatus.RUNNING)).all()
        for item in items or session.scalars(_open_items(step)).all():
            _fail(session, item, cause)
        session.flush()
        return {"left": _number_left(session, step)}


def _open_items(step: WorkflowStep) -> Select[Task]:
    in_chunk = (Task.parent_id == step.task_id, Task.position.between(step.first, step.last))
    return select(Task).where(*in_chunk, *_TO_WORK_ON).order_by(Task.position)


def _number_left(session: Session, step: WorkflowStep) -> int:
    return session.scalar(select(func.count()).select_from(_open_items(step).subquery())) or 0


class _Claimed(NamedTuple):
    """An item that is at work, and whose photo it is about, where that is another tenant's than the batch."""

    task_id: str
    tenant_id: str | None


@contextmanager
def _acting_for_photo(item: _Claimed) -> Iterator[None]:
    """What is seen in another's photo is that tenant's."""
    with nullcontext() if item.tenant_id is None else acting_everywhere(item.tenant_id):
        yield


def _claim(step: WorkflowStep) -> _Claimed | None:
    """The next item of a chunk, at work from now on; None when there is none. One that has ended its function too often
    fails here."""
    with session_scope() as session:
        if find_open(session, step) is None:
            return None
        while (item := session.scalars(_open_items(step).limit(1)).first()) is not None:
            if item.attempts < MOST_ATTEMPTS:
                item.status, item.attempts = TaskStatus.RUNNING, item.attempts + 1
                return _Claimed(item.id, _owner_of_photo(session, item) if is_everywhere() else None)
            _fail(session, item, InferenceFailedError("Whoever looked at this photo did not come back from it."))
    return None


def _owner_of_photo(session: Session, item: Task) -> str | None:
    return session.scalar(select(Image.tenant_id).where(Image.id == item.image_id))


def _process(item_id: str) -> None:
    """One item, whatever becomes of it."""
    try:
        _receive(item_id)
        with session_scope() as session:
            item = session.get_one(Task, item_id)
            taken = _WORK[Kind(item.kind)](session, item)
            _require_open(session, item)
            item.image_id = taken.image.id
            item.status, item.problem = TaskStatus.SUCCESS, None
            item.result = {
                "status": "success", "image_id": taken.image.id, "deduplicated": taken.deduplicated,
            }  # fmt: skip
    except TaskClosedError:
        logger().info("item.canceled", extra={"task_id": item_id})
    except (UnavailableError, ConfigurationError):
        _not_its_fault(item_id)
        raise
    except AppError as error:
        _record_failure(item_id, error)
    except Exception:  # noqa: BLE001  # whatever one photo does, the others go on
        logger().exception("item.crashed", extra={"task_id": item_id})
        _record_failure(item_id, WorkFailedError())


def _receive(item_id: str) -> None:
    """Takes an upload in, unless it was before; nobody waits for its listing while the model looks, later."""
    with session_scope() as session:
        item = session.get_one(Task, item_id)
        if item.kind != Kind.UPLOAD or is_stored(session, item.image_id):
            return
        receive_upload(session, item)
        _require_open(session, item)


def _require_open(session: Session, item: Task) -> None:
    """Raises TaskClosedError when an item was canceled meanwhile: nothing of what was done for it is stored."""
    session.refresh(item, ["status"], with_for_update=True)
    if item.status not in OPEN:
        raise TaskClosedError(f"The task is {item.status}.")


def _not_its_fault(item_id: str) -> None:
    """An attempt that ended for another's reason does not count against the item."""
    try:
        with session_scope() as session:
            session.execute(update(Task).where(Task.id == item_id).values(attempts=Task.attempts - 1))
    except UnavailableError:  # it was the database: one attempt of three is lost
        logger().warning("item.attempt_counted", extra={"task_id": item_id})


def _record_failure(item_id: str, error: AppError) -> None:
    with session_scope() as session:
        item = session.get_one(Task, item_id)
        refused = None
        if item.kind == Kind.IMPORT and not isinstance(error, NotFoundError | ConflictError):
            refused = intake.refuse(session, arrival_of(item), error).id
        # Its batch is not locked: whoever cancels that waits for the photo, which is ours now. So the item is written
        # once: when a transaction writes a row twice, PostgreSQL locks what its keys lead to, and the batch is one.
        lock_photo_and_task(session, item)
        if item.status in OPEN:
            _fail(session, item, error)
        item.image_id = refused or item.image_id


def _fail(session: Session, item: Task, error: AppError) -> None:
    if item.image_id is not None:  # the photo first: `lock_task`
        mark_failed(session, [item.image_id], error.code, error.detail)
    item.status, item.problem = TaskStatus.FAILED, problem_of(item, error)


def _import(session: Session, item: Task) -> intake.Taken:
    arrival = arrival_of(item)
    if arrival.key.startswith(INCOMING):
        arrival = replace(arrival, listing_id=listing_of(arrival.key, own_prefix(INCOMING)))
    arrival = _where_it_is(session, arrival)
    require_listing(session, arrival.listing_id)
    return intake.take_in(session, arrival)


def _where_it_is(session: Session, arrival: Arrival) -> Arrival:
    """An object that was taken in before stays a photo of the listing that it was taken in for, with all that people
    said of it. Raises ConflictError when another listing is named."""
    known = photo_under(session, arrival.key)
    if known is None or known.sha256 is None or known.listing_id == arrival.listing_id:
        return arrival
    if arrival.listing_id is not None:
        of = f"of listing {known.listing_id}" if known.listing_id else "of no listing"
        raise ConflictError(f"This object is photo {known.id} {of} already; copy it to another key.")
    return replace(arrival, listing_id=known.listing_id)


def arrival_of(item: Task) -> Arrival:
    """What an import's item says of its photo."""
    asked = item.request
    return Arrival(asked["key"], asked["filename"], asked["listing_id"], captured_at_of(asked))


_WORK: Final[dict[Kind, Callable[[Session, Task], intake.Taken]]] = {
    Kind.IMPORT: _import,
    Kind.UPLOAD: look,
    Kind.ANALYZE: look,
}
