"""The photos of a listing that its aggregation, changes, order and rules look at."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from roomlens.listings.kinds import ListingPhoto
from roomlens.models import Analysis, Image, ImageStatus
from roomlens.photos.facts import captured_at, facts_of
from roomlens.versions import made_by, model_in_force


def photos_of(session: Session, listing_id: int, *, as_of: datetime | None = None) -> list[ListingPhoto]:
    """Those that the model in force has looked at, in the order they came; as they are stored now, whatever of them
    was read before.

    `as_of`: none that was taken, or came without a time, after it.
    """
    statement = (
        select(Image, Analysis)
        .join(Analysis, Analysis.image_id == Image.id)
        .where(Image.listing_id == listing_id, Image.status == ImageStatus.ANALYZED)
        .where(made_by(Analysis, model_in_force()))
        .options(joinedload(Image.correction))
        .order_by(Image.id)
    )
    photos = (
        ListingPhoto(image, analysis, facts_of(analysis, image.correction), captured_at(image))
        for image, analysis in session.execute(statement, execution_options={"populate_existing": True})
    )
    return [photo for photo in photos if as_of is None or (photo.captured_at or photo.image.created_at) <= as_of]
