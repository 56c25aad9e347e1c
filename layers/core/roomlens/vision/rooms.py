"""From the network's opinion about a thousand things to the room that a photo shows. Nothing here was trained.

1. `floor_plan` when classes that look like a printed sheet hold more than a fifth of the probability;
2. `exterior` when outdoor classes do, and the inside does not speak much louder;
3. else the room whose classes hold the most, of the probabilities softened by a temperature, so that a room
   that many classes hint at can win over one certain object;
4. `other` when the classes that are a sure sign of a home hold next to nothing: a face, a dog, a page of text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from roomlens.vision import Candidate
from roomlens.vision.room_evidence import FLOOR_PLANS, OUTDOORS, ROOMS, VAGUE, Evidence
from roomlens.vocabulary import RoomType
from roomlens_models.imagenet import class_indices

if TYPE_CHECKING:
    from roomlens.vision import FloatArray

# The thresholds of the design's data-free rules.
OUTDOORS_ABOVE = 0.2
FLOOR_PLAN_ABOVE = 0.2
# A room whose certain evidence is more than twice the outdoors' is seen from inside.
INSIDE_DISCOUNT = 0.5
# Softening; of 1, 1.5, 2, 2.5 and 3 the best for train-rooms and houses-train together.
TEMPERATURE = 2.0
# Below this share of the probability nothing speaks: 1 in 110 photos of train-rooms, of which half would be named
# wrongly anyway, and none of houses-train.
SPEAKS_ABOVE = 0.07
# Turns shares of evidence into confidences that hold what they promise: with 4.2 to 4.6 the expected calibration error
# is at most 0.05 on train-rooms and on houses-train alike.
SHARPENING = 4.4


class RoomRules:
    """The evidence lists, resolved to class numbers once."""

    def __init__(self) -> None:
        self._rooms = tuple(ROOMS)
        self._weights = np.stack([_weights(evidence) for evidence in ROOMS.values()], axis=1)
        self._outdoors = _weights(OUTDOORS)
        self._floor_plans = _weights(FLOOR_PLANS)
        self._speaking = (self._weights.any(1) | (self._outdoors > 0)).astype(np.float32)
        self._speaking[class_indices(VAGUE)] = 0

    def rank(self, logits: FloatArray) -> tuple[Candidate, ...]:
        """All rooms, most likely first; confidences sum to one. `logits` has shape (1000,)."""
        shares = _softmax(logits)
        strengths = self._strengths(logits, shares)
        total = sum(strengths.values())
        ranked = sorted(strengths, key=lambda room: -strengths[room])
        return tuple(Candidate(room, strengths[room] / total) for room in ranked)

    def _strengths(self, logits: FloatArray, shares: FloatArray) -> dict[RoomType, float]:
        """Unscaled confidences of every room; the largest belongs to the one the rules choose."""
        inside = _softmax(logits / TEMPERATURE) @ self._weights
        inside = (inside / inside.sum()) ** SHARPENING
        strengths = dict(zip(self._rooms, (inside / inside.sum()).tolist(), strict=True))
        best = max(strengths.values())
        certain = float((shares @ self._weights).max())
        outdoors, plan = float(shares @ self._outdoors), float(shares @ self._floor_plans)
        spoken = float(shares @ self._speaking)

        is_outdoors = outdoors > OUTDOORS_ABOVE and outdoors > INSIDE_DISCOUNT * certain
        odds = (outdoors / max(INSIDE_DISCOUNT * certain, OUTDOORS_ABOVE)) ** SHARPENING
        strengths[RoomType.EXTERIOR] = _on_its_side(odds, is_outdoors) * best
        odds = (plan / FLOOR_PLAN_ABOVE) ** SHARPENING
        strongest = max(strengths.values())
        strengths[RoomType.FLOOR_PLAN] = _on_its_side(odds, plan > FLOOR_PLAN_ABOVE) * strongest
        odds = (SPEAKS_ABOVE / max(spoken, 1e-6)) ** SHARPENING
        strongest = max(strengths.values())
        strengths[RoomType.OTHER] = _on_its_side(odds, spoken < SPEAKS_ABOVE and plan <= FLOOR_PLAN_ABOVE) * strongest
        return strengths


def _on_its_side(odds: float, chosen: bool) -> float:
    """Odds kept at or above one when a rule chose its room, and below one when it did not."""
    return min(max(odds, 1.001), 1e4) if chosen else min(odds, 0.999)


def _weights(evidence: Evidence) -> FloatArray:
    weights = np.zeros(1000, np.float32)
    weights[class_indices(evidence)] = list(evidence.values())
    return weights


def _softmax(logits: FloatArray) -> FloatArray:
    shares = np.exp(logits - logits.max())
    return np.asarray(shares / shares.sum(), np.float32)
