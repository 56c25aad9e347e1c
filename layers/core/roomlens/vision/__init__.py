"""What a photo shows: the types, and the door to the analyzer of the models in use.

Importing this module costs nothing: numpy and the models are loaded by the first call of `photo_analyzer()`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from roomlens.in_use import models_in_use, once_per_models
from roomlens.text import ModelVersion
from roomlens.vocabulary import (
    EMBEDDED_TELLS,
    EVERYTHING,
    WITHOUT_TAG_HEAD,
    ComplianceFlag,
    QualityFlag,
    RoomType,
    Scene,
    Tag,
    Told,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    FloatArray: TypeAlias = NDArray[np.float32]
    UInt8Array: TypeAlias = NDArray[np.uint8]

# Why a score is missing.
NOT_SCORABLE = "not_scorable"  # such a picture has none: a drawing, a view, the outside
NOT_MEASURED = "not_measured"  # a person says that it has one, and the model took it for a picture that has none
LOW_CONFIDENCE = "low_confidence"  # it may have one, but what room it is could not be told


@dataclass(frozen=True)
class Candidate:
    """A room that a photo may show."""

    label: RoomType
    confidence: float  # in [0, 1]; over all rooms they sum to one at most


@dataclass(frozen=True)
class DetectedFeature:
    """A thing seen in a photo."""

    tag: Tag
    confidence: float  # in [0, 1]


@dataclass(frozen=True)
class DetectedFlag:
    """Something that rules of listing services may forbid."""

    flag: ComplianceFlag
    confidence: float  # in [0, 1]


@dataclass(frozen=True)
class PhotoAnalysis:
    """Everything that one look at a photo gives."""

    scene: Scene  # may be told where the room is not
    room: Candidate
    alternatives: tuple[Candidate, ...]  # the next best, at most two, best first
    features: tuple[DetectedFeature, ...]  # best first
    condition_score: float | None  # in [0, 1], 1 is best; an estimate
    condition_reason: str | None  # why there is no score
    condition_why: tuple[str, ...]  # what the score rests on, in plain sentences
    condition_components: dict[str, float]
    natural_light_score: float | None  # in [0, 1], 1 is brightest; None outdoors and for drawings
    natural_light_why: tuple[str, ...]  # as condition_why
    natural_light_components: dict[str, float]
    quality: dict[str, float]  # of the photograph, not of the room
    quality_flags: tuple[QualityFlag, ...]
    compliance: tuple[DetectedFlag, ...]  # surest first
    caption: str  # one or two plain sentences, at most 200 characters
    image_vector: FloatArray  # (768,), unit length
    text_vector: FloatArray  # (1536,), unit length, in the space of `roomlens.text`


class PhotoAnalyzer(Protocol):
    """Looks at photos. Safe to share by threads."""

    @property
    def model(self) -> ModelVersion: ...

    def analyze(self, rgb: UInt8Array, size: tuple[int, int] | None = None) -> PhotoAnalysis:
        """Analyse one photo: (height, width, 3) uint8 sRGB, upright.

        `size`: width and height in pixels of the photo as it came, where `rgb` is a smaller copy.
        """
        ...

    def image_vector(self, rgb: UInt8Array) -> FloatArray:
        """Only what `analyze` gives as its image vector, (768,): for a picture that is a question."""
        ...


@once_per_models()
def photo_analyzer() -> PhotoAnalyzer:
    """The analyzer of the models in use, loaded once.

    Raises:
        ConfigurationError: the settings name no known backend, or the weights were never built.
    """
    return {"embedded": _embedded, "bedrock": _bedrock}[models_in_use().vision_backend]()


def model_that_looks() -> ModelVersion:
    """What `photo_analyzer().model` would say, without loading its weights: a search needs no more.

    Raises:
        ConfigurationError: as `photo_analyzer`.
    """
    return {"embedded": _embedded_version, "bedrock": _bedrock_version}[models_in_use().vision_backend]()


def model_of_pictures() -> ModelVersion:
    """Which model makes the image vectors of `photo_analyzer()`; those of several versions may be comparable.

    Raises:
        ConfigurationError: as `photo_analyzer`.
    """
    return {"embedded": _embedded_pictures, "bedrock": _bedrock_pictures}[models_in_use().vision_backend]()


def told() -> Told:
    """What the analyzer in use can tell; a hosted model answers with the whole vocabulary."""
    settings = models_in_use()
    embedded = EMBEDDED_TELLS if settings.tag_head == "trained" else WITHOUT_TAG_HEAD
    return {"embedded": embedded, "bedrock": EVERYTHING}[settings.vision_backend]


def _embedded_version() -> ModelVersion:
    from roomlens.vision.embedded import model_version

    return model_version()


def _embedded_pictures() -> ModelVersion:
    from roomlens.vision.embedded import model_of_pictures

    return model_of_pictures()


def _embedded() -> PhotoAnalyzer:
    from roomlens.vision.embedded import EmbeddedPhotoAnalyzer

    return EmbeddedPhotoAnalyzer.load()


def _bedrock_version() -> ModelVersion:
    from roomlens.vision.bedrock import model_version

    return model_version()


def _bedrock_pictures() -> ModelVersion:
    from roomlens.vision.bedrock import model_of_pictures

    return model_of_pictures()


def _bedrock() -> PhotoAnalyzer:
    from roomlens.vision.bedrock import BedrockPhotoAnalyzer

    return BedrockPhotoAnalyzer()
