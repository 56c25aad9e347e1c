"""Photos as rows: found, listed, and marked as failed. Needs no picture library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, selectinload

from roomlens.errors import AppError, NotFoundError
from roomlens.models import Analysis, Image, ImageStatus, Listing


@dataclass(frozen=True)
class Arrival:
    """Where a photo lies, and what its sender said of it."""

    key: str
    filename: str
    listing_id: int | None = None
    captured_at: datetime | None = None


def require_listing(session: Session, listing_id: int | None) -> None:
    """Raises NotFoundError when a listing is named that does not exist."""
    if listing_id is not None and session.get(Listing, listing_id) is None:
        raise NotFoundError(f"There is no listing {listing_id}.")


def get_image(session: Session, image_id: int) -> Image:
    """One photo with its analyses. Raises NotFoundError."""
    statement = select(Image).where(Image.id == image_id).options(selectinload(Image.analyses))
    image = session.scalars(statement).one_or_none()
    if image is None:
        raise NotFoundError(f"There is no photo {image_id}.")
    return image


def list_images(
    session: Session,
    *,
    limit: int,
    after_id: int = 0,
    listing_id: int | None = None,
    status: ImageStatus | None = None,
    room_type: str | None = None,
) -> Sequence[Image]:
    """Photos in the order they came, with their analyses; `after_id` is the last one already seen."""
    statement = select(Image).where(Image.id > after_id).order_by(Image.id).limit(limit)
    if listing_id is not None:
        statement = statement.where(Image.listing_id == listing_id)
    if status is not None:
        statement = statement.where(Image.status == status)
    if room_type is not None:
        statement = statement.where(Image.analyses.any(Analysis.room_type == room_type))
    return session.scalars(statement.options(selectinload(Image.analyses))).all()


def find_by_content(session: Session, listing_id: int | None, sha256: str) -> Image | None:
    """The photo with these bytes in this listing, if there is one."""
    same_listing = func.coalesce(Image.listing_id, 0) == (listing_id or 0)
    return session.scalars(select(Image).where(same_listing, Image.sha256 == sha256)).one_or_none()


def find_by_key(session: Session, key: str) -> Image | None:
    return session.scalars(select(Image).where(Image.s3_key == key)).one_or_none()


def record_failure(session: Session, arrival: Arrival, error: AppError) -> None:
    """Says in the photo's row why it could not be taken in; the object stays where it is.

    One row a key: the same failure twice is one row, and a good photo put there later takes the row over.
    What an earlier content of the key showed goes, because that content is gone.
    """
    values = {
        "status": ImageStatus.FAILED,
        "failure_code": error.code,
        "failure_detail": error.detail,
        "sha256": None,
        "perceptual_hash": None,
    }
    known = arrival.listing_id if arrival.listing_id and session.get(Listing, arrival.listing_id) else None
    statement = (
        insert(Image)
        .values(
            s3_key=arrival.key, filename=arrival.filename, listing_id=known, captured_at=arrival.captured_at, **values
        )
        .on_conflict_do_update(index_elements=[Image.s3_key], set_={**values, "updated_at": func.now()})
        .returning(Image.id)
    )
    forget_analyses(session, session.scalars(statement).one())


def mark_failed(session: Session, image_id: int, code: str, detail: str) -> None:
    """As `record_failure`, for a photo that already has its row."""
    session.execute(
        update(Image)
        .where(Image.id == image_id)
        .values(status=ImageStatus.FAILED, failure_code=code, failure_detail=detail, updated_at=func.now())
    )


def forget_analyses(session: Session, image_id: int) -> None:
    """Removes what was seen in a photo; its vectors go with it."""
    session.execute(delete(Analysis).where(Analysis.image_id == image_id))
