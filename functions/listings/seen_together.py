"""GET /api/listings/{id}/aggregation and /changes: what its photos say together, and what became of its rooms."""

from typing import Annotated

from fastapi import FastAPI, Query

from roomlens.errors import ValidationError
from roomlens.fields import OptionalTime
from roomlens.http import PathId, SessionDep
from roomlens.listings.aggregation import aggregate
from roomlens.listings.changes import changes_of, compare_photos
from roomlens.listings.presenting import present_aggregation, present_change, present_changes
from roomlens.schemas import AggregationOut, ChangeOut, ChangeRequest, ChangesAnswer


async def get_aggregation(
    session: SessionDep,
    listing_id: PathId,
    as_of: Annotated[OptionalTime, Query(description="Of the photos that there were then.")] = None,
) -> AggregationOut:
    """What all photos of a listing say together; never out of date."""
    return present_aggregation(aggregate(session, listing_id, as_of=as_of), as_of)


async def get_changes(
    session: SessionDep,
    listing_id: PathId,
    since: Annotated[OptionalTime, Query(alias="from", description="Photos taken then or later.")] = None,
    until: Annotated[OptionalTime, Query(alias="to", description="Photos taken then or earlier.")] = None,
) -> ChangesAnswer:
    """What became of each room between the dates at which it was photographed, and between photos that were named."""
    if since and until and since > until:
        raise ValidationError("`from` lies after `to`.", pointer="/query/from")
    return present_changes(listing_id, changes_of(session, listing_id, since=since, until=until))


async def compare_two_photos(session: SessionDep, listing_id: PathId, wanted: ChangeRequest) -> ChangeOut:
    """What became of a room between two photos of it; kept, and evaluated anew when what is known of them changes."""
    return present_change(compare_photos(session, listing_id, wanted.before_image_id, wanted.after_image_id))


def add_routes(app: FastAPI) -> None:
    app.get("/api/listings/{listing_id}/aggregation")(get_aggregation)
    app.get("/api/listings/{listing_id}/changes")(get_changes)
    app.post("/api/listings/{listing_id}/changes", status_code=201)(compare_two_photos)
