"""Filters as conditions on the search rows of either space. Pure.

The rows hold what counts of a photo (a person's correction, else what the model saw) and nothing of its listing, which
may change its price at any time: a filter on listings is a look-up of their ids.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, not_, or_, select

from roomlens.dialects import has_any
from roomlens.models import Listing
from roomlens.schemas import Filters
from roomlens.search.kinds import VectorTable
from roomlens.vocabulary import RoomType, kinds_of

# A name of its own: the statement around a filter may be reading listings itself.
_homes = Listing.__table__.alias("homes").c
_OF_PHOTOS = {"condition": "condition_score", "natural_light": "natural_light_score", "captured_at": "captured_at"}
_OF_LISTINGS = ("price", "beds", "baths", "area_sqft")


def conditions(
    table: VectorTable, filters: Filters | None, *, listing_id: int | None = None, but_not: int | None = None
) -> list[ColumnElement[bool]]:
    """What a row of `table` must satisfy: all of it at once.

    Args:
        listing_id: of this listing alone.
        but_not: a photo that is no hit, because it is the question.

    A photo of no listing has no price and no status, so it is in no range of them. Only `listings.none` keeps it.
    """
    columns = table.__table__.c
    found: list[ColumnElement[bool]] = []
    if listing_id is not None:
        found.append(columns.listing_id == listing_id)
    if but_not is not None:
        found.append(columns.image_id != but_not)
    if filters is None:
        return found
    return [
        *found,
        *_rooms(columns, filters),
        *_tags(columns, filters),
        *_ranges(columns, filters),
        *_listings(columns, filters),
    ]


def _rooms(columns: Any, filters: Filters) -> list[ColumnElement[bool]]:
    wanted = filters.rooms
    if wanted is None:
        return []
    found = []
    if wanted.any is not None:
        found.append(columns.room_type.in_(_all_kinds(wanted.any)))
    if wanted.none is not None:
        found.append(columns.room_type.not_in(_all_kinds(wanted.none)))
    return found


def _all_kinds(rooms: Iterable[RoomType]) -> list[str]:
    """Whoever asks for a bedroom means the primary one too, and whoever wants none means neither."""
    return sorted({kind.value for room in rooms for kind in kinds_of(room)})


def _tags(columns: Any, filters: Filters) -> list[ColumnElement[bool]]:
    wanted = filters.tags
    if wanted is None:
        return []
    found = [has_any(columns.tags, [tag]) for tag in dict.fromkeys(wanted.all or ())]
    if wanted.any is not None:
        found.append(has_any(columns.tags, wanted.any))
    if wanted.none is not None:
        found.append(not_(has_any(columns.tags, wanted.none)))
    return found


def _ranges(columns: Any, filters: Filters) -> list[ColumnElement[bool]]:
    return [bound for name, column in _OF_PHOTOS.items() for bound in _within(columns[column], getattr(filters, name))]


def _listings(columns: Any, filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    wanted = filters.listings
    if wanted is not None and wanted.any is not None:
        found.append(columns.listing_id.in_(wanted.any))
    if wanted is not None and wanted.none is not None:
        found.append(or_(columns.listing_id.is_(None), columns.listing_id.not_in(wanted.none)))
    of_homes = [bound for name in _OF_LISTINGS for bound in _within(_homes[name], getattr(filters, name))]
    if filters.listing_status is not None:
        of_homes.append(_homes.status.in_(filters.listing_status))
    if of_homes:
        found.append(columns.listing_id.in_(select(_homes.id).where(*of_homes)))
    return found


def _within(column: Any, limits: Any) -> list[ColumnElement[bool]]:
    """NULL is neither above nor below anything, so what has no value is in no range."""
    if limits is None:
        return []
    bounds = []
    if limits.min is not None:
        bounds.append(column >= limits.min)
    if limits.max is not None:
        bounds.append(column <= limits.max)
    return bounds
