"""Things in a photo that no ImageNet class names: one trained linear head each, on the network's features.

Trained by `python -m training.tags` on photos labelled by eye; data, terms and figures are in the card beside the
weights. A head is asked about photos of its rooms, and speaks from a confidence on that was chosen on training photos.
Confidences are calibrated there too: of the photos with 0.9, about nine in ten show the thing.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from roomlens.in_use import models_in_use
from roomlens.vision import DetectedFeature
from roomlens.vision.heads import TRAINED, loaded
from roomlens.vocabulary import RoomType, Tag
from roomlens_models.heads import WrongHeadError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from roomlens.vision import FloatArray
    from roomlens_models.heads import Head

HEAD_NAME = "tags"


class _Line(NamedTuple):
    """What one row of the weights is for."""

    tag: Tag
    rooms: frozenset[RoomType]
    least: float  # the tag is told from this confidence on


class TagHead:
    """The heads, stacked into one matrix. Safe to share by threads."""

    def __init__(self, head: Head) -> None:
        """The tensors are `weight` (tags, 1280), `bias` and `least` (tags,); `heads` in the metadata is a JSON list
        with the tag and the rooms of each row.

        Raises:
            WrongHeadError: they do not fit together, or a word is not in the vocabulary.
        """
        try:
            self._weight = np.asarray(head.tensors["weight"], np.float32)
            self._bias = np.asarray(head.tensors["bias"], np.float32)
            self._lines = tuple(
                _Line(Tag(line["tag"]), frozenset(map(RoomType, line["rooms"])), float(least))
                for line, least in zip(json.loads(head.metadata["heads"]), head.tensors["least"], strict=True)
            )
        except (KeyError, TypeError, ValueError) as error:
            raise WrongHeadError(f"the heads of tags are not of this kind: {error}") from error
        if self._weight.ndim != 2 or len(self._weight) != len(self._lines) or len(self._bias) != len(self._lines):
            raise WrongHeadError(f"{len(self._lines)} tags have weights of shape {self._weight.shape}")

    @classmethod
    def load(cls) -> Self:
        """The committed heads.

        Raises:
            ConfigurationError: as `heads.loaded`.
        """
        return loaded(HEAD_NAME, cls)

    @property
    def tags(self) -> frozenset[Tag]:
        """What there are heads for."""
        return frozenset(line.tag for line in self._lines)

    def detect(self, features: FloatArray, room: RoomType) -> tuple[DetectedFeature, ...]:
        """The things seen in a photo of that room, surest first. `features` is (1280,), of any length."""
        unit = features / max(float(np.linalg.norm(features)), 1e-12)
        odds = self._weight @ unit + self._bias
        found = (
            DetectedFeature(line.tag, _chance(float(log_odds)))
            for line, log_odds in zip(self._lines, odds, strict=True)
            if room in line.rooms and _chance(float(log_odds)) >= line.least
        )
        return tuple(sorted(found, key=lambda feature: -feature.confidence))


def together(
    heads: Sequence[DetectedFeature], rules: Sequence[DetectedFeature], known: frozenset[Tag]
) -> tuple[DetectedFeature, ...]:
    """What heads and rules say, surest first. Where there is a head (`known`), its silence counts more than a rule."""
    others = (feature for feature in rules if feature.tag not in known)
    return tuple(sorted((*heads, *others), key=lambda feature: -feature.confidence))


def tag_head_in_force() -> TagHead | None:
    """The trained heads, or None by the settings. Raises ConfigurationError as `TagHead.load`."""
    return TagHead.load() if models_in_use().tag_head == TRAINED else None


def _chance(log_odds: float) -> float:
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, log_odds))))
