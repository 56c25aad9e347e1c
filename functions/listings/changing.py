"""PATCH and DELETE /api/listings/{id}."""

from fastapi import FastAPI, Response

from roomlens import listings, removal
from roomlens.http import IfMatch, PathId, SessionDep
from roomlens.schemas import ListingChange, ListingOut, ListingRemoved


async def change_listing(
    session: SessionDep, listing_id: PathId, wanted: ListingChange, response: Response, if_match: IfMatch = None
) -> ListingOut:
    """Changes the fields that are given; `null` clears one. Another listing's `external_ref` is a conflict."""
    listing = listings.change_listing(session, listing_id, wanted, if_match=if_match)
    response.headers["etag"] = listings.entity_tag(listing)
    return listings.present(session, [listing])[0]


async def delete_listing(session: SessionDep, listing_id: PathId, if_match: IfMatch = None) -> ListingRemoved:
    """Deletes a listing with its photos, their objects, and its conversations; says how much that was. What is still at
    work for it is canceled, and its tasks stay."""
    return removal.remove_listing(session, listing_id, if_match=if_match)


def add_routes(app: FastAPI) -> None:
    app.patch("/api/listings/{listing_id}")(change_listing)
    app.delete("/api/listings/{listing_id}")(delete_listing)
