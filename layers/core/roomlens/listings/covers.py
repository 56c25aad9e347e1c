"""The covers of many listings, without putting all their photos in order.

Only the photos that contend for a cover are read, and `ordering.cover_of` chooses among them as it does for the order
of one listing: both name the same photo.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, aliased

from roomlens.listings.ordering import COVERS, STAND_INS, Shot, cover_of, shot_of
from roomlens.models import Alteration, Analysis, Correction, Image, ImageStatus, Listing
from roomlens.photos.facts import compliance_of, facts_of
from roomlens.photos.presenting import thumbnail_url
from roomlens.text import ModelVersion
from roomlens.versions import made_by, model_in_force, promoted

_OUTSIDE: Final = sorted(frozenset[str]().union(*COVERS))


def covers_of(session: Session, listings: Sequence[Listing]) -> dict[int, str]:
    """Links to the covers' thumbnails, by listing: three statements at most.

    What a person put first comes first. Where the version in force has looked at no photo of a listing, the newest
    analyses count.
    """
    if not listings:
        return {}
    here = promoted(session)
    model = here.model if here else model_in_force()
    chosen = _put_first(session, [listing for listing in listings if listing.photo_order], model)
    chosen |= _best(session, [listing.id for listing in listings if listing.id not in chosen], model)
    return {listing_id: thumbnail_url(sha256) for listing_id, sha256 in chosen.items()}


def _put_first(session: Session, listings: Sequence[Listing], model: ModelVersion) -> dict[int, str]:
    """The first photo of a person's order that is there to be shown."""
    if not listings:
        return {}
    named = {image_id for listing in listings for image_id in listing.photo_order or ()}
    statement = (
        select(Image.id, Image.sha256)
        .join(Analysis, Analysis.image_id == Image.id)
        .where(made_by(Analysis, model), Image.status == ImageStatus.ANALYZED)
        .where(Image.listing_id.in_([listing.id for listing in listings]), Image.id.in_(named))
    )
    shown = {image_id: sha256 for image_id, sha256 in session.execute(statement) if sha256}
    firsts = {
        listing.id: next((shown[image_id] for image_id in listing.photo_order or () if image_id in shown), None)
        for listing in listings
    }
    return {listing_id: sha256 for listing_id, sha256 in firsts.items() if sha256}


def _best(session: Session, listing_ids: Sequence[int], model: ModelVersion) -> dict[int, str]:
    if not listing_ids:
        return {}
    contending: dict[int, list[Shot]] = defaultdict(list)
    hashes: dict[int, str] = {}
    for image, analysis, correction, altered in session.execute(_contending(listing_ids, model)):
        flags = compliance_of(analysis, correction)
        shot = shot_of(analysis, facts_of(analysis, correction), flags, altered=altered is not None)
        contending[image.listing_id].append(shot)
        hashes[image.id] = image.sha256
    covers = {listing_id: cover_of(shots) for listing_id, shots in contending.items()}
    return {listing_id: hashes[cover] for listing_id, cover in covers.items() if cover is not None}


def _contending(listing_ids: Sequence[int], model: ModelVersion) -> Select[*tuple[Any, ...]]:
    """(image, analysis, correction, whether altered) of the photos in the lowest `ordering.cover_group` of a listing.

    Of each photo the analysis by the version in force counts, else its newest.
    """
    seen = aliased(Analysis)
    counts: ColumnElement[Any] = func.coalesce(func.max(seen.id).filter(made_by(seen, model)), func.max(seen.id))
    counted = select(counts).where(seen.image_id == Image.id).correlate(Image).scalar_subquery()
    room = func.coalesce(Correction.room_type, Analysis.room_type)
    group = case(
        (room.in_(_OUTSIDE), 0),
        *((room.in_(sorted(rooms)), place) for place, rooms in enumerate(STAND_INS, 1)),
        else_=len(STAND_INS) + 1,
    )
    first = func.rank().over(
        partition_by=Image.listing_id, order_by=(case((made_by(Analysis, model), 0), else_=1), group)
    )
    ranked = (
        select(Image.id.label("image_id"), Analysis.id.label("analysis_id"), first.label("place"))
        .join(Analysis, Analysis.id == counted)
        .outerjoin(Correction, Correction.image_id == Image.id)
        .where(Image.listing_id.in_(listing_ids), Image.status == ImageStatus.ANALYZED)
        .subquery()
    )
    return (
        select(Image, Analysis, Correction, Alteration.image_id)
        .join(ranked, ranked.c.image_id == Image.id)
        .join(Analysis, Analysis.id == ranked.c.analysis_id)
        .outerjoin(Correction, Correction.image_id == Image.id)
        .outerjoin(Alteration, Alteration.image_id == Image.id)
        .where(ranked.c.place == 1)
    )
