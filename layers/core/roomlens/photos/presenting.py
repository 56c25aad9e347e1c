"""Photos as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from roomlens import storage
from roomlens.models import Alteration, Analysis, Correction, Image, ImageStatus
from roomlens.photos.decoding import THUMBNAIL_SIDES
from roomlens.photos.facts import captured_at, compliance_of, facts_of
from roomlens.schemas import AlterationOut, AnalysisOut, ImageDetail, ImageOut, Model, Predictions
from roomlens.versions import model_in_force
from roomlens.vocabulary import RESO_IMAGE_OF, TAG_GROUPS

SMALL, LARGE = THUMBNAIL_SIDES


def thumbnail_url(sha256: str, side: int = SMALL) -> str:
    return storage.download_url(storage.thumbnail_key(sha256, side))


def thumbnail_of(sha256: str | None, side: int = SMALL) -> str | None:
    """Of a photo that may not have been taken in."""
    return None if sha256 is None else thumbnail_url(sha256, side)


def present_alteration(alteration: Alteration, original_sha256: str | None) -> AlterationOut:
    """`original_sha256`: of the original's bytes, None when there is none."""
    return AlterationOut.model_validate(
        {
            **{name: getattr(alteration, name) for name in _OF_ALTERATION},
            "original_url": thumbnail_of(original_sha256, LARGE),
        }
    )


def predictions(analysis: Analysis, correction: Correction | None = None) -> Predictions:
    """What counts of a photo: what the model saw, but for what a person corrected."""
    facts = facts_of(analysis, correction)
    seen = {feature["tag"]: feature for feature in analysis.features}
    said_room = correction is not None and correction.room_type is not None
    said_tags = correction.tags_added if correction else ()
    return Predictions.model_validate(
        {
            "room_type": {
                "label": facts.room_type,
                "confidence": 1.0 if said_room else analysis.room_confidence,
                "scene": facts.scene,
                "reso_image_of": RESO_IMAGE_OF[facts.room_type],
                "alternatives": [] if said_room else analysis.alternatives,
            },
            "condition_score": facts.condition_score,
            "condition_band": facts.condition_band,
            "condition_reason": facts.condition_reason,
            "condition_why": facts.condition_why,
            "natural_light_score": facts.natural_light_score,
            "natural_light_why": facts.natural_light_why,
            "feature_tags": facts.tags,
            "features": [
                {"tag": tag, "group": TAG_GROUPS[tag], "confidence": 1.0} if tag in said_tags else seen[tag]
                for tag in facts.tags
            ],
            "quality_flags": analysis.quality_flags,
            "compliance": compliance_of(analysis, correction),
            "caption": facts.caption,
            "label_source": "human" if facts.corrected else "model",
        }
    )


def model_of(analysis: Analysis) -> Model:
    return Model(name=analysis.model, version=analysis.version, weights_sha256=analysis.weights_sha256)


def present_image(image: Image) -> ImageOut:
    return ImageOut.model_validate(_fields(image))


def present_detail(image: Image) -> ImageDetail:
    """One photo with all its analyses, the newest first."""
    analyses = [
        AnalysisOut(
            predictions=predictions(analysis),
            components=analysis.components,
            model=model_of(analysis),
            analysis_ms=analysis.duration_ms,
            created_at=analysis.created_at,
        )
        for analysis in reversed(image.analyses)
    ]
    said = {"correction": image.correction, "alteration": _alteration(image)}
    return ImageDetail.model_validate({**_fields(image), **said, "analyses": analyses})


def _alteration(image: Image) -> AlterationOut | None:
    altered = image.alteration
    if altered is None:
        return None
    return present_alteration(altered, altered.original.sha256 if altered.original else None)


def _fields(image: Image) -> dict[str, Any]:
    counts = that_counts(image.analyses)
    seen = image.status == ImageStatus.ANALYZED and image.sha256 is not None
    return {
        **{name: getattr(image, name) for name in _COLUMNS},
        "captured_at": captured_at(image),
        "s3_path": storage.s3_path(image.s3_key),
        "thumbnail_url": thumbnail_url(image.sha256, SMALL) if seen and image.sha256 else None,
        "image_url": thumbnail_url(image.sha256, LARGE) if seen and image.sha256 else None,
        "predictions": predictions(counts, image.correction) if counts else None,
        "analysis_ms": counts.duration_ms if counts else None,
        "failure": {"code": image.failure_code, "detail": image.failure_detail} if image.failure_code else None,
    }


def that_counts(analyses: Sequence[Analysis]) -> Analysis | None:
    """That of the version in force, whose rows are searched; the newest when it has not looked."""
    if len(analyses) < 2:
        return analyses[0] if analyses else None
    model = model_in_force()
    mine = (seen for seen in analyses if (seen.model, seen.version) == (model.name, model.version))
    return next(mine, analyses[-1])


_COLUMNS = (
    "id", "listing_id", "status", "filename", "content_type", "byte_size", "width", "height", "sha256",
    "created_at",
)  # fmt: skip
_OF_ALTERATION = tuple(name for name in AlterationOut.model_fields if name != "original_url")
