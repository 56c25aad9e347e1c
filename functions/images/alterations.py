"""PUT and DELETE /api/images/{id}/alteration: that a photo shows what is not there."""

from fastapi import FastAPI, Response

from roomlens.http import PathId, SessionDep
from roomlens.listings.alterations import declare, take_back
from roomlens.photos.corrections import entity_tag
from roomlens.photos.presenting import present_detail
from roomlens.schemas import AlterationRequest, ImageDetail


async def declare_alteration(
    session: SessionDep, image_id: PathId, said: AlterationRequest, response: Response
) -> ImageDetail:
    """Says that a photo was altered, of which original, and what has to be said of it."""
    image = declare(session, image_id, said)
    response.headers["etag"] = entity_tag(image)
    return present_detail(image)


async def take_alteration_back(session: SessionDep, image_id: PathId, response: Response) -> ImageDetail:
    """The photo is not altered after all; one of which nothing was declared stays as it is."""
    image = take_back(session, image_id)
    response.headers["etag"] = entity_tag(image)
    return present_detail(image)


def add_routes(app: FastAPI) -> None:
    app.put("/api/images/{image_id}/alteration")(declare_alteration)
    app.delete("/api/images/{image_id}/alteration")(take_alteration_back)
