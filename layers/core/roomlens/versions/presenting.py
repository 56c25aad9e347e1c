"""Models and their versions as the API shows them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roomlens.errors import ConfigurationError
from roomlens.models import Analysis, Image, ImageStatus, ModelInForce, ModelVersionRow
from roomlens.schemas import ModelsAnswer, ModelVersionOut, NamedModel
from roomlens.text import ModelVersion
from roomlens.versions.naming import Version, named_models, version_of
from roomlens.versions.seeing import as_version, version_in_force


class _Looked(NamedTuple):
    """A model that has looked at photos, and at how many of those that are analysed now."""

    model: ModelVersion
    photos: int


def present_models(session: Session) -> ModelsAnswer:
    """Reads the analyses of all photos once."""
    runnable = dict(_runnable())
    rows = {row.embedder: row for row in session.scalars(select(ModelVersionRow))}
    looked = {one.model.label: one for one in _looked(session)}
    analysed = session.scalar(select(func.count(Image.id)).where(Image.status == ImageStatus.ANALYZED)) or 0
    here, in_force = session.scalars(select(ModelInForce)).one_or_none(), version_in_force(session)
    previous = here.previous.embedder if here and here.previous else None
    known = {version.embedder: version for version in (*runnable.values(), in_force, *map(as_version, rows.values()))}
    shown = [
        _shown(known.get(label), looked.get(label), analysed)
        | {
            "in_force": label == in_force.embedder,
            "previous": label == previous,
            "runnable": label in {version.embedder for version in runnable.values()},
            "overlap": rows[label].overlap if label in rows else None,
        }
        for label in {**known, **looked}
    ]
    shown.sort(key=lambda one: (not one["in_force"], not one["previous"], one["name"] or "~", one["embedder"]))
    return ModelsAnswer(
        models=[
            NamedModel(name=name, about=models.about, embedder=runnable[name].embedder if name in runnable else None)
            for name, models in named_models().items()
        ],
        versions=[ModelVersionOut.model_validate(one) for one in shown],
    )


def _runnable() -> Iterator[tuple[str, Version]]:
    """What this code makes of each name that it can make something of."""
    for name in named_models():
        with suppress(ConfigurationError):
            yield name, version_of(name)


def _looked(session: Session) -> Iterator[_Looked]:
    statement = (
        select(Analysis.model, Analysis.version, func.min(Analysis.weights_sha256), func.count())
        .join(Image, Image.id == Analysis.image_id)
        .where(Image.status == ImageStatus.ANALYZED)
        .group_by(Analysis.model, Analysis.version)
    )
    for name, version, weights_sha256, photos in session.execute(statement):
        yield _Looked(ModelVersion(name, version, weights_sha256), photos)


def _shown(version: Version | None, looked: _Looked | None, analysed: int) -> dict[str, Any]:
    """What is known of a version: a release that knew its name may be gone."""
    photos = looked.photos if looked else 0
    model = version.model if version else looked.model if looked else None
    return {
        "name": version.name if version else None,
        "embedder": model.label if model else None,
        "model": model,
        "text_model": version.text_model if version else None,
        "image_model": version.image_model if version else None,
        "photos": photos,
        "missing": analysed - photos,
    }
