"""GET /api/health: says that the service is up, without touching the database; the documentation."""

from fastapi_swagger import patch_fastapi

from roomlens import __version__
from roomlens.http import create_app, lambda_handler
from roomlens.schemas import Health

from .openapi import merged_openapi

app = create_app("health", public=True)
app.openapi_url = "/api/openapi.json"
patch_fastapi(
    app,
    docs_url="/api/docs",
    redirect_from_root_to_docs=False,
    title="Roomlens API",
    swagger_js_url="/api/docs/swagger-ui-bundle.js",
    swagger_css_url="/api/docs/swagger-ui.css",
    swagger_favicon_url="/api/docs/favicon-32x32.png",
)


@app.get("/api/health")
async def health() -> Health:
    """Answers as long as the function runs."""
    return Health(version=__version__)


@app.get("/api/openapi.json", include_in_schema=False)
async def openapi() -> dict[str, object]:
    """One document for all functions."""
    return merged_openapi()


handler = lambda_handler(app)
