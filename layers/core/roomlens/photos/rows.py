"""Which row a photo has: one for the same bytes in a listing, however many keys of the bucket lead to them.

Everything here runs under the listing's lock: two events of one listing are settled one after the other, whichever
comes first, so that files which change places never lose each other's rows. Each row that is found is locked, too, and
before the version in force is held: in this order a step of a workflow does it, which needs no lock of the listing.
Bytes that are to be stored are held (`outbox.keep`) before the listing is locked; `roomlens.removal` deletes under the
same lock of the listing.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from roomlens import outbox
from roomlens.dialects import insert, lock, try_locks
from roomlens.errors import AppError
from roomlens.events import order_of
from roomlens.models import Alteration, Analysis, Correction, Image, ImageKey, ImageStatus, Listing, TemporalChange
from roomlens.photos.records import Arrival, find_by_content, lying_under
from roomlens.photos.thumbnails import thumbnail_keys
from roomlens.tenancy import current_tenant

_LOCKS: Final = 0x7270  # "rp": our own class among the database's advisory locks


def lock_listing(session: Session, listing_id: int | None) -> None:
    """Waits for whoever settles a photo of this listing; holds until the transaction ends.

    What was read before is read again afterwards: it may have changed while we waited.
    """
    lock(session, _LOCKS, _number(listing_id))
    session.expire_all()


def try_to_lock_listing(session: Session, listing_id: int) -> bool:
    """As `lock_listing`, but waits for nobody: False when somebody else is changing the listing's photos."""
    return bool(try_locks(session, _LOCKS, [_number(listing_id)]))


def _number(listing_id: int | None) -> int:
    """Of a lock: a tenant's own. Whoever names another's listing, as anybody may, waits for nobody there, and photos of
    no listing are settled side by side with those of other tenants. Two listings that share a number wait."""
    named = hashlib.sha256(f"{current_tenant()}/{listing_id or 0}".encode()).digest()
    return int.from_bytes(named[:4], signed=True)


def settle(session: Session, arrival: Arrival, content: dict[str, Any]) -> Image:
    """The row of the photo that now lies under `arrival.key`, made or found; `content` holds what its bytes say.

    What lay there before goes, unless another key leads to it.
    """
    image = find_by_content(session, arrival.listing_id, content["sha256"], for_update=True)
    before, told = _leads_to(session, arrival.key)
    if image is None:
        image = _free_row(session, arrival.key, before)
        _assign(session, image, arrival, content)
    elif before is not None and before.id != image.id and not _moved_off(session, before, arrival.key):
        _let_thumbnails_go(session, before)
        session.delete(before)
        session.flush()
    _lead(session, arrival, image, told)
    return image


def offer(session: Session, waiting: Image, arrival: Arrival, content: dict[str, Any]) -> None:
    """A row that was made before its photo came is the one that `settle` takes, unless the photo has one already."""
    if find_by_content(session, arrival.listing_id, content["sha256"]) is None:
        _lead(session, arrival, waiting)


def settle_failure(session: Session, arrival: Arrival, error: AppError) -> Image:
    """Says in a row why what lies under a key could not be taken in; the object stays where it is.

    The same failure twice is one row, and a good photo that is put there later takes it over.
    """
    values = dict.fromkeys(_CONTENT) | {
        "status": ImageStatus.FAILED,
        "failure_code": error.code,
        "failure_detail": error.detail,
    }
    listing_id = arrival.listing_id if arrival.listing_id and session.get(Listing, arrival.listing_id) else None
    before, told = _leads_to(session, arrival.key)
    image = _free_row(session, arrival.key, before)
    _assign(session, image, replace(arrival, listing_id=listing_id), values)
    _lead(session, arrival, image, told)
    return image


_CONTENT: Final = ("content_type", "byte_size", "width", "height", "sha256", "perceptual_hash", "captured_at")


def _assign(session: Session, image: Image, arrival: Arrival, values: dict[str, Any]) -> None:
    for name, value in {**values, "listing_id": arrival.listing_id, "filename": arrival.filename}.items():
        setattr(image, name, value)
    session.flush()


def _leads_to(session: Session, key: str) -> tuple[Image | None, str | None]:
    """The photo that lay under a key so far, and the sequencer of the newest event that told of it."""
    statement = lying_under(key).add_columns(ImageKey.sequencer)
    locked = statement.with_for_update(of=Image)  # what is seen in it now is not kept
    found = session.execute(locked, execution_options={"populate_existing": True}).one_or_none()
    return (found[0], found[1]) if found else (None, None)


def _free_row(session: Session, key: str, before: Image | None) -> Image:
    """The row for a key's new content: that of what lay there before, with what was seen forgotten; or a new one,
    when there was nothing or another key leads to it."""
    if before is None or _moved_off(session, before, key):
        image = Image(s3_key=key)
        session.add(image)
        return image
    _let_thumbnails_go(session, before)
    _forget(session, before.id)
    return before


def _let_thumbnails_go(session: Session, image: Image) -> None:
    """Those of a picture that lies under no key any more; they stay where another photo shows the same."""
    if image.sha256 is not None:
        outbox.let_go(session, dict.fromkeys(thumbnail_keys(image.sha256)), at_once=False)


def _forget(session: Session, image_id: int) -> None:
    """All that was told of the picture that was there: whoever altered it, or made another of it, knew that one."""
    for told in (Analysis, Correction, Alteration):  # vectors go with their analyses
        session.execute(delete(told).where(told.image_id == image_id))
    made_of_it = update(Alteration).where(Alteration.original_image_id == image_id)
    session.execute(made_of_it.values(original_image_id=None))
    change = TemporalChange
    session.execute(delete(change).where(or_(change.before_image_id == image_id, change.after_image_id == image_id)))


def _moved_off(session: Session, image: Image, key: str) -> bool:
    """Has a photo read from another of its keys, because this one holds something else now; False when it has none."""
    others = select(func.min(ImageKey.s3_key)).where(ImageKey.image_id == image.id, ImageKey.s3_key != key)
    other = session.scalar(others)
    if other is None:
        return False
    if image.s3_key == key:
        image.s3_key = other
        session.flush()
    return True


def _lead(session: Session, arrival: Arrival, image: Image, told: str | None = None) -> None:
    """Notes what lies under a key now. An older event that comes late finds newer bytes, and makes nothing older."""
    newest = max(filter(None, (told, arrival.sequencer)), key=order_of, default=None)
    found = {"image_id": image.id, "sequencer": newest, "etag": arrival.etag}
    statement = insert(session, ImageKey).values(s3_key=arrival.key, **found)
    session.execute(statement.on_conflict_do_update(index_elements=[ImageKey.s3_key], set_=found))
