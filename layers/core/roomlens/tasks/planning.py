"""The first step of a batch: which photos it is about, cut into chunks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, insert, literal, or_, select
from sqlalchemy.orm import Session

from roomlens import storage, versions
from roomlens.db import session_scope
from roomlens.dialects import Json
from roomlens.errors import NotFoundError, ValidationError
from roomlens.events import WorkflowStep
from roomlens.models import Image, ImageStatus, Task
from roomlens.photos.records import require_listing
from roomlens.tasks.items import chunks_of
from roomlens.tasks.kinds import Kind
from roomlens.tasks.starting import MOST_ITEMS, add_items, import_item, item_id
from roomlens.tasks.steps import acting_in, run_step
from roomlens.vision import model_that_looks


def plan(step: WorkflowStep) -> dict[str, Any]:
    """The chunks of a batch whose items are still to be worked on. Its items are found first, where nobody has named
    them, and only once.

    Raises as `run_step`; NotFoundError when there is no object under the prefix, ValidationError when there are too
    many.
    """
    with acting_in(step):
        run_step(step, "PlanItems", _find_items)
        with session_scope() as session:
            return {"chunks": chunks_of(session, step.task_id)}


def _find_items(session: Session, batch: Task) -> None:
    if _has_items(session, batch):
        return
    require_listing(session, batch.request.get("listing_id"))  # which may be gone; then it is not about all photos
    if batch.kind == Kind.IMPORT_BATCH:
        _find_objects(session, batch)
    else:
        _find_photos(session, batch)


def _has_items(session: Session, batch: Task) -> bool:
    return session.scalar(select(Task.id).where(Task.parent_id == batch.id).limit(1)) is not None


def _find_objects(session: Session, batch: Task) -> None:
    prefix = batch.request["prefix"]
    keys = storage.keys_under(prefix, MOST_ITEMS + 1)
    if not keys:
        raise NotFoundError(f"There is no object under the prefix {prefix}")
    if len(keys) > MOST_ITEMS:
        raise ValidationError(f"More than {MOST_ITEMS:,} objects lie under the prefix {prefix}; name longer ones.")
    add_items(session, batch, Kind.IMPORT, [import_item(key, batch.listing_id) for key in keys])


def _find_photos(session: Session, batch: Task) -> None:
    """One item for each photo that the model has yet to look at, in one statement however many there are."""
    name = batch.request.get("model")
    with versions.using(name):
        missing = versions.what_is_missing(model_that_looks()).order_by(None)
    photos = select(Image.id, Image.listing_id).where(or_(Image.id.in_(missing), *_failed(batch)))
    if batch.listing_id is not None:
        photos = photos.where(Image.listing_id == batch.listing_id)
    found = photos.subquery()
    position = func.row_number().over(order_by=found.c.id) - 1
    rows = select(
        literal(item_id(batch, "")).concat(cast(position, String)),
        literal(str(Kind.ANALYZE)),
        literal(batch.id),
        position,
        found.c.id,
        found.c.listing_id,
        literal({"model": name} if name else {}, Json),
    )
    columns = ["id", "kind", "parent_id", "position", "image_id", "listing_id", "request"]
    session.execute(insert(Task).from_select(columns, rows))
    if batch.kind == Kind.ANALYZE_BATCH:
        _find_unread(session, batch)


def _find_unread(session: Session, batch: Task) -> None:
    """Photos whose bytes could not be taken in, and lie where they were put."""
    lies_there = or_(Image.s3_key.startswith(storage.INCOMING), Image.s3_key.startswith(storage.IMPORTS))
    unread = select(Image.s3_key, Image.listing_id).where(
        Image.status == ImageStatus.FAILED, Image.sha256.is_(None), lies_there
    )
    if batch.listing_id is not None:
        unread = unread.where(Image.listing_id == batch.listing_id)
    first = session.scalar(select(func.count()).where(Task.parent_id == batch.id)) or 0
    found = session.execute(unread.order_by(Image.id))
    add_items(session, batch, Kind.IMPORT, [import_item(*row) for row in found], first=first)


def _failed(batch: Task) -> list[ColumnElement[bool]]:
    """Photos that nobody could make anything of: the model in force is asked once more, another one is not."""
    if batch.kind == Kind.BACKFILL:
        return []
    return [(Image.status == ImageStatus.FAILED) & Image.sha256.is_not(None)]
