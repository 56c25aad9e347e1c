"""The analyzer that runs inside the function: EfficientNet-Lite2, the rules and small heads that read it, and what is
measured of the pixels."""

from __future__ import annotations

import hashlib
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Self

import numpy as np

from roomlens.errors import ConfigurationError
from roomlens.in_use import models_in_use, once_per_models
from roomlens.text import ModelVersion, text_embedder
from roomlens.text.embedded import MODEL_NAME as CLASS_VECTORS_OF
from roomlens.vision import (
    PhotoAnalysis,
    compliance,
    condition_heads,
    light,
    quality,
    room_evidence,
    room_head,
    rooms,
    tag_head,
    tags,
)
from roomlens.vision import condition as condition_rule
from roomlens.vision.captions import caption
from roomlens.vision.compliance import ComplianceHead
from roomlens.vision.condition import condition
from roomlens.vision.condition_heads import ConditionHeads, condition_heads_in_force
from roomlens.vision.heads import hash_in_force
from roomlens.vision.pixels import light_of, reduced, squashed
from roomlens.vision.room_head import room_teller_in_force
from roomlens.vision.rooms import RoomRules
from roomlens.vision.tag_head import TagHead, tag_head_in_force, together
from roomlens.vision.tags import TagRules
from roomlens_models.efficientnet import INPUT_SIZE, EfficientNet
from roomlens_models.imagenet import class_indices
from roomlens_models.tensorfile import read_tensors
from roomlens_models.weights import SPACES_FILE, VISION_FILE, WEIGHTS, MissingWeightsError, manifest

if TYPE_CHECKING:
    from roomlens.text import TextEmbedder
    from roomlens.vision import DetectedFeature, FloatArray, UInt8Array
    from roomlens.vision.rooms import RoomTeller
    from roomlens.vocabulary import RoomType
    from roomlens_models.efficientnet import Classification

MODEL_NAME = "efficientnet-lite2"
_SPACES = "roomlens-spaces"  # the manifest's name of what was derived from the networks
# Raise it when the code of an analysis changes what an analysis says.
_REVISION = 4
# Share of the caption in a photo's text vector; the rest is ConSE. The best of 0.3, 0.5 and 0.7.
_CAPTION_SHARE = 0.5
# How many vectors of captions are kept, 6 kB each. Captions repeat: of 1,428 photos 86 % had one that was there before.
_CAPTIONS = 512


class EmbeddedPhotoAnalyzer:
    """Holds the network and the spaces; keeps nothing between calls but the vectors of the newest captions."""

    def __init__(
        self,
        network: EfficientNet,
        embedder: TextEmbedder,
        class_vectors: FloatArray | None,
        projection: FloatArray,
        model: ModelVersion,
        heads: ConditionHeads | None = None,
        marks: ComplianceHead | None = None,
        room_teller: RoomTeller | None = None,
        tag_head: TagHead | None = None,
    ) -> None:
        """`class_vectors` is (classes, 384) in the embedder's space, or None when they are in another one;
        `projection` is (features, 768)."""
        self.model = model
        self._network = network
        self._caption_vector = lru_cache(_CAPTIONS)(lambda words: embedder.embed([words])[0])
        self._class_vectors = class_vectors
        self._projection = projection
        self._rooms = room_teller or RoomRules()
        self._tags = TagRules()
        self._tag_head = tag_head
        self._windows = class_indices(light.WINDOW_CLASSES)
        self._heads = heads
        self._marks = marks

    @classmethod
    def load(cls, room_teller: RoomTeller | None = None) -> Self:
        """Map the built weights. Rooms are named by `room_teller`, or by what the settings say.

        Raises:
            ConfigurationError: they were never built.
        """
        model = model_version()
        spaces = read_tensors(WEIGHTS / SPACES_FILE).tensors
        embedder = text_embedder()
        return cls(
            _network(),
            embedder,
            comparable(np.asarray(spaces["class_vectors"], np.float32), embedder),
            np.asarray(spaces["image_projection"], np.float32),
            model,
            condition_heads_in_force(),
            ComplianceHead.load(),
            room_teller or room_teller_in_force(),
            tag_head_in_force(),
        )

    def analyze(self, rgb: UInt8Array, size: tuple[int, int] | None = None) -> PhotoAnalysis:
        """Analyse one photo, (height, width, 3) uint8 sRGB, upright."""
        image = reduced(rgb)
        seen = self._network(squashed(image, INPUT_SIZE))
        probabilities = seen.probabilities()
        told = self._rooms.tell(seen)
        room = told.ranked[0].label
        features = self._things(seen, probabilities, room)
        linear = light_of(image)
        measured = quality.measure(image, linear) | quality.resolution(size or rgb.shape[:2])
        daylight, daylight_components = self._daylight(linear, seen) if room.is_interior else (None, {})
        signs = self._heads.signs(seen.features, room) if self._heads and room.is_interior else None
        score, reason, components = condition(room, told.scene, measured, signs)
        words = caption(room, [feature.tag for feature in features], daylight, told.scene)
        return PhotoAnalysis(
            scene=told.scene,
            room=told.ranked[0],
            alternatives=told.ranked[1:3],
            features=features,
            condition_score=score,
            condition_reason=reason,
            condition_why=condition_rule.why(components),
            condition_components=components,
            natural_light_score=daylight,
            natural_light_why=light.why(daylight_components),
            natural_light_components=daylight_components,
            quality=measured,
            quality_flags=quality.flags(measured),
            compliance=self._marks.detect(seen.features, told.ranked[0]) if self._marks else (),
            caption=words,
            image_vector=self._image_vector(seen),
            text_vector=self._text_vector(words, probabilities),
        )

    def image_vector(self, rgb: UInt8Array) -> FloatArray:
        """The network and the projection alone, (768,)."""
        return self._image_vector(self._network(squashed(reduced(rgb), INPUT_SIZE)))

    def _image_vector(self, seen: Classification) -> FloatArray:
        return _unit(seen.features @ self._projection)

    def _things(
        self, seen: Classification, probabilities: FloatArray, room: RoomType
    ) -> tuple[DetectedFeature, ...]:
        rules = self._tags.detect(probabilities, room)
        if self._tag_head is None:
            return rules
        return together(self._tag_head.detect(seen.features, room), rules, self._tag_head.tags)

    def _daylight(self, linear: FloatArray, seen: Classification) -> tuple[float, dict[str, float]]:
        return light.daylight(linear, float(seen.logits[self._windows].mean()))

    def _text_vector(self, words: str, probabilities: FloatArray) -> FloatArray:
        """Half the caption, half ConSE: the class names' vectors, weighted by the photo's probabilities. The caption
        alone where there are no class names in the embedder's space."""
        if self._class_vectors is None:
            return np.asarray(self._caption_vector(words), np.float32)
        vector = _CAPTION_SHARE * self._caption_vector(words)
        conse = _unit(probabilities @ self._class_vectors)
        vector[: len(conse)] += (1 - _CAPTION_SHARE) * conse
        return _unit(vector)


def comparable(class_vectors: FloatArray, embedder: TextEmbedder) -> FloatArray | None:
    """The class names' vectors, or None beside another embedder: they were built with MiniLM, and mixed with vectors of
    any other model they would mean nothing."""
    return class_vectors if embedder.model.name == CLASS_VECTORS_OF else None


@cache
def _network() -> EfficientNet:
    """One for all analyzers of a process, whichever heads read it."""
    return EfficientNet.load(WEIGHTS / VISION_FILE)


@once_per_models()
def model_version() -> ModelVersion:
    """The model and its version, from the manifest beside the weights.

    Raises:
        ConfigurationError: they were never built.
    """
    try:
        built = manifest()[MODEL_NAME]
    except MissingWeightsError as error:
        raise ConfigurationError(str(error)) from error
    version = f"{built.version}-{rules_digest(text_embedder().model)}"
    return ModelVersion(MODEL_NAME, version, built.sha256[VISION_FILE])


def model_of_pictures() -> ModelVersion:
    """What decides where a picture lies among pictures: the network and the projection, no head and no threshold.

    Raises:
        ConfigurationError: as `model_version`.
    """
    try:
        network, spaces = manifest()[MODEL_NAME], manifest()[_SPACES]
    except MissingWeightsError as error:
        raise ConfigurationError(str(error)) from error
    projection = spaces.sha256[SPACES_FILE]
    return ModelVersion(MODEL_NAME, f"{network.version}-{projection[:8]}", projection)


def rules_digest(text_model: ModelVersion) -> str:
    """Eight digits that change with the lists, thresholds and models behind an analysis; `_REVISION` does the rest."""
    settings = models_in_use()
    signs_of_condition = hash_in_force(condition_heads.HEAD_NAME, settings.condition_heads)
    decisive = (
        _REVISION,
        _CAPTION_SHARE,
        text_model,
        room_evidence.OUTDOORS,
        room_evidence.FLOOR_PLANS,
        room_evidence.ROOMS,
        sorted(room_evidence.VAGUE),
        (rooms.OUTDOORS_ABOVE, rooms.FLOOR_PLAN_ABOVE, rooms.INSIDE_DISCOUNT, rooms.TEMPERATURE),
        (rooms.SPEAKS_ABOVE, rooms.SHARPENING),
        tags.RULES,
        hash_in_force(room_head.HEAD_NAME, settings.room_head),
        hash_in_force(tag_head.HEAD_NAME, settings.tag_head),
        (light.DECISIVE, quality.DECISIVE, condition_rule.DECISIVE, signs_of_condition),
        hash_in_force(compliance.HEAD_NAME),
    )
    return hashlib.sha256(repr(decisive).encode()).hexdigest()[:8]


def _unit(vector: FloatArray) -> FloatArray:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), np.float32)
