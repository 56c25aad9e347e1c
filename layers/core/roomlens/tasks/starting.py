"""Tasks made: their row, what they were asked for, and the start of their workflow."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from roomlens import storage, versions
from roomlens.callbacks import check_url
from roomlens.errors import NotFoundError, TooLargeError, UnsupportedMediaError, ValidationError
from roomlens.fields import readable_filename
from roomlens.models import Image, Task
from roomlens.photos import uploads
from roomlens.photos.records import get_image, mark_waiting, require_listing, require_listings
from roomlens.photos.uploads import Expected
from roomlens.schemas import BatchRequest, ChatRequest, ImportWanted, UploadRequest, UploadWanted
from roomlens.tasks import executions
from roomlens.tasks.kinds import OPEN, WORKFLOWS, Kind
from roomlens.tenancy import own_prefix

MOST_ITEMS: Final = 10_000
"""Photos of one batch."""


def new_task(session: Session, kind: Kind, *, callback_url: str | None = None, **columns: Any) -> Task:
    """A queued task, stored and not yet started. Raises ValidationError for a URL that nothing is sent to."""
    if callback_url is not None:
        check_url(callback_url)
    task = Task(
        id=f"tsk_{uuid.uuid4().hex}", kind=kind, workflow=WORKFLOWS.get(kind), callback_url=callback_url, **columns
    )
    session.add(task)
    session.flush()
    session.refresh(task)
    return task


def start_analysis(
    session: Session, image: Image, *, model: str | None = None, callback_url: str | None = None
) -> Task:
    """The look at a photo that is stored; by another model than the one in force, when one is named."""
    request = {"model": model} if model else {}
    task = new_task(
        session,
        Kind.ANALYZE,
        image_id=image.id,
        listing_id=image.listing_id,
        request=request,
        callback_url=callback_url,
    )
    executions.start_run(task)
    return task


def start_analysis_again(session: Session, image_id: int, *, model: str | None, callback_url: str | None) -> Task:
    """As `start_analysis`, of a photo by its id: one that has failed is looked at once more, or taken in once more
    when its bytes could not be read.

    Raises NotFoundError for an unknown photo or model, and for a photo whose bytes have yet to come.
    """
    image = get_image(session, image_id)
    if model is not None:
        versions.named(model)
        versions.pin(session)
    if image.sha256 is None:
        return _start_import(session, image, callback_url)
    mark_waiting(session, [image.id])
    return start_analysis(session, image, model=model, callback_url=callback_url)


def _start_import(session: Session, image: Image, callback_url: str | None) -> Task:
    if not image.s3_key.startswith((storage.INCOMING, storage.IMPORTS)):
        raise NotFoundError(f"There are no bytes of this photo to look at: {_how_to_get_them(session, image)}.")
    batch = new_task(session, Kind.IMPORT_BATCH, listing_id=image.listing_id, callback_url=callback_url)
    add_items(session, batch, Kind.IMPORT, [import_item(image.s3_key, image.listing_id)])
    executions.start_run(batch)
    return batch


def _how_to_get_them(session: Session, image: Image) -> str:
    """Of a photo that was announced, and has not been taken in."""
    announced = select(Task).where(Task.image_id == image.id, Task.kind == Kind.UPLOAD)
    task = session.scalars(announced.order_by(Task.created_at.desc()).limit(1)).one_or_none()
    if task is None:
        return "send it again"
    if task.status in OPEN:
        return f"/api/tasks/{task.id} says how to send them"
    return f"retry /api/tasks/{task.parent_id or task.id}, or send it again"


def start_upload(session: Session, wanted: UploadRequest) -> Task:
    """A photo that will come by a presigned upload; its object-created event starts the workflow.

    Raises NotFoundError for an unknown listing, UnsupportedMediaError and TooLargeError.
    """
    require_listing(session, wanted.listing_id)
    uploads.check(wanted.content_type, wanted.size)
    task = new_task(session, Kind.UPLOAD, listing_id=wanted.listing_id, callback_url=wanted.callback_url)
    expected = _expected(wanted, task.id)
    task.request = expected.kept()
    task.image_id = uploads.announce(session, expected).id
    session.flush()
    return task


def start_batch(session: Session, wanted: BatchRequest) -> Task:
    """Many photos as one task with an item each: uploads that will come, or objects that lie in the bucket.

    Raises NotFoundError for an unknown listing, and for announced uploads UnsupportedMediaError and TooLargeError.
    """
    photos = wanted.photos or []
    announced = [photo for photo in photos if isinstance(photo, UploadWanted)]
    require_listings(session, [wanted.listing_id, *(photo.listing_id for photo in photos)])
    _check(announced)
    _check_keys(wanted)
    kind = Kind.UPLOAD_BATCH if announced else Kind.IMPORT_BATCH
    batch = new_task(session, kind, listing_id=wanted.listing_id, callback_url=wanted.callback_url)
    if announced:
        add_items(session, batch, Kind.UPLOAD, [_upload_item(photo, batch, at) for at, photo in enumerate(announced)])
        return batch
    stored = [photo for photo in photos if isinstance(photo, ImportWanted)]
    batch.request = {"prefix": wanted.prefix, "listing_id": wanted.listing_id}
    add_items(session, batch, Kind.IMPORT, [_import_item(photo) for photo in stored])
    session.flush()
    executions.start_run(batch)
    return batch


def _check(announced: Sequence[UploadWanted]) -> None:
    """Says which of many photos is none that would be taken."""
    for at, photo in enumerate(announced):
        try:
            uploads.check(photo.content_type, photo.size)
        except (UnsupportedMediaError, TooLargeError) as error:
            raise type(error)(f"photos/{at}: {error.detail}", f"/body/photos/{at}") from None


def _check_keys(wanted: BatchRequest) -> None:
    """Raises ValidationError for objects that are not the tenant's to name."""
    own = own_prefix(storage.IMPORTS)
    named = {"/body/prefix": wanted.prefix} if wanted.prefix else {}
    for at, photo in enumerate(wanted.photos or []):
        if isinstance(photo, ImportWanted):
            named[f"/body/photos/{at}/key"] = photo.key
    for pointer, key in named.items():
        if not key.startswith(own):
            raise ValidationError(f"Objects that you may name begin with {own}", pointer)


def start_analyses(session: Session, *, listing_id: int | None, callback_url: str | None) -> Task:
    """Every photo of a listing, or every photo, that the model in force has not looked at, or failed at."""
    require_listing(session, listing_id)
    request = {"listing_id": listing_id}
    task = new_task(session, Kind.ANALYZE_BATCH, listing_id=listing_id, request=request, callback_url=callback_url)
    executions.start_run(task)
    return task


def start_backfill(session: Session, model: str, *, callback_url: str | None = None) -> Task:
    """Every photo looked at by another model, beside what the one in force saw, which stays in force."""
    versions.pin(session)
    task = new_task(session, Kind.BACKFILL, request={"model": model}, callback_url=callback_url)
    executions.start_run(task)
    return task


def start_chat(session: Session, asked: ChatRequest) -> Task:
    """A turn of a conversation that is not waited for."""
    task = new_task(
        session,
        Kind.CHAT,
        listing_id=asked.listing_id,
        request=asked.model_dump(mode="json", exclude={"callback_url"}),
        callback_url=asked.callback_url,
    )
    executions.start_run(task)
    return task


def add_items(
    session: Session, batch: Task, kind: Kind, items: Sequence[dict[str, Any]], *, first: int = 0
) -> None:
    """Stores items of a batch, each `{request, listing_id}`, in their order; `first` is the place of the first one."""
    workflow = WORKFLOWS.get(kind) if kind is Kind.UPLOAD else None
    rows = [
        {
            "id": item_id(batch, position),
            "kind": kind,
            "workflow": workflow,
            "parent_id": batch.id,
            "position": position,
            **item,
        }
        for position, item in enumerate(items, start=first)
    ]
    if rows:
        session.execute(insert(Task), rows)


def item_id(batch: Task, position: int | str) -> str:
    return f"{batch.id}-i{position}"  # and never like the name of a later run


def import_item(key: str, listing_id: int | None) -> dict[str, Any]:
    """The item of an object that lies in the bucket."""
    request = {"key": key, "filename": readable_filename(key), "listing_id": listing_id}
    return {"request": request, "listing_id": listing_id}


def _import_item(photo: ImportWanted) -> dict[str, Any]:
    item = import_item(photo.key, photo.listing_id)
    if photo.captured_at:
        item["request"]["captured_at"] = photo.captured_at.isoformat()
    return item


def _upload_item(photo: UploadWanted, batch: Task, position: int) -> dict[str, Any]:
    return {"request": _expected(photo, item_id(batch, position)).kept(), "listing_id": photo.listing_id}


def _expected(wanted: UploadWanted, task_id: str) -> Expected:
    return Expected(
        key=storage.upload_key(task_id),
        filename=readable_filename(wanted.filename),
        content_type=wanted.content_type,
        size=wanted.size,
        sha256=wanted.sha256,
        listing_id=wanted.listing_id,
        captured_at=wanted.captured_at,
    )
