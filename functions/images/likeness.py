"""GET /api/images/{id}/similar and /duplicates: what looks like a photo, and what is a copy of it."""

from typing import Annotated

from fastapi import FastAPI, Query

from roomlens.duplicates import find_duplicates
from roomlens.http import PathId, QueryId, SessionDep
from roomlens.photos.records import require_listing
from roomlens.schemas import DuplicatesAnswer, QueryAnswer
from roomlens.search import present, search_image


async def similar_photos(
    session: SessionDep,
    image_id: PathId,
    k: Annotated[int, Query(ge=1, le=100, description="How many at most.")] = 10,
    listing_id: QueryId | None = None,
) -> QueryAnswer:
    """The `k` photos that look most like this one, best first: of a listing, when it is named."""
    require_listing(session, listing_id)
    return present(search_image(session, image_id, k=k, listing_id=listing_id))


async def duplicates_of_a_photo(
    session: SessionDep, image_id: PathId, listing_id: QueryId | None = None
) -> DuplicatesAnswer:
    """Copies of this photo, each in its strongest class: `identical` bytes, an `edited` picture, the `same_scene`."""
    return find_duplicates(session, image_id, listing_id=listing_id)


def add_routes(app: FastAPI) -> None:
    app.get("/api/images/{image_id}/similar")(similar_photos)
    app.get("/api/images/{image_id}/duplicates")(duplicates_of_a_photo)
