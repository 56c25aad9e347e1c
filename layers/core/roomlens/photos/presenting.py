"""Photos as the API shows them."""

from __future__ import annotations

from typing import Any

from roomlens import storage
from roomlens.models import Analysis, Correction, Image, ImageStatus
from roomlens.photos.decoding import THUMBNAIL_SIDES
from roomlens.photos.facts import facts_of
from roomlens.schemas import AnalysisOut, ImageDetail, ImageOut, Model, Predictions
from roomlens.vocabulary import RESO_IMAGE_OF, TAG_GROUPS

SMALL, LARGE = THUMBNAIL_SIDES


def thumbnail_url(sha256: str, side: int = SMALL) -> str:
    return storage.download_url(storage.thumbnail_key(sha256, side))


def predictions(analysis: Analysis, correction: Correction | None = None) -> Predictions:
    """What counts of a photo: what the model saw, but for what a person corrected."""
    facts = facts_of(analysis, correction)
    seen = {feature["tag"]: feature for feature in analysis.features}
    return Predictions.model_validate(
        {
            "room_type": {
                "label": facts.room_type,
                "confidence": analysis.room_confidence if facts.room_type == analysis.room_type else 1.0,
                "scene": facts.scene,
                "reso_image_of": RESO_IMAGE_OF[facts.room_type],
                "alternatives": analysis.alternatives,
            },
            "condition_score": facts.condition_score,
            "condition_band": facts.condition_band,
            "condition_reason": None if facts.condition_score is not None else analysis.condition_reason,
            "condition_why": analysis.reasons.get("condition", []),
            "natural_light_score": facts.natural_light_score,
            "natural_light_why": analysis.reasons.get("natural_light", []),
            "feature_tags": facts.tags,
            "features": [
                seen.get(tag) or {"tag": tag, "group": TAG_GROUPS[tag], "confidence": 1.0} for tag in facts.tags
            ],
            "quality_flags": analysis.quality_flags,
            "compliance": analysis.compliance,
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
    return ImageDetail.model_validate({**_fields(image), "analyses": analyses})


def _fields(image: Image) -> dict[str, Any]:
    newest = image.analyses[-1] if image.analyses else None
    seen = image.status == ImageStatus.ANALYZED and image.sha256 is not None
    return {
        **{name: getattr(image, name) for name in _COLUMNS},
        "s3_path": storage.s3_path(image.s3_key),
        "thumbnail_url": thumbnail_url(image.sha256, SMALL) if seen and image.sha256 else None,
        "image_url": thumbnail_url(image.sha256, LARGE) if seen and image.sha256 else None,
        "predictions": predictions(newest, image.correction) if newest else None,
        "analysis_ms": newest.duration_ms if newest else None,
        "failure": {"code": image.failure_code, "detail": image.failure_detail} if image.failure_code else None,
    }


_COLUMNS = (
    "id", "listing_id", "status", "filename", "content_type", "byte_size", "width", "height", "sha256", "captured_at",
    "created_at",
)  # fmt: skip
