"""What the tables hold of a listing that its rooms, aggregation and changes are made of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from roomlens.models import Alteration, Analysis, Correction, Image, ImageStatus, ImageVector, Listing
from roomlens.vectors import cosine_distance
from roomlens.versions import made_by, model_in_force

# Raise it when the code of this package makes something else of the same rows.
REVISION: Final = 1


def fingerprint(session: Session, listing_id: int) -> str:
    """Differs whenever anything differs that an aggregation or a change is made of: 64 hexadecimal digits.

    One statement. Made of what was said, not of when: two corrections in one second are two.
    """
    statement = (
        select(
            Listing.beds, Listing.baths, Image.id, Image.sha256, Image.captured_at, Image.created_at, Analysis.id,
            Correction.room_type, Correction.tags_added, Correction.tags_removed, Correction.condition_score,
            Correction.captured_at, Alteration.kind,
        )
        .select_from(Listing)
        .outerjoin(Image, (Image.listing_id == Listing.id) & (Image.status == ImageStatus.ANALYZED))
        .outerjoin(Analysis, (Analysis.image_id == Image.id) & made_by(Analysis, model_in_force()))
        .outerjoin(Correction, Correction.image_id == Image.id)
        .outerjoin(Alteration, Alteration.image_id == Image.id)
        .where(Listing.id == listing_id)
        .order_by(Image.id)
    )  # fmt: skip
    rows = [tuple(row) for row in session.execute(statement)]
    told = json.dumps([REVISION, rows], default=_in_utc)
    return hashlib.sha256(told.encode()).hexdigest()


def has_more_photos_than(session: Session, listing_id: int, limit: int) -> bool:
    statement = select(Image.id).where(Image.listing_id == listing_id).order_by(Image.id).offset(limit).limit(1)
    return session.scalar(statement) is not None


def cosines_within(session: Session, families: Iterable[Sequence[int]]) -> dict[tuple[int, int], float]:
    """Cosines of the image vectors of all pairs of photos of one family, by their ids, the lower one first.

    The database compares them: the vectors of a hundred photos are half a megabyte to send and read.
    """
    one: Any = aliased(ImageVector)
    other: Any = aliased(ImageVector)
    compared = [ids for ids in families if len(ids) > 1]
    if not compared:
        return {}
    label, every = model_in_force().label, sorted(chain.from_iterable(compared))
    statement = (
        select(one.image_id, other.image_id, cosine_distance(one.vector, other.vector))
        .where(one.embedder == label, other.embedder == label, one.image_id < other.image_id)
        .where(one.image_id.in_(every), other.image_id.in_(every))  # else it pairs all photos before it looks at these
        .where(or_(*(one.image_id.in_(ids) & other.image_id.in_(ids) for ids in compared)))
    )
    return {(a, b): 1 - distance for a, b, distance in session.execute(statement)}


def _in_utc(moment: Any) -> str:
    """The same in whatever time zone a database's session is."""
    assert isinstance(moment, datetime)
    return moment.astimezone(UTC).isoformat()
