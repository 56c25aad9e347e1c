"""/api/images: lists photos, shows one and what is like it, takes a person's word on it, deletes it."""

from typing import Annotated

from fastapi import Query, Response

from roomlens.http import Cursor, Limit, PathId, QueryId, SessionDep, create_app, lambda_handler
from roomlens.models import ImageStatus
from roomlens.paging import decode_cursor, page_of
from roomlens.photos.corrections import entity_tag
from roomlens.photos.presenting import present_detail, present_image
from roomlens.photos.records import get_image, list_images
from roomlens.schemas import ImageDetail, ImagePage
from roomlens.vocabulary import RoomType

from . import alterations, changing, likeness, looking_again

app = create_app("images")
Status = Annotated[ImageStatus | None, Query(description="`failed` shows what could not be analysed, and why.")]


@app.get("/api/images")
async def list_photos(
    session: SessionDep,
    limit: Limit = 20,
    cursor: Cursor = None,
    listing_id: QueryId | None = None,
    status: Status = None,
    room: Annotated[RoomType | None, Query(alias="room_type", description="It means its special kinds, too.")] = None,
) -> ImagePage:
    """Photos in the order they came; `room_type` is what counts, a person's word before the model's."""
    rows = list_images(
        session, limit=limit + 1, after_id=decode_cursor(cursor), listing_id=listing_id, status=status, room_type=room
    )
    images, next_cursor = page_of(rows, limit, lambda image: image.id)
    return ImagePage(images=[present_image(image) for image in images], next_cursor=next_cursor)


@app.get("/api/images/{image_id}")
async def get_photo(session: SessionDep, image_id: PathId, response: Response) -> ImageDetail:
    """One photo, with every analysis of it and what people said instead."""
    image = get_image(session, image_id)
    response.headers["etag"] = entity_tag(image)
    return present_detail(image)


alterations.add_routes(app)
changing.add_routes(app)
likeness.add_routes(app)
looking_again.add_routes(app)
handler = lambda_handler(app)
