"""The two trained signs of condition: weights on the network's features, made by `python -m training.condition`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from roomlens.in_use import models_in_use
from roomlens.vision.heads import TRAINED, at_length_one, loaded
from roomlens.vocabulary import RoomType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from roomlens.vision import FloatArray

HEAD_NAME = "condition"
# The rooms whose own mean and deviation are known, in the order of the file's rows; others are compared with all three.
KNOWN_ROOMS = (RoomType.BATHROOM, RoomType.BEDROOM, RoomType.KITCHEN)


class Signs(NamedTuple):
    """In deviations from the mean of listing photos of such a room; positive is better."""

    finish: float
    tidy: float


class ConditionHeads:
    """Two lines through the network's feature space."""

    def __init__(self, tensors: Mapping[str, NDArray[np.float32]]) -> None:
        """Tensors: `weights` (2, 1280) and `bias` (2,) for finish and tidy; `means` and `deviations` (4, 2) for
        bathroom, bedroom, kitchen and all interiors. Finish takes features as they are, tidy at length one."""
        self._weights = np.asarray(tensors["weights"], np.float32)
        self._bias = np.asarray(tensors["bias"], np.float32)
        self._means = np.asarray(tensors["means"], np.float32)
        self._deviations = np.asarray(tensors["deviations"], np.float32)

    @classmethod
    def load(cls) -> Self:
        """The committed heads.

        Raises:
            ConfigurationError: as `heads.loaded`.
        """
        return loaded(HEAD_NAME, lambda head: cls(head.tensors))

    def raw(self, features: FloatArray) -> FloatArray:
        """Both signs before they are compared with such rooms, (photos, 2), of features (photos, 1280)."""
        finish = features @ self._weights[0] + self._bias[0]
        tidy = at_length_one(features) @ self._weights[1] + self._bias[1]
        return np.stack([finish, tidy], axis=1)

    def signs(self, features: FloatArray, room: RoomType) -> Signs:
        """Of one photo, features (1280,), that shows such a room."""
        row = KNOWN_ROOMS.index(room) if room in KNOWN_ROOMS else len(KNOWN_ROOMS)
        compared = (self.raw(features[None])[0] - self._means[row]) / self._deviations[row]
        return Signs(float(compared[0]), float(compared[1]))


def condition_heads_in_force() -> ConditionHeads | None:
    """The trained signs, or None by the settings. Raises ConfigurationError as `ConditionHeads.load`."""
    return ConditionHeads.load() if models_in_use().condition_heads == TRAINED else None
