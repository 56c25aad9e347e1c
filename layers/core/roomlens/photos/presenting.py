"""Photos as the API shows them."""

from __future__ import annotations

from typing import Any

from roomlens import storage
from roomlens.models import Analysis, Image, ImageStatus
from roomlens.photos.decoding import THUMBNAIL_SIDES
from roomlens.schemas import AnalysisOut, ImageDetail, ImageOut, Model, Predictions

SMALL, LARGE = THUMBNAIL_SIDES


def thumbnail_url(sha256: str, side: int = SMALL) -> str:
    return storage.download_url(storage.thumbnail_key(sha256, side))


def predictions(analysis: Analysis) -> Predictions:
    return Predictions.model_validate(
        {
            "room_type": {
                "label": analysis.room_type,
                "confidence": analysis.room_confidence,
                "alternatives": analysis.alternatives,
            },
            "condition_score": analysis.condition_score,
            "condition_band": analysis.condition_band,
            "condition_reason": analysis.condition_reason,
            "natural_light_score": analysis.natural_light_score,
            "feature_tags": [feature["tag"] for feature in analysis.features],
            "features": analysis.features,
            "caption": analysis.caption,
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
        "predictions": predictions(newest) if newest else None,
        "analysis_ms": newest.duration_ms if newest else None,
        "failure": {"code": image.failure_code, "detail": image.failure_detail} if image.failure_code else None,
    }


_COLUMNS = (
    "id", "listing_id", "status", "filename", "content_type", "byte_size", "width", "height", "sha256", "captured_at",
    "created_at",
)  # fmt: skip
