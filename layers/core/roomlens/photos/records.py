"""Photos as rows: found, listed, and marked as failed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from roomlens.errors import NotFoundError
from roomlens.models import Analysis, Image, ImageKey, ImageStatus, Listing, TextVector
from roomlens.versions import model_in_force
from roomlens.vocabulary import RoomType, kinds_of


@dataclass(frozen=True)
class Arrival:
    """Where a photo lies, and what its sender said of it; `sequencer` is that of the event that told of it, `etag` that
    of the bytes that were found there."""

    key: str
    filename: str
    listing_id: int | None = None
    captured_at: datetime | None = None
    sequencer: str | None = None
    etag: str | None = None


def require_listing(session: Session, listing_id: int | None) -> None:
    """Raises NotFoundError when a listing is named that does not exist."""
    if listing_id is not None and session.get(Listing, listing_id) is None:
        raise NotFoundError(f"There is no listing {listing_id}.")


def require_listings(session: Session, listing_ids: Iterable[int | None]) -> None:
    """As `require_listing`, of many by one query."""
    named = {listing_id for listing_id in listing_ids if listing_id is not None}
    missing = named.difference(session.scalars(select(Listing.id).where(Listing.id.in_(named)))) if named else ()
    if missing:
        raise NotFoundError(f"There is no listing {min(missing)}.")


def get_image(session: Session, image_id: int, *, for_update: bool = False) -> Image:
    """One photo with its analyses, for nobody else to change when it is got for update. Raises NotFoundError."""
    statement = select(Image).where(Image.id == image_id).options(selectinload(Image.analyses))
    if for_update:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    image = session.scalars(statement).one_or_none()
    if image is None:
        raise NotFoundError(f"There is no photo {image_id}.")
    return image


def is_stored(session: Session, image_id: int | None) -> bool:
    """Whether the bytes of a photo were taken in."""
    return session.scalar(select(Image.sha256).where(Image.id == image_id)) is not None


def list_images(
    session: Session,
    *,
    limit: int,
    after_id: int = 0,
    listing_id: int | None = None,
    status: ImageStatus | None = None,
    room_type: RoomType | None = None,
) -> Sequence[Image]:
    """Photos in the order they came, with their analyses; `after_id` is the last one already seen.

    `room_type`: what counts, by the model in force or by a person. A room means its special kinds, too, as in searches.
    """
    statement = select(Image).where(Image.id > after_id).order_by(Image.id).limit(limit)
    if listing_id is not None:
        statement = statement.where(Image.listing_id == listing_id)
    if status is not None:
        statement = statement.where(Image.status == status)
    if room_type is not None:
        told = (TextVector.embedder == model_in_force().label, TextVector.room_type.in_(sorted(kinds_of(room_type))))
        statement = statement.where(Image.id.in_(select(TextVector.image_id).where(*told)))
    return session.scalars(statement.options(selectinload(Image.analyses), joinedload(Image.correction))).all()


def find_by_content(
    session: Session, listing_id: int | None, sha256: str, *, for_update: bool = False
) -> Image | None:
    """The photo with these bytes in this listing, if there is one; for nobody else to change when it is for update."""
    same_listing = func.coalesce(Image.listing_id, 0) == (listing_id or 0)
    statement = select(Image).where(same_listing, Image.sha256 == sha256)
    if for_update:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalars(statement).one_or_none()


def photo_under(session: Session, key: str) -> Image | None:
    """The photo that was found under a key of the bucket when it was last looked at."""
    return session.scalars(lying_under(key)).one_or_none()


def lying_under(key: str) -> Select[Image]:
    return select(Image).join(ImageKey, ImageKey.image_id == Image.id).where(ImageKey.s3_key == key)


def mark_failed(session: Session, ids: Sequence[int] | Select[Any], code: str, detail: str) -> None:
    """Says why photos could not be looked at. Those that were looked at before stay as they are."""
    never_seen = ~select(Analysis.id).where(Analysis.image_id == Image.id).exists()
    failed = {"status": ImageStatus.FAILED, "failure_code": code, "failure_detail": detail}
    session.execute(update(Image).where(Image.id.in_(ids), never_seen).values(**failed, updated_at=func.now()))


def mark_waiting(session: Session, ids: Sequence[int] | Select[Any]) -> None:
    """Photos that failed are to be looked at once more."""
    waiting = {"status": ImageStatus.QUEUED, "failure_code": None, "failure_detail": None}
    failed = (Image.id.in_(ids), Image.status == ImageStatus.FAILED)
    session.execute(update(Image).where(*failed).values(**waiting, updated_at=func.now()))
