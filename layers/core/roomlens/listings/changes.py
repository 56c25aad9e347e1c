"""What became of a listing's rooms between their photos: as it is stored when it is up to date, else made anew."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from roomlens.errors import ConflictError, NotFoundError, ValidationError
from roomlens.listings.kinds import Change
from roomlens.listings.records import get_listing
from roomlens.listings.refreshing import bring_up_to_date, together
from roomlens.listings.storing import read_changes, store_asked
from roomlens.models import Image
from roomlens.photos.rows import lock_listing

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def changes_of(
    session: Session,
    listing_id: int,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    keep: bool = True,
) -> list[Change]:
    """By the version in force, never out of date, in the order of the later photos.

    `since`, `until`: those alone whose two photos were taken from then to then. What has no time is left out where one
    is given. `keep`: as `bring_up_to_date`.

    Raises NotFoundError.
    """
    listing = get_listing(session, listing_id)
    made = bring_up_to_date(session, listing, keep=keep)
    changes = made[1] if made else read_changes(session, listing_id)
    chosen = (change for change in changes if _lies_within(change, since, until))
    return sorted(chosen, key=_by_time)


def compare_photos(session: Session, listing_id: int, before_image_id: int, after_image_id: int) -> Change:
    """What became of the room between two photos that somebody names; kept, and the same pair again is the same record.

    Which one is before, the caller says, whatever their times say: a photo may have none, or a wrong one.

    Raises:
        NotFoundError: there is no such listing or photo.
        ValidationError: a photo is of another listing, or it is one photo.
        ConflictError: the model in force has not looked at one of them.
    """
    lock_listing(session, listing_id)
    listing = get_listing(session, listing_id)
    _require_photo(session, listing_id, before_image_id, "/body/before_image_id")
    _require_photo(session, listing_id, after_image_id, "/body/after_image_id")
    if before_image_id == after_image_id:
        raise ValidationError("These are one photo; name two.", "/body/after_image_id")
    bring_up_to_date(session, listing)
    seen = together(session, listing)
    for image_id in (before_image_id, after_image_id):
        if image_id not in seen.photos:
            raise ConflictError(f"Photo {image_id} has not been analysed by the model in force yet.")
    change = seen.change(before_image_id, after_image_id)
    store_asked(session, listing_id, change)
    return change


def _require_photo(session: Session, listing_id: int, image_id: int, pointer: str) -> None:
    image = session.get(Image, image_id)
    if image is None:
        raise NotFoundError(f"There is no photo {image_id}.")
    if image.listing_id != listing_id:
        raise ValidationError(f"Photo {image_id} is not of listing {listing_id}.", pointer)


def _lies_within(change: Change, since: datetime | None, until: datetime | None) -> bool:
    times = [moment for moment in (change.before_at, change.after_at) if moment is not None]
    if since is None and until is None:
        return True
    return len(times) == 2 and (since is None or min(times) >= since) and (until is None or max(times) <= until)


def _by_time(change: Change) -> tuple[datetime, int, int]:
    return change.after_at or _LONG_AGO, change.before_image_id, change.after_image_id
