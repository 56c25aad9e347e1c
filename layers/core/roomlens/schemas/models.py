"""Models by name, and the versions of them that have looked at photos."""

from __future__ import annotations

from pydantic import Field

from roomlens.fields import Score, Time
from roomlens.schemas.base import Answer, Request
from roomlens.schemas.photos import Model


class OverlapOf(Answer):
    mean: Score = Field(description="The mean share of the best photos that both versions find.")
    questions: int


class Overlap(Answer):
    """How much a version agreed with another one when it was last measured: the same questions to both."""

    compared_with: str = Field(description="The `embedder` of the other version.")
    k: int = Field(description="How many of the best photos were compared.")
    text: OverlapOf | None = Field(description="Of questions in words; `null` when they could not be asked.")
    image: OverlapOf | None = Field(description="Of stored photos as questions; `null` when there were none.")
    measured_at: Time


class ModelVersionOut(Answer):
    """One version of a model, and how far it has come."""

    name: str | None = Field(description="What it is promoted by; `null` when this release knows no name for it.")
    embedder: str = Field(description="What its rows are labelled with; a query's `model` says whose were read.")
    model: Model
    text_model: str | None = Field(description="Whose vectors words are compared by.")
    image_model: str | None = Field(description="Whose vectors pictures are compared by.")
    in_force: bool
    previous: bool = Field(description="It comes back into force by a rollback.")
    runnable: bool = Field(description="A backfill looks with it, and it can be promoted.")
    photos: int = Field(description="How many of the analysed photos it has looked at.")
    missing: int = Field(description="How many of them it has yet to look at.")
    overlap: Overlap | None


class NamedModel(Answer):
    name: str
    about: str
    embedder: str | None = Field(description="The version that this release makes of it; `null` when it has not all.")


class ModelsAnswer(Answer):
    """All models that can be named, and all versions that are known, the one in force first."""

    models: list[NamedModel]
    versions: list[ModelVersionOut]


class PromoteRequest(Request):
    allow_missing: int = Field(
        0, ge=0, description="So many photos may be missing: they are found once the model has looked at them."
    )
