"""/api/models: which models there are and which one is in force, how another takes its place; and what it can tell."""

from typing import Annotated

from fastapi import Path, Response

from roomlens import tasks, versions
from roomlens.fields import Readable
from roomlens.http import EverySessionDep, SessionDep, create_app, lambda_handler, to_follow
from roomlens.http_callers import OPERATORS_ONLY
from roomlens.schemas import BackfillRequest, ModelsAnswer, PromoteRequest, Started, Taxonomy
from roomlens.taxonomy import present_taxonomy
from roomlens.versions.presenting import present_models

app = create_app("models")
Name = Annotated[str, Readable, Path(max_length=60, description="As GET /api/models has it.")]


@app.get("/api/models")
async def list_models(session: SessionDep) -> ModelsAnswer:
    """All models that can be named, and every version that has looked at photos, the one in force first."""
    return present_models(session)


@app.post("/api/models/{name}/backfill", status_code=202, dependencies=[OPERATORS_ONLY])
async def backfill(
    session: SessionDep, name: Name, response: Response, wanted: BackfillRequest | None = None
) -> Started:
    """Looks at every photo with this model, beside what the one in force saw. Nothing in searches, lists or chat
    changes; the task's result has the overlap of the two."""
    callback_url = wanted.callback_url if wanted else None
    return to_follow(response, tasks.start_backfill(session, versions.named(name).name, callback_url=callback_url))


@app.post("/api/models/{name}/promote", dependencies=[OPERATORS_ONLY])
async def promote(session: EverySessionDep, name: Name, wanted: PromoteRequest | None = None) -> ModelsAnswer:
    """Puts this model into force, for every request that begins from now on. A conflict while it has yet to look at
    photos that another one has seen."""
    versions.promote(session, name, allow_missing=wanted.allow_missing if wanted else 0)
    return present_models(session)


@app.post("/api/models/{name}/rollback", dependencies=[OPERATORS_ONLY])
async def rollback(session: EverySessionDep, name: Name) -> ModelsAnswer:
    """Takes the promotion of this model back: the version that was in force before it is so again."""
    versions.rollback(session, name)
    return present_models(session)


@app.get("/api/taxonomy")
async def taxonomy(session: SessionDep, response: Response) -> Taxonomy:
    """Every word that answers are made of: rooms, tags, scales and flags. It changes with a release, and which of them
    are told with the model in force."""
    response.headers["cache-control"] = "public, max-age=60"
    return present_taxonomy()


handler = lambda_handler(app)
