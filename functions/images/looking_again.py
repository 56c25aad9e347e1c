"""POST /api/images/{id}/analyze and /api/images/analyze: photos looked at once more, as tasks."""

from fastapi import FastAPI, Response

from roomlens import tasks
from roomlens.http import PathId, SessionDep, to_follow
from roomlens.schemas import AnalyzeAllRequest, AnalyzeRequest, Started


async def analyze_photo(session: SessionDep, image_id: PathId, wanted: AnalyzeRequest, response: Response) -> Started:
    """A photo that failed is looked at again; with `model`, by another model beside the one in force."""
    return to_follow(
        response,
        tasks.start_analysis_again(session, image_id, model=wanted.model, callback_url=wanted.callback_url),
    )


async def analyze_photos(session: SessionDep, wanted: AnalyzeAllRequest, response: Response) -> Started:
    """Every photo of a listing, or every photo: those that the model in force has not looked at, or failed at."""
    return to_follow(
        response, tasks.start_analyses(session, listing_id=wanted.listing_id, callback_url=wanted.callback_url)
    )


def add_routes(app: FastAPI) -> None:
    app.post("/api/images/{image_id}/analyze", status_code=202)(analyze_photo)
    app.post("/api/images/analyze", status_code=202)(analyze_photos)
