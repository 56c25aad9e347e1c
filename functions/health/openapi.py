"""One OpenAPI document of all functions: each app describes its own routes, and this puts them together."""

from functools import cache
from importlib import import_module
from typing import Any

from roomlens import __version__
from roomlens.http import PROBLEM_JSON

TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "Of the issuer that the deployment names. The rig on one's own machine asks for none by itself.",
}
NO_TOKEN = {
    "description": "No token, or none that is good: `www-authenticate` says why. The gateway's answer.",
    "content": {
        "application/json": {"schema": {"type": "object", "properties": {"message": {"type": "string"}}}},
        PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}},
    },
}
FUNCTIONS = (
    "upload", "uploads", "images", "query", "chat", "conversations", "tasks", "listings", "models", "health", "ready",
)  # fmt: skip


@cache
def merged_openapi() -> dict[str, Any]:
    """OpenAPI 3.1. The siblings lie in the same deployment package; they are imported when the first reader comes."""
    merged: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "Roomlens",
            "version": __version__,
            "description": "What the photos of a property show, and answers with the photos that prove them.",
        },
        "security": [{"token": []}],
        "paths": {},
        "components": {"schemas": {}, "securitySchemes": {"token": TOKEN}, "responses": {"NoToken": NO_TOKEN}},
    }
    for name in FUNCTIONS:
        document = import_module(f"{name}.app").app.openapi()
        for path, operations in document["paths"].items():
            merged["paths"].setdefault(path, {}).update(operations)
            for operation in operations.values():
                operation["tags"] = [name]
                _name_problems(operation["responses"])
                if name == "health":
                    operation["security"] = []
                else:
                    operation["responses"]["401"] = {"$ref": "#/components/responses/NoToken"}
        merged["components"]["schemas"].update(document.get("components", {}).get("schemas", {}))
    return merged


def _name_problems(responses: dict[str, Any]) -> None:
    """FastAPI describes every model as application/json; refusals come as application/problem+json."""
    for status in ("4XX", "5XX"):
        (model,) = responses[status]["content"].values()
        responses[status]["content"] = {PROBLEM_JSON: model}
