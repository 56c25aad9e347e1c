"""Rows for tests: nothing random, and only what a test names differs."""

from typing import Any

from sqlalchemy.orm import Session

from roomlens.models import Listing
from roomlens.photos import intake
from roomlens.photos.records import Arrival
from tests.pictures import RED, photo


def make_listing(session: Session, **values: Any) -> Listing:
    listing = Listing(**{"title": "A house", "status": "active"} | values)
    session.add(listing)
    session.flush()
    return listing


def make_photo(
    session: Session, colour: tuple[int, int, int] = RED, listing_id: int | None = None, seed: int = 0
) -> intake.Taken:
    """A photo that came by HTTP and was analysed by the analyser in force."""
    return intake.upload(session, photo(colour, seed=seed), Arrival("", f"{seed}.jpg", listing_id))
