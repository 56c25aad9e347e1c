"""The order of a listing's photos as it is stored and shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from roomlens.errors import ValidationError
from roomlens.listings.aggregation import aggregate
from roomlens.listings.alterations import Altered, altered_in
from roomlens.listings.copies import Pair, copies_among
from roomlens.listings.kinds import ListingPhoto
from roomlens.listings.ordering import Place, arranged, shot_of
from roomlens.listings.photos import photos_of
from roomlens.listings.records import get_listing
from roomlens.models import Image, Listing
from roomlens.photos.facts import compliance_of
from roomlens.photos.presenting import thumbnail_of
from roomlens.photos.rows import lock_listing
from roomlens.schemas import PhotoOrderAnswer, PhotoOrderRequest, PlaceOut


@dataclass(frozen=True)
class Gallery:
    """The photos of a listing in their order, and what was found out about them on the way."""

    listing: Listing
    photos: Sequence[ListingPhoto]
    places: Sequence[Place]
    copies: Sequence[Pair]
    altered: Mapping[int, Altered]


def gallery_of(session: Session, listing_id: int) -> Gallery:
    """Raises NotFoundError."""
    listing = get_listing(session, listing_id)
    rooms = {image_id: room.name for room in aggregate(session, listing_id).rooms for image_id in room.image_ids}
    photos = {photo.id: photo for photo in photos_of(session, listing_id)}
    altered, copies = altered_in(session, listing_id), copies_among(session, list(photos.values()))
    shots = [
        shot_of(
            photo.analysis,
            photo.facts,
            compliance_of(photo.analysis, photo.image.correction),
            altered=photo.id in altered,
        )
        for photo in photos.values()
    ]
    originals = {one.image_id: one.original_id for one in altered.values()}
    places = arranged(shots, copies=copies, originals=originals, rooms=rooms, first=listing.photo_order or ())
    return Gallery(listing, [photos[place.image_id] for place in places], places, copies, altered)


def photo_order(session: Session, listing_id: int) -> PhotoOrderAnswer:
    """Every photo that the model in force has looked at, with its place and the reason. Raises NotFoundError."""
    gallery = gallery_of(session, listing_id)
    order = [
        PlaceOut(
            image_id=place.image_id,
            position=position,
            reason=place.reason,
            placed_by=place.placed_by,
            disclosure=gallery.altered[photo.id].disclosure if photo.id in gallery.altered else None,
            thumbnail_url=thumbnail_of(photo.image.sha256),
        )
        for position, (place, photo) in enumerate(zip(gallery.places, gallery.photos, strict=True), 1)
    ]
    return PhotoOrderAnswer(listing_id=listing_id, order=order, cover_image_id=order[0].image_id if order else None)


def put_in_order(session: Session, listing_id: int, said: PhotoOrderRequest) -> PhotoOrderAnswer:
    """Keeps a person's order; the photos that it does not name follow in ours. None, or an empty one, takes it back.

    Under the lock of whoever deletes a photo, and takes it out of the order.

    Raises:
        NotFoundError: there is no such listing.
        ValidationError: a photo is named twice, or is none of this listing.
    """
    lock_listing(session, listing_id)
    listing, named = get_listing(session, listing_id), said.image_ids or []
    known = set(session.scalars(select(Image.id).where(Image.listing_id == listing_id))) if named else set()
    before: set[int] = set()
    for place, image_id in enumerate(named):
        if image_id not in known or image_id in before:
            wrong = "named twice" if image_id in before else "none of this listing"
            raise ValidationError(f"Photo {image_id} is {wrong}.", f"/body/image_ids/{place}")
        before.add(image_id)
    listing.photo_order = named or None
    session.flush()
    return photo_order(session, listing_id)
