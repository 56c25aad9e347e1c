"""What rules of listing services forbid and one look can tell: text laid over a photo, a mark across it, a screenshot,
a floor plan.

The first three are lines through the network's feature space (`python -m training.compliance`), learnt from marks drawn
onto photos. Each has its own threshold, at which next to no photo without such a mark is flagged: a flag that
cries wolf is worse than none. Small marks in a corner, as listing services put them, are below what a network that
looks at 260 pixels can see. Faces, number plates, signs and what a text says are not told at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np

from roomlens.vision import Candidate, DetectedFlag
from roomlens.vision.heads import at_length_one, loaded
from roomlens.vocabulary import ComplianceFlag, RoomType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from roomlens.vision import FloatArray

HEAD_NAME = "compliance"
# What the head tells, in the order of its rows.
TOLD_BY_HEAD = (ComplianceFlag.TEXT_OVERLAY, ComplianceFlag.WATERMARK, ComplianceFlag.SCREENSHOT)


class ComplianceHead:
    """Three lines through the network's feature space, at length one."""

    def __init__(self, tensors: Mapping[str, NDArray[np.float32]]) -> None:
        """Tensors: `weights` (3, 1280), `bias` (3,), `thresholds` (3,) on the scores, and `slopes` and `offsets` (3,)
        that turn a score into a confidence."""
        self._weights = np.asarray(tensors["weights"], np.float32)
        self._bias = np.asarray(tensors["bias"], np.float32)
        self._thresholds = np.asarray(tensors["thresholds"], np.float32)
        self._slopes = np.asarray(tensors["slopes"], np.float32)
        self._offsets = np.asarray(tensors["offsets"], np.float32)

    @classmethod
    def load(cls) -> Self:
        """The committed head.

        Raises:
            ConfigurationError: as `heads.loaded`.
        """
        return loaded(HEAD_NAME, lambda head: cls(head.tensors))

    def scores(self, features: FloatArray) -> FloatArray:
        """Log-odds, (photos, 3), of features (photos, 1280)."""
        return np.asarray(at_length_one(features) @ self._weights.T + self._bias, np.float32)

    def detect(self, features: FloatArray, room: Candidate) -> tuple[DetectedFlag, ...]:
        """The flags of one photo, surest first.

        Args:
            features: (1280,).
            room: what the photo is taken for; a floor plan is flagged as surely as it was told.
        """
        scores = self.scores(features[None])[0]
        chances = 1 / (1 + np.exp(-np.clip(self._slopes * scores + self._offsets, -30, 30)))
        found = [
            DetectedFlag(flag, float(chance))
            for flag, chance, score, threshold in zip(TOLD_BY_HEAD, chances, scores, self._thresholds, strict=True)
            if score >= threshold
        ]
        if room.label is RoomType.FLOOR_PLAN:
            found.append(DetectedFlag(ComplianceFlag.FLOOR_PLAN, room.confidence))
        return tuple(sorted(found, key=lambda flag: -flag.confidence))
