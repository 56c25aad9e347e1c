"""The trained head: which room, from the network's last layer, with the data-free rules around it.

A multinomial logistic regression on the network's features and on the evidence that the rules go by. It was learned
from photos of six rooms and of houses' fronts by `python -m training.rooms`; photos, terms and figures stand in
`roomlens_models/heads/rooms.json`.

1. The head shares its confidence out among the rooms and the exterior.
2. Where its best guess is below the threshold it abstains: `other`, unless the outdoor rule fires. The scene is told
   all the same, and the guesses follow as alternatives.
3. The rules for floor plans and for photos in which nothing speaks for a home go first. There were no photos to learn
   these from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np

from roomlens.in_use import models_in_use
from roomlens.vision.heads import TRAINED, loaded
from roomlens.vision.rooms import RoomRules, Signs, ToldRoom, ranking, softmax
from roomlens.vocabulary import RoomType, Scene, scene_of
from roomlens_models.heads import WrongHeadError

if TYPE_CHECKING:
    from roomlens.vision import FloatArray
    from roomlens.vision.rooms import RoomTeller
    from roomlens_models.efficientnet import Classification
    from roomlens_models.heads import Head

HEAD_NAME = "rooms"
# Below this a share of evidence is as good as none; it keeps the logarithm from telling noise apart.
_FLOOR = 1e-3
# An abstention is as likely as the best guess that it stands before, and a shade more.
_ABSTAINED = 1.001


class RoomHead:
    """The head and the rules. Safe to share by threads."""

    def __init__(self, head: Head, rules: RoomRules) -> None:
        """The tensors are `weight` (1296, rooms) and `bias` (rooms,); the metadata names the rooms and the thresholds.

        Raises:
            WrongHeadError: they do not fit together, or a room is not in the vocabulary.
        """
        try:
            self.rooms = tuple(RoomType(name) for name in head.metadata["rooms"].split(","))
            self.abstain_below = float(head.metadata["abstain_below"])
            self.speaks_above = float(head.metadata["speaks_above"])
            self._weight = np.asarray(head.tensors["weight"], np.float32)
            self._bias = np.asarray(head.tensors["bias"], np.float32)
        except (KeyError, ValueError) as error:
            raise WrongHeadError(f"the head of rooms is not of this kind: {error}") from error
        if self._bias.shape != (len(self.rooms),) or self._weight.shape[1:] != self._bias.shape:
            raise WrongHeadError(f"{len(self.rooms)} rooms have weights of shape {self._weight.shape}")
        self._rules = rules

    @classmethod
    def load(cls) -> Self:
        """The committed head.

        Raises:
            ConfigurationError: as `heads.loaded`.
        """
        return loaded(HEAD_NAME, lambda head: cls(head, RoomRules()))

    def tell(self, seen: Classification) -> ToldRoom:
        """The head's answer, or the rules' where they go first."""
        shares = self.shares(seen.logits[None], seen.features[None])[0]
        return self.combined(dict(zip(self.rooms, shares.tolist(), strict=True)), self._rules.signs(seen.logits))

    def shares(self, logits: FloatArray, features: FloatArray) -> FloatArray:
        """How the head shares its confidence out, (photos, rooms), each row summing to one.

        Args:
            logits: (photos, 1000).
            features: (photos, 1280), as the network gives them.
        """
        return softmax(inputs(self._rules, logits, features) @ self._weight + self._bias)

    def combined(self, shares: dict[RoomType, float], signs: Signs) -> ToldRoom:
        """Head and rules as one ranking.

        Args:
            shares: the head's confidences, which sum to one.
            signs: what the rules go by.
        """
        strengths = dict(shares)
        guess = max(shares, key=lambda room: shares[room])
        best = shares[guess]
        unsure = best < self.abstain_below
        if unsure and signs.is_outdoors:
            strengths[RoomType.EXTERIOR] = best * signs.outdoors_strength()
            unsure = False
        strengths[RoomType.FLOOR_PLAN] = signs.plan_strength() * max(strengths.values())
        unsure = unsure and not signs.is_plan
        silence = signs.silence_strength(self.speaks_above)
        strengths[RoomType.OTHER] = max(silence, _ABSTAINED if unsure else 0.0) * max(strengths.values())
        ranked = ranking(strengths)
        if unsure and not signs.is_silent(self.speaks_above):
            return ToldRoom(_likelier_scene(shares), ranked)
        return ToldRoom(scene_of(ranked[0].label), ranked)


def inputs(rules: RoomRules, logits: FloatArray, features: FloatArray) -> FloatArray:
    """What the head is given, (photos, 1296).

    The features as square roots of their shares, so that a few strong ones do not drown the rest (the Hellinger map;
    in cross-validation a little better than the features at length one), then logarithms of the rules' evidence.

    Args:
        rules: the evidence lists.
        logits: (photos, 1000).
        features: (photos, 1280), not negative.
    """
    sums = np.maximum(features.sum(1, keepdims=True), 1e-12)
    evidence = np.log(rules.evidence(logits) + _FLOOR)
    return np.hstack([np.sqrt(np.maximum(features, 0) / sums), evidence]).astype(np.float32)


def room_teller_in_force() -> RoomTeller:
    """Who names rooms by the settings.

    Raises:
        ConfigurationError: as `RoomHead.load`.
    """
    return RoomHead.load() if models_in_use().room_head == TRAINED else RoomRules()


def _likelier_scene(shares: dict[RoomType, float]) -> Scene:
    """Inside or outside, whichever all guesses together say."""
    outside = sum(share for room, share in shares.items() if scene_of(room) is not Scene.INTERIOR)
    return Scene.EXTERIOR if outside > 0.5 else Scene.INTERIOR
