"""From the network's opinion about a thousand things to the room that a photo shows. Nothing here was trained.

1. `floor_plan` when classes that look like a printed sheet hold more than a fifth of the probability;
2. `exterior` when outdoor classes do, and the inside does not speak much louder;
3. else the room whose classes hold the most, of the probabilities softened by a temperature, so that a room
   that many classes hint at can win over one certain object;
4. `other` when the classes that are a sure sign of a home hold next to nothing: a face, a dog, a page of text.

With `ROOM_HEAD=trained`, `room_head` tells the rooms of step 3 and most exteriors; the other rules stay in force.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from roomlens.vision import Candidate
from roomlens.vision.room_evidence import FLOOR_PLANS, OUTDOORS, ROOMS, VAGUE, Evidence
from roomlens.vocabulary import RoomType, Scene, scene_of
from roomlens_models.imagenet import class_indices

if TYPE_CHECKING:
    from roomlens.vision import FloatArray
    from roomlens_models.efficientnet import Classification

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


@dataclass(frozen=True)
class ToldRoom:
    """What a photo shows: the scene, and every room that the model can tell with its confidence."""

    scene: Scene
    ranked: tuple[Candidate, ...]  # most likely first; confidences sum to one


class RoomTeller(Protocol):
    """Names the room of a photo. Safe to share by threads."""

    def tell(self, seen: Classification) -> ToldRoom: ...


@dataclass(frozen=True)
class Signs:
    """Shares of the probability, each in 0..1, on which the data-free rules rest."""

    outdoors: float
    certain: float  # of the room that has the most
    plan: float
    spoken: float  # by all sure signs of a home, inside or out

    @property
    def is_outdoors(self) -> bool:
        return self.outdoors > OUTDOORS_ABOVE and self.outdoors > INSIDE_DISCOUNT * self.certain

    @property
    def is_plan(self) -> bool:
        return self.plan > FLOOR_PLAN_ABOVE

    def outdoors_strength(self) -> float:
        """The odds of an exterior against the best room."""
        odds = (self.outdoors / max(INSIDE_DISCOUNT * self.certain, OUTDOORS_ABOVE)) ** SHARPENING
        return on_its_side(odds, self.is_outdoors)

    def plan_strength(self) -> float:
        """The odds of a floor plan against the best of all else."""
        return on_its_side((self.plan / FLOOR_PLAN_ABOVE) ** SHARPENING, self.is_plan)

    def silence_strength(self, speaks_above: float) -> float:
        """The odds that nothing of a home is to be seen, against the best of all else."""
        odds = (speaks_above / max(self.spoken, 1e-6)) ** SHARPENING
        return on_its_side(odds, self.is_silent(speaks_above))

    def is_silent(self, speaks_above: float) -> bool:
        """Whether next to nothing speaks for a home. A floor plan need not say more than that it is one."""
        return self.spoken < speaks_above and not self.is_plan


class RoomRules:
    """The evidence lists, resolved to class numbers once."""

    def __init__(self) -> None:
        self._rooms = tuple(ROOMS)
        self._weights = np.stack([_weights(evidence) for evidence in ROOMS.values()], axis=1)
        self._outdoors = _weights(OUTDOORS)
        self._floor_plans = _weights(FLOOR_PLANS)
        self._speaking = (self._weights.any(1) | (self._outdoors > 0)).astype(np.float32)
        self._speaking[class_indices(VAGUE)] = 0

    def tell(self, seen: Classification) -> ToldRoom:
        """The rules' answer. The scene is that of the room they choose."""
        signs = self.signs(seen.logits)
        strengths = self._inside(seen.logits)
        best = max(strengths.values())
        strengths[RoomType.EXTERIOR] = signs.outdoors_strength() * best
        strengths[RoomType.FLOOR_PLAN] = signs.plan_strength() * max(strengths.values())
        strengths[RoomType.OTHER] = signs.silence_strength(SPEAKS_ABOVE) * max(strengths.values())
        ranked = ranking(strengths)
        return ToldRoom(scene_of(ranked[0].label), ranked)

    def signs(self, logits: FloatArray) -> Signs:
        """What one photo's logits, (1000,), say of all but the single rooms."""
        shares = softmax(logits)
        return Signs(
            outdoors=float(shares @ self._outdoors),
            certain=float((shares @ self._weights).max()),
            plan=float(shares @ self._floor_plans),
            spoken=float(shares @ self._speaking),
        )

    def evidence(self, logits: FloatArray) -> FloatArray:
        """The shares of probability, plain and softened, that speak for each room, the outdoors and a floor plan.

        Args:
            logits: (photos, 1000).

        Returns:
            (photos, 16).
        """
        lists = np.column_stack([self._weights, self._outdoors, self._floor_plans])
        return np.hstack([softmax(logits) @ lists, softmax(logits / TEMPERATURE) @ lists])

    def _inside(self, logits: FloatArray) -> dict[RoomType, float]:
        inside = softmax(logits / TEMPERATURE) @ self._weights
        inside = (inside / inside.sum()) ** SHARPENING
        return dict(zip(self._rooms, (inside / inside.sum()).tolist(), strict=True))


def ranking(strengths: dict[RoomType, float]) -> tuple[Candidate, ...]:
    """Rooms by falling confidence, from strengths of any positive sum."""
    total = sum(strengths.values())
    ranked = sorted(strengths, key=lambda room: -strengths[room])
    return tuple(Candidate(room, strengths[room] / total) for room in ranked)


def on_its_side(odds: float, chosen: bool) -> float:
    """Odds kept at or above one when a rule chose its room, and below one when it did not."""
    return min(max(odds, 1.001), 1e4) if chosen else min(odds, 0.999)


def softmax(logits: FloatArray) -> FloatArray:
    """Shares that sum to one along the last axis; same shape."""
    shares = np.exp(logits - logits.max(-1, keepdims=True))
    return np.asarray(shares / shares.sum(-1, keepdims=True), np.float32)


def _weights(evidence: Evidence) -> FloatArray:
    weights = np.zeros(1000, np.float32)
    weights[class_indices(evidence)] = list(evidence.values())
    return weights
