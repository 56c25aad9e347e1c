"""PATCH and DELETE /api/images/{id}: a person's word on a photo, and its end. Either changes what its listing says."""

from fastapi import FastAPI, Response

from roomlens import removal
from roomlens.http import IfMatch, PathId, SessionDep
from roomlens.listings.refreshing import refresh_afterwards
from roomlens.photos.corrections import correct, entity_tag
from roomlens.photos.presenting import present_detail
from roomlens.schemas import CorrectionRequest, ImageDetail, PhotoRemoved


async def correct_photo(
    session: SessionDep, image_id: PathId, said: CorrectionRequest, response: Response, if_match: IfMatch = None
) -> ImageDetail:
    """Takes a person's word on a photo. It stands beside the model's answer, and wins in lists, searches and chat."""
    image = correct(session, image_id, said, if_match=if_match)
    refresh_afterwards(session, image.listing_id)
    response.headers["etag"] = entity_tag(image)
    return present_detail(image)


async def delete_photo(session: SessionDep, image_id: PathId, if_match: IfMatch = None) -> PhotoRemoved:
    """Deletes a photo with its objects, all that was seen in it and what people said of it; says how much that was.
    What is still at work on it is canceled. Its tasks stay, and answers that name it keep their words."""
    return removal.remove_photo(session, image_id, if_match=if_match)


def add_routes(app: FastAPI) -> None:
    app.patch("/api/images/{image_id}")(correct_photo)
    app.delete("/api/images/{image_id}")(delete_photo)
