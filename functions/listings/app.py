"""/api/listings: makes, lists, shows, changes and deletes listings."""

from typing import Annotated

from fastapi import Query, Response

from roomlens import listings
from roomlens.fields import OptionalReadable
from roomlens.http import Cursor, Limit, PathId, SessionDep, create_app, lambda_handler
from roomlens.paging import decode_cursor, page_of
from roomlens.schemas import ListingOut, ListingPage, ListingRequest, ListingStatus

from . import changing, checking, seen_together

app = create_app("listings")


@app.post("/api/listings", status_code=201)
async def create_listing(wanted: ListingRequest, session: SessionDep, response: Response) -> ListingOut:
    """Makes a listing. A second one with the same `external_ref` is a conflict."""
    listing = listings.create_listing(session, wanted)
    response.headers["location"] = f"/api/listings/{listing.id}"
    response.headers["etag"] = listings.entity_tag(listing)
    return listings.present(session, [listing])[0]


@app.get("/api/listings")
async def list_listings(
    session: SessionDep,
    limit: Limit = 20,
    cursor: Cursor = None,
    external_ref: Annotated[OptionalReadable, Query(min_length=1, max_length=100)] = None,
    status: ListingStatus | None = None,
) -> ListingPage:
    """Listings in the order they were made, with their photo counts and cover."""
    rows = listings.list_listings(
        session, limit=limit + 1, after_id=decode_cursor(cursor), external_ref=external_ref, status=status
    )
    page, next_cursor = page_of(rows, limit, lambda row: row.id)
    return ListingPage(listings=listings.present(session, page), next_cursor=next_cursor)


@app.get("/api/listings/{listing_id}")
async def get_listing(session: SessionDep, listing_id: PathId, response: Response) -> ListingOut:
    """One listing."""
    listing = listings.get_listing(session, listing_id)
    response.headers["etag"] = listings.entity_tag(listing)
    return listings.present(session, [listing])[0]


changing.add_routes(app)
checking.add_routes(app)
seen_together.add_routes(app)
handler = lambda_handler(app)
