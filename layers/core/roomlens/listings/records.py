"""Listings: made, found, changed, and counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from roomlens.errors import ConflictError, NotFoundError
from roomlens.listings.alterations import blockers_of
from roomlens.listings.covers import covers_of
from roomlens.models import Image, Listing
from roomlens.preconditions import require_match, tag_of
from roomlens.schemas import ListingChange, ListingOut, ListingRequest, ListingStatus


def create_listing(session: Session, wanted: ListingRequest) -> Listing:
    """Raises ConflictError when another listing has the same external reference."""
    listing = Listing(**wanted.model_dump())
    session.add(listing)
    return _stored(session, listing)


def change_listing(
    session: Session, listing_id: int, wanted: ListingChange, *, if_match: str | None = None
) -> Listing:
    """Changes what is given, and nothing else; what changes nothing is not stored.

    Raises:
        NotFoundError: there is no such listing.
        ConflictError: another listing has the same external reference.
        PreconditionFailedError: the listing is not what `if_match` says any more.
    """
    held = {"key_share": True}  # photos may come meanwhile
    listing = session.get(Listing, listing_id, with_for_update=held, populate_existing=True)
    if listing is None:
        raise _unknown(listing_id)
    require_match(if_match, entity_tag(listing), "listing")
    for name, value in wanted.model_dump(exclude_unset=True).items():
        setattr(listing, name, value)
    return _stored(session, listing)


def _stored(session: Session, listing: Listing) -> Listing:
    """With what the database says of it. A reference is held by one listing: the one rule that it can refuse for."""
    reference = listing.external_ref
    try:
        session.flush()
    except IntegrityError:
        raise ConflictError(
            f"There is already a listing with the reference {reference}; GET /api/listings?external_ref=… shows it."
        ) from None
    session.refresh(listing)
    return listing


def entity_tag(listing: Listing) -> str:
    """Changes with what people say of a listing; its photos come and go without it."""
    return tag_of([getattr(listing, name) for name in ListingRequest.model_fields])


def get_listing(session: Session, listing_id: int) -> Listing:
    """Raises NotFoundError."""
    listing = session.get(Listing, listing_id)
    if listing is None:
        raise _unknown(listing_id)
    return listing


def _unknown(listing_id: int) -> NotFoundError:
    return NotFoundError(f"There is no listing {listing_id}.")


def list_listings(
    session: Session,
    *,
    limit: int,
    after_id: int = 0,
    external_ref: str | None = None,
    status: ListingStatus | None = None,
) -> Sequence[Listing]:
    """Listings in the order they were made; `after_id` is the last one already seen."""
    statement = select(Listing).where(Listing.id > after_id).order_by(Listing.id).limit(limit)
    if external_ref is not None:
        statement = statement.where(Listing.external_ref == external_ref)
    if status is not None:
        statement = statement.where(Listing.status == status)
    return session.scalars(statement).all()


def present(session: Session, listings: Sequence[Listing]) -> list[ListingOut]:
    """Listings with their photo counts and cover, in a few statements however many there are."""
    ids = [listing.id for listing in listings]
    counts, covers = _photo_counts(session, ids), covers_of(session, listings)
    blockers = blockers_of(session, ids)
    return [
        ListingOut.model_validate(
            {
                **{name: getattr(listing, name) for name in ListingRequest.model_fields},
                "id": listing.id,
                "created_at": listing.created_at,
                "updated_at": listing.updated_at,
                "photo_counts": dict(counts[listing.id]),
                "cover": covers.get(listing.id),
                "publishable": not blockers.get(listing.id),
                "blockers": blockers.get(listing.id, []),
            }
        )
        for listing in listings
    ]


def _photo_counts(session: Session, ids: Sequence[int]) -> dict[int | None, Counter[str]]:
    statement = (
        select(Image.listing_id, Image.status, func.count())
        .where(Image.listing_id.in_(ids))
        .group_by(Image.listing_id, Image.status)
    )
    counts: dict[int | None, Counter[str]] = defaultdict(Counter)
    for listing_id, status, number in session.execute(statement):
        counts[listing_id][status] = number
        counts[listing_id]["total"] += number
    return counts
