"""The analyzer hosted by Amazon Bedrock: one model says what is seen, another places the picture among pictures.

Pixels are measured here all the same: light, sharpness and the flags of a bad photograph come from the code that the
embedded analyzer uses, and so does the caption's wording. No weights of ours are needed. Rooms' confidences are the
model's own word and were never calibrated.
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image

from roomlens.bedrock import converse, fingerprint, invoke, unit_vectors
from roomlens.errors import InferenceFailedError
from roomlens.settings import bedrock_settings
from roomlens.text import ModelVersion, text_embedder
from roomlens.vectors import IMAGE_DIMENSIONS
from roomlens.vision import PhotoAnalysis, captions, light, quality
from roomlens.vision.bedrock_answer import (
    BAND_SCORES,
    INSTRUCTIONS,
    LEAST_CONFIDENCE,
    MOST_TOKENS,
    QUESTION,
    TOOL_CONFIG,
    Answer,
    read_answer,
)
from roomlens.vision.captions import caption
from roomlens.vision.condition import reason_for_none
from roomlens.vision.pixels import light_of, reduced
from roomlens.vocabulary import RoomType, scene_of

if TYPE_CHECKING:
    from types import ModuleType

    from roomlens.vision import FloatArray, UInt8Array

# Raise it when the code of an analysis changes what an analysis says.
_REVISION: Final = 1
# What is sent: a picture on which a label can be read, in some 200 kB. Models shrink larger ones themselves.
LONGEST_SIDE: Final = 1024
_JPEG_QUALITIES: Final = (85, 70, 50, 30)
MOST_BYTES: Final = 1_500_000  # in base64 within every model's limit
# Of Titan's widths (256, 384, 1024) the widest that fits into the column; the rest is zeros, which leaves every cosine
# as it was.
_TITAN_WIDTH: Final = 384
_LABEL_LENGTH: Final = 99  # `analyses.version`, and with the model's name `embedder`


class BedrockPhotoAnalyzer:
    """Asks the hosted models; keeps nothing between calls."""

    def __init__(self) -> None:
        self.model = model_version()
        self._embedder = text_embedder()
        self._image_model = bedrock_settings().bedrock_image_model

    def analyze(self, rgb: UInt8Array, size: tuple[int, int] | None = None) -> PhotoAnalysis:
        """Analyse one photo, (height, width, 3) uint8 sRGB, upright: one question and two embeddings.

        Raises:
            InferenceFailedError: a model refuses the photo, or its answer can't be used.
            InferenceTimeoutError, ModelBusyError, ConfigurationError: as `roomlens.bedrock`.
        """
        image = reduced(rgb)
        jpeg = sendable(image)
        answer = self._ask(jpeg)
        rooms = answer.candidates()
        room = rooms[0].label
        scene = answer.scene if room is RoomType.OTHER else scene_of(room)
        features = answer.detected_features()
        score, reason, why = _condition(room, answer)
        pixels = _measure(image, size or rgb.shape[:2], inside=room.is_interior)
        words = caption(room, [feature.tag for feature in features], pixels.daylight, scene)
        return PhotoAnalysis(
            scene=scene,
            room=rooms[0],
            alternatives=rooms[1:],
            features=features,
            condition_score=score,
            condition_reason=reason,
            condition_why=why,
            condition_components={} if score is None else {"model": score},
            natural_light_score=pixels.daylight,
            natural_light_why=pixels.daylight_why,
            natural_light_components=pixels.daylight_components,
            quality=pixels.quality,
            quality_flags=quality.flags(pixels.quality),
            compliance=answer.detected_flags(),
            caption=words,
            image_vector=self._vector_of(jpeg),
            text_vector=self._embedder.embed([words])[0],
        )

    def image_vector(self, rgb: UInt8Array) -> FloatArray:
        """The embedding alone, (768,). Raises as `analyze`."""
        return self._vector_of(sendable(reduced(rgb)))

    def _ask(self, jpeg: bytes) -> Answer:
        photo = {"image": {"format": "jpeg", "source": {"bytes": jpeg}}}
        return read_answer(
            converse(
                self.model.name,
                system=[{"text": INSTRUCTIONS}],
                messages=[{"role": "user", "content": [photo, {"text": QUESTION}]}],
                inferenceConfig={"maxTokens": MOST_TOKENS, "temperature": 0.0},
                toolConfig=TOOL_CONFIG,
            )
        )

    def _vector_of(self, jpeg: bytes) -> FloatArray:
        sent: dict[str, Any] = {
            "inputImage": base64.b64encode(jpeg).decode(),
            "embeddingConfig": {"outputEmbeddingLength": _TITAN_WIDTH},
        }
        answer = invoke(self._image_model, sent)
        if answer.get("message"):  # Titan's way to say what went wrong, with a status of 200
            raise InferenceFailedError("The model could not make anything of this photo.")
        vector = np.zeros(IMAGE_DIMENSIONS, np.float32)
        vector[:_TITAN_WIDTH] = unit_vectors([answer.get("embedding")], 1, _TITAN_WIDTH)[0]
        return vector


@dataclass(frozen=True)
class _Pixels:
    """What is measured without any network."""

    quality: dict[str, float]
    daylight: float | None
    daylight_why: tuple[str, ...]
    daylight_components: dict[str, float]


def _measure(image: Image.Image, sides: tuple[int, ...], *, inside: bool) -> _Pixels:
    """Daylight rests on pixels alone here: no network says whether windows are to be seen, so they count as in the
    middle photo, and the score is not to be compared with the embedded analyzer's."""
    linear = light_of(image)
    measured = quality.measure(image, linear) | quality.resolution(sides)
    if not inside:
        return _Pixels(measured, None, (), {})
    daylight, components = light.daylight(linear, light.WINDOWS[0])
    why = light.why(components)
    del components["window_z"]
    return _Pixels(measured, daylight, why, components)


def _condition(room: RoomType, answer: Answer) -> tuple[float | None, str | None, tuple[str, ...]]:
    """The score in 0..1, or the reason why there is none, and what it rests on."""
    if room.is_interior and answer.condition is not None:
        return BAND_SCORES[answer.condition], None, answer.condition_why()
    return None, reason_for_none(room, answer.scene), ()


def sendable(image: Image.Image) -> bytes:
    """The photo as a JPEG within `LONGEST_SIDE` pixels and `MOST_BYTES`, without any metadata."""
    small = image.copy()
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    body = b""
    for worse in _JPEG_QUALITIES:
        out = io.BytesIO()
        small.save(out, "JPEG", quality=worse)
        body = out.getvalue()
        if len(body) <= MOST_BYTES:
            break
    return body


def model_version() -> ModelVersion:
    """The model that looks, with a version that names the two others and changes with whatever is asked of them and
    with every threshold of the measurements. It says nothing of what a provider changes behind a model's id."""
    settings = bedrock_settings()
    text = text_embedder().model
    stamp = fingerprint(
        _REVISION,
        (settings.bedrock_vision_model, settings.bedrock_image_model, text),
        (INSTRUCTIONS, QUESTION, TOOL_CONFIG, MOST_TOKENS, LEAST_CONFIDENCE, BAND_SCORES),
        (LONGEST_SIDE, _JPEG_QUALITIES, MOST_BYTES, _TITAN_WIDTH),
        *(_thresholds(rules) for rules in (light, quality, captions)),
    )
    label = f"{stamp[:8]} text={text.name} image={settings.bedrock_image_model}"
    return ModelVersion(settings.bedrock_vision_model, label[:_LABEL_LENGTH], stamp)


def model_of_pictures() -> ModelVersion:
    """The model whose vectors say which photos look alike, and how wide they are asked for."""
    name = bedrock_settings().bedrock_image_model
    stamp = fingerprint(name, LONGEST_SIDE, _JPEG_QUALITIES, MOST_BYTES, _TITAN_WIDTH)
    return ModelVersion(name, stamp[:8], stamp)


def _thresholds(rules: ModuleType) -> list[tuple[str, object]]:
    """A module's public numbers: what they are, whatever they are called."""
    return [
        (name, value)
        for name, value in sorted(vars(rules).items())
        if name.isupper() and not name.startswith("_") and isinstance(value, int | float | tuple)
    ]
