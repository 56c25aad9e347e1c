"""GET /api/health/ready: says whether the service could do its work now."""

from typing import Any

from fastapi import Response

from roomlens.http import create_app, lambda_handler
from roomlens.readiness import readiness
from roomlens.schemas import Readiness

app = create_app("ready")
UNAVAILABLE: dict[int | str, dict[str, Any]] = {503: {"model": Readiness, "description": "Not all of it works now."}}


@app.get("/api/health/ready", responses=UNAVAILABLE)
async def ready(response: Response) -> Readiness:
    """Uses what a search uses: the database, its vectors, the photo store and the models in force. 503 when one of them
    does not work; `unknown` is what could not be tried without the database."""
    found = readiness()
    if found.status != "ready":
        response.status_code = 503
        response.headers["retry-after"] = "5"
    return found


handler = lambda_handler(app)
