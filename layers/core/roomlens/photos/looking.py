"""One look of a model at a photo, and what of it is kept."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from roomlens.dialects import insert
from roomlens.errors import AppError, InferenceFailedError
from roomlens.models import Analysis, Image
from roomlens.observability import logger, timed
from roomlens.photos.decoding import Picture
from roomlens.photos.indexing import index_photo
from roomlens.text import ModelVersion, text_embedder
from roomlens.versions import made_by
from roomlens.vision import PhotoAnalysis, photo_analyzer
from roomlens.vocabulary import TAG_GROUPS, condition_band


@dataclass(frozen=True)
class Look:
    """What one look at a photo gave, and how long the model took in milliseconds.

    `model`, `text_model`: who looked, and whose text vector it is; what is stored is labelled with these, whatever has
    come into force meanwhile.
    """

    seen: PhotoAnalysis
    duration_ms: float
    model: ModelVersion
    text_model: ModelVersion


def look_at(picture: Picture) -> Look:
    """Asks the model that looks. Raises InferenceFailedError for whatever it chokes on."""
    started = time.perf_counter()
    try:
        with timed("model"):
            analyzer, text_model = photo_analyzer(), text_embedder().model
            seen = analyzer.analyze(picture.rgb, (picture.width, picture.height))
    except AppError:
        raise
    except Exception as error:
        # a model is a black box to the photos that come: one that it chokes on is recorded, and loses no other
        logger().exception("photo.inference_failed", extra={"sha256": picture.sha256})
        raise InferenceFailedError("The model could not make anything of this photo.") from error
    return Look(seen, (time.perf_counter() - started) * 1000, analyzer.model, text_model)


def analysis_by(session: Session, image: Image, model: ModelVersion) -> Analysis | None:
    """What a version of a model saw in a photo, when it has looked."""
    statement = select(Analysis).where(Analysis.image_id == image.id, made_by(Analysis, model))
    return session.scalars(statement).one_or_none()


def store_look(session: Session, image: Image, look: Look) -> Analysis:
    """The row of a look and its vectors; those that are there already stay."""
    model = look.model
    named = {"model": model.name, "version": model.version, "weights_sha256": model.weights_sha256}
    values = {"image_id": image.id, "duration_ms": look.duration_ms, **named, **analysis_values(look.seen)}
    session.execute(insert(session, Analysis).values(**values).on_conflict_do_nothing())
    analysis = analysis_by(session, image, model)
    assert analysis is not None, "just inserted, or there before"
    index_photo(
        session,
        image,
        analysis,
        embedder=model.label,
        text_model=look.text_model,
        text_vector=look.seen.text_vector,
        image_vector=look.seen.image_vector,
    )
    return analysis


def analysis_values(seen: PhotoAnalysis) -> dict[str, object]:
    """What was seen in a photo, as columns of `analyses`."""
    score = seen.condition_score
    return {
        "scene": seen.scene,
        "room_type": seen.room.label,
        "room_confidence": seen.room.confidence,
        "alternatives": [asdict(other) for other in seen.alternatives],
        "features": [
            {"tag": feature.tag, "group": TAG_GROUPS[feature.tag], "confidence": feature.confidence}
            for feature in seen.features
        ],
        "condition_score": score,
        "condition_band": None if score is None else condition_band(score),
        "condition_reason": seen.condition_reason,
        "natural_light_score": seen.natural_light_score,
        "components": {
            "condition": seen.condition_components,
            "natural_light": seen.natural_light_components,
            "quality": seen.quality,
        },
        "reasons": {"condition": list(seen.condition_why), "natural_light": list(seen.natural_light_why)},
        "quality_flags": list(seen.quality_flags),
        "compliance": [asdict(found) for found in seen.compliance],
        "caption": seen.caption,
    }
