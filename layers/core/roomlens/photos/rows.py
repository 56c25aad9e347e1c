"""Which row a photo has: one for the same bytes in a listing, however many keys of the bucket lead to them.

Everything here runs under the listing's lock: two events of one listing are settled one after the other, whichever
comes first, so that files which change places never lose each other's rows.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from roomlens.errors import AppError
from roomlens.models import Analysis, Image, ImageKey, ImageStatus, Listing
from roomlens.photos.records import Arrival, find_by_content

_LOCKS: Final = 0x7270  # "rp": our own class among the database's advisory locks


def lock_listing(session: Session, listing_id: int | None) -> None:
    """Waits for whoever settles a photo of this listing; holds until the transaction ends.

    What was read before is read again afterwards: it may have changed while we waited.
    """
    session.execute(text("select pg_advisory_xact_lock(:locks, :id)"), {"locks": _LOCKS, "id": listing_id or 0})
    session.expire_all()


def settle(session: Session, arrival: Arrival, content: dict[str, Any]) -> Image:
    """The row of the photo that now lies under `arrival.key`, made or found; `content` holds what its bytes say.

    What lay there before goes, unless another key leads to it.
    """
    image = find_by_content(session, arrival.listing_id, content["sha256"])
    before = _leads_to(session, arrival.key)
    if image is None:
        if before is not None and _has_no_other_key(session, before, arrival.key):
            image, before = before, None  # the row is taken over, and what it said of other bytes is forgotten
            forget_analyses(session, image.id)
            _assign(session, image, arrival, content)
        else:
            if before is not None:
                _move_off(session, before, arrival.key)
            image = Image(s3_key=arrival.key)
            session.add(image)
            _assign(session, image, arrival, content)
    if before is not None and before.id != image.id:
        _let_go(session, before, arrival.key)
    _lead(session, arrival.key, image)
    return image


def settle_failure(session: Session, arrival: Arrival, error: AppError) -> None:
    """Says in a row why what lies under a key could not be taken in; the object stays where it is.

    The same failure twice is one row, and a good photo that is put there later takes it over.
    """
    values = dict.fromkeys(_CONTENT) | {
        "status": ImageStatus.FAILED,
        "failure_code": error.code,
        "failure_detail": error.detail,
    }
    listing_id = arrival.listing_id if arrival.listing_id and session.get(Listing, arrival.listing_id) else None
    known = Arrival(arrival.key, arrival.filename, listing_id, arrival.captured_at)
    image = _leads_to(session, arrival.key)
    if image is not None and not _has_no_other_key(session, image, arrival.key):
        _move_off(session, image, arrival.key)
        image = None
    if image is None:
        image = Image(s3_key=arrival.key)
        session.add(image)
    else:
        forget_analyses(session, image.id)
    _assign(session, image, known, values)
    _lead(session, arrival.key, image)


def forget_analyses(session: Session, image_id: int) -> None:
    """Removes what was seen in a photo; its vectors go with it."""
    session.execute(delete(Analysis).where(Analysis.image_id == image_id))


_CONTENT: Final = ("content_type", "byte_size", "width", "height", "sha256", "perceptual_hash", "captured_at")


def _assign(session: Session, image: Image, arrival: Arrival, values: dict[str, Any]) -> None:
    for name, value in {**values, "listing_id": arrival.listing_id, "filename": arrival.filename}.items():
        setattr(image, name, value)
    session.flush()


def _leads_to(session: Session, key: str) -> Image | None:
    statement = select(Image).join(ImageKey, ImageKey.image_id == Image.id).where(ImageKey.s3_key == key)
    return session.scalars(statement).one_or_none()


def _another_key(session: Session, image: Image, key: str) -> str | None:
    others = select(func.min(ImageKey.s3_key)).where(ImageKey.image_id == image.id, ImageKey.s3_key != key)
    return session.scalar(others)


def _has_no_other_key(session: Session, image: Image, key: str) -> bool:
    return _another_key(session, image, key) is None


def _move_off(session: Session, image: Image, key: str) -> None:
    """The photo is read from another of its keys, because this one holds something else now."""
    other = _another_key(session, image, key)
    if image.s3_key == key and other is not None:
        image.s3_key = other
        session.flush()


def _let_go(session: Session, image: Image, key: str) -> None:
    if _has_no_other_key(session, image, key):
        session.delete(image)
        session.flush()
    else:
        _move_off(session, image, key)


def _lead(session: Session, key: str, image: Image) -> None:
    statement = insert(ImageKey).values(s3_key=key, image_id=image.id)
    session.execute(statement.on_conflict_do_update(index_elements=[ImageKey.s3_key], set_={"image_id": image.id}))
