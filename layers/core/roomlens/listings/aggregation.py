"""What all photos of a listing say together: as it is stored when it is up to date, else made anew.

How it is made of them: `summing`. How it is kept up to date: `refreshing`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from roomlens.listings.kinds import Aggregation
from roomlens.listings.records import get_listing
from roomlens.listings.refreshing import bring_up_to_date, together
from roomlens.listings.storing import read_aggregation


def aggregate(session: Session, listing_id: int, *, as_of: datetime | None = None, keep: bool = True) -> Aggregation:
    """By the version in force. Never out of date, whoever has changed whatever since it was stored.

    `as_of`: of the photos that there were then; made anew each time, and not stored. `keep`: as `bring_up_to_date`.

    Raises NotFoundError.
    """
    listing = get_listing(session, listing_id)
    if as_of is not None:
        return together(session, listing, as_of=as_of).aggregation()
    made = bring_up_to_date(session, listing, keep=keep)
    return made[0] if made else read_aggregation(session, listing_id)
