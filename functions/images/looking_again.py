"""POST /api/images/{id}/analyze and /api/images/analyze: photos looked at once more, as tasks."""

from fastapi import FastAPI, Response

from roomlens import tasks
from roomlens.http import PathId, SessionDep, to_follow
from roomlens.http_callers import counted
from roomlens.rates import Kind
from roomlens.schemas import AnalyzeAllRequest, AnalyzeRequest, Started


async def analyze_photo(
    session: SessionDep, image_id: PathId, response: Response, wanted: AnalyzeRequest | None = None
) -> Started:
    """A photo that failed is looked at again; with `model`, by another model beside the one in force."""
    asked = wanted or AnalyzeRequest()
    task = tasks.start_analysis_again(session, image_id, model=asked.model, callback_url=asked.callback_url)
    return to_follow(response, task)


async def analyze_photos(
    session: SessionDep, response: Response, wanted: AnalyzeAllRequest | None = None
) -> Started:
    """Every photo of a listing, or every photo: those that the model in force has not looked at, or failed at."""
    asked = wanted or AnalyzeAllRequest()
    task = tasks.start_analyses(session, listing_id=asked.listing_id, callback_url=asked.callback_url)
    return to_follow(response, task)


def add_routes(app: FastAPI) -> None:
    again = [counted(Kind.UPLOAD)]  # it costs what a photo costs that is sent; of many nobody knows yet how many
    app.post("/api/images/{image_id}/analyze", dependencies=again, status_code=202)(analyze_photo)
    app.post("/api/images/analyze", dependencies=again, status_code=202)(analyze_photos)
