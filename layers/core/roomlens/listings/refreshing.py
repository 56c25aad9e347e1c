"""Keeps what is stored of a listing's photos together up to date.

What is stored carries the fingerprint of the rows it was made of, and whoever reads it compares: nothing that is out of
date is ever shown. So `refresh` only saves the next reader the work, and may leave it: where somebody else is changing
the listing it stores nothing and waits for nobody, for whoever changes it refreshes it in the end.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from roomlens.db import after_commit, session_scope
from roomlens.listings.alterations import altered_in
from roomlens.listings.comparing import compare
from roomlens.listings.instances import (
    MEASURED_LIKENESS,
    UNMEASURED,
    Cosines,
    Instance,
    View,
    families_of,
    instances_of,
)
from roomlens.listings.kinds import Aggregation, Change, ListingPhoto
from roomlens.listings.pairing import pairs_of, room_of
from roomlens.listings.photos import photos_of
from roomlens.listings.reading import cosines_within, fingerprint, has_more_photos_than
from roomlens.listings.storing import Pair, asked_pairs, store_aggregation, store_changes, stored_fingerprint
from roomlens.listings.summing import aggregation_of
from roomlens.models import Listing
from roomlens.photos.rows import try_to_lock_listing
from roomlens.versions import model_in_force
from roomlens.vision import told

# Thirty photos take 30 ms when something is new, and 4 ms when nothing is; 200 take 100 ms, and 500 twice as much
# (embedded PostgreSQL, one of two cores).
MOST_PHOTOS: Final = 200


@dataclass(frozen=True)
class Together:
    """A listing's photos, and which of them show one room."""

    listing: Listing
    photos: dict[int, ListingPhoto]
    instances: list[Instance]
    cosines: Cosines
    altered: Collection[int]

    def aggregation(self) -> Aggregation:
        return aggregation_of(
            self.listing.id,
            model_in_force().label,
            list(self.photos.values()),
            self.instances,
            altered=self.altered,
            beds=self.listing.beds,
            baths=self.listing.baths,
        )

    def changes(self, asked: Collection[Pair]) -> list[Change]:
        """Of the pairs that are found by themselves, and of those that somebody named and that are still here."""
        named = [pair for pair in asked if set(pair) <= set(self.photos)]
        pairs = dict.fromkeys([*pairs_of(self.instances, self.photos, self.cosines, self.altered), *named])
        return [self.change(*pair) for pair in pairs]

    def change(self, before_id: int, after_id: int) -> Change:
        room = room_of(self.instances, before_id, after_id)
        beside = (
            tuple(self._beside(room, photo_id) for photo_id in (before_id, after_id)) if room is not None else ((), ())
        )
        return compare(
            self.photos[before_id],
            self.photos[after_id],
            instance=room.name if room else None,
            altered=self.altered,
            told=told(),
            beside=(beside[0], beside[1]),
        )

    def _beside(self, room: Instance, photo_id: int) -> Sequence[ListingPhoto]:
        """The other photos of a room that were taken with this one."""
        session = next(session for session in room.sessions if photo_id in session)
        return [self.photos[other] for other in session if other != photo_id and other not in self.altered]


def together(session: Session, listing: Listing, *, as_of: datetime | None = None) -> Together:
    """Three statements, however many photos there are."""
    photos = {photo.id: photo for photo in photos_of(session, listing.id, as_of=as_of)}
    views = [View(photo.id, photo.facts.room_type, photo.captured_at) for photo in photos.values()]
    families = [[view.image_id for view in members] for members in families_of(views).values()]
    cosines = cosines_within(session, families)
    likeness = MEASURED_LIKENESS.get(model_in_force().name, UNMEASURED)
    instances = instances_of(views, cosines, likeness, beds=listing.beds, baths=listing.baths)
    return Together(listing, photos, instances, cosines, altered_in(session, listing.id).keys())


def refresh_afterwards(session: Session, listing_id: int | None) -> None:
    """As `refresh`, in a transaction of its own when this one is stored: no photo waits for it, or is lost by it.
    Nothing for photos of no listing."""
    if listing_id is not None:
        after_commit(session, f"listing {listing_id}", partial(_refresh, listing_id))


def _refresh(listing_id: int) -> None:
    with session_scope() as session:
        refresh(session, listing_id)


def refresh(session: Session, listing_id: int) -> None:
    """Brings what is stored of a listing up to date; nothing for one that is gone.

    Nor for one of very many photos, so that the next photo is not answered the later the more there are.
    """
    if has_more_photos_than(session, listing_id, MOST_PHOTOS):
        return
    listing = session.get(Listing, listing_id)
    if listing is not None:
        bring_up_to_date(session, listing)


def bring_up_to_date(
    session: Session, listing: Listing, *, keep: bool = True
) -> tuple[Aggregation, list[Change]] | None:
    """What was made anew; None when what is stored holds.

    Unless `keep`, it is not stored: to store it takes the listing's lock until the transaction ends, and one that goes
    on for seconds would have photos wait for it.
    """
    now = fingerprint(session, listing.id)  # before anything is read: whatever changes meanwhile is noticed later
    if stored_fingerprint(session, listing.id) == now:
        return None
    seen = together(session, listing)
    asked = asked_pairs(session, listing.id)
    aggregation, changes = seen.aggregation(), seen.changes(asked)
    # what was made of a photo that was deleted meanwhile can't be stored; under the lock none is deleted
    if keep and try_to_lock_listing(session, listing.id) and fingerprint(session, listing.id) == now:
        store_aggregation(session, aggregation, now)
        store_changes(session, listing.id, changes, asked)
    return aggregation, changes
