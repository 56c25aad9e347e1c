"""Listings: made, found, and counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from roomlens.errors import ConflictError, NotFoundError
from roomlens.models import Analysis, Correction, Image, ImageStatus, Listing
from roomlens.photos.presenting import thumbnail_url
from roomlens.schemas import ListingOut, ListingRequest
from roomlens.versions import made_by, promoted
from roomlens.vocabulary import RoomType, kinds_of

_OUTSIDE: Final = sorted(kinds_of(RoomType.EXTERIOR))


def create_listing(session: Session, wanted: ListingRequest) -> Listing:
    """Raises ConflictError when another listing has the same external reference."""
    listing = Listing(**wanted.model_dump())
    session.add(listing)
    try:
        session.flush()
    except IntegrityError:
        raise ConflictError(f"There is already a listing with the reference {wanted.external_ref}.") from None
    session.refresh(listing)
    return listing


def get_listing(session: Session, listing_id: int) -> Listing:
    """Raises NotFoundError."""
    listing = session.get(Listing, listing_id)
    if listing is None:
        raise NotFoundError(f"There is no listing {listing_id}.")
    return listing


def list_listings(
    session: Session, *, limit: int, after_id: int = 0, external_ref: str | None = None
) -> Sequence[Listing]:
    """Listings in the order they were made; `after_id` is the last one already seen."""
    statement = select(Listing).where(Listing.id > after_id).order_by(Listing.id).limit(limit)
    if external_ref is not None:
        statement = statement.where(Listing.external_ref == external_ref)
    return session.scalars(statement).all()


def present(session: Session, listings: Sequence[Listing]) -> list[ListingOut]:
    """Listings with their photo counts and cover, in four statements however many there are."""
    ids = [listing.id for listing in listings]
    counts, covers = _photo_counts(session, ids), _covers(session, ids)
    return [
        ListingOut.model_validate(
            {
                **{name: getattr(listing, name) for name in ListingRequest.model_fields},
                "id": listing.id,
                "created_at": listing.created_at,
                "updated_at": listing.updated_at,
                "photo_counts": dict(counts[listing.id]),
                "cover": covers.get(listing.id),
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


def _covers(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The first photo of the front, else of the outside, else the first photo; by people's word, or what the version
    that was promoted saw, or the newest analysis."""
    room = func.coalesce(Correction.room_type, Analysis.room_type)
    outside_first = func.row_number().over(
        partition_by=Image.listing_id,
        order_by=(case((room == RoomType.FRONT_EXTERIOR, 0), (room.in_(_OUTSIDE), 1), else_=2), Image.id),
    )
    seen, here = aliased(Analysis), promoted(session)
    counts: ColumnElement[Any] = func.max(seen.id)
    if here is not None:
        counts = func.coalesce(func.max(seen.id).filter(made_by(seen, here.model)), counts)
    counted = select(counts).where(seen.image_id == Image.id).scalar_subquery()
    ranked = (
        select(Image.listing_id, Image.sha256, outside_first.label("rank"))
        .join(Analysis, Analysis.id == counted)
        .outerjoin(Correction, Correction.image_id == Image.id)
        .where(Image.listing_id.in_(ids), Image.status == ImageStatus.ANALYZED)
        .subquery()
    )
    first = select(ranked.c.listing_id, ranked.c.sha256).where(ranked.c.rank == 1)
    return {listing_id: thumbnail_url(sha256) for listing_id, sha256 in session.execute(first)}
