"""GET /api/images: lists photos, and shows one with its analyses."""

from typing import Annotated

from fastapi import Query

from roomlens.http import Cursor, Limit, PathId, QueryId, SessionDep, create_app, lambda_handler
from roomlens.models import ImageStatus
from roomlens.paging import decode_cursor, page_of
from roomlens.photos.presenting import present_detail, present_image
from roomlens.photos.records import get_image, list_images
from roomlens.schemas import ImageDetail, ImagePage
from roomlens.vocabulary import RoomType

app = create_app("images")


@app.get("/api/images")
async def list_photos(
    session: SessionDep,
    limit: Limit = 20,
    cursor: Cursor = None,
    listing_id: QueryId | None = None,
    status: Annotated[
        ImageStatus | None, Query(description="`failed` shows what could not be analysed, and why.")
    ] = None,
    room_type: RoomType | None = None,
) -> ImagePage:
    """Photos in the order they came."""
    rows = list_images(
        session,
        limit=limit + 1,
        after_id=decode_cursor(cursor),
        listing_id=listing_id,
        status=status,
        room_type=room_type,
    )
    images, next_cursor = page_of(rows, limit, lambda image: image.id)
    return ImagePage(images=[present_image(image) for image in images], next_cursor=next_cursor)


@app.get("/api/images/{image_id}")
async def get_photo(session: SessionDep, image_id: PathId) -> ImageDetail:
    """One photo, with every analysis of it."""
    return present_detail(get_image(session, image_id))


handler = lambda_handler(app)
