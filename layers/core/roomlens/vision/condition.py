"""An estimate of a room's condition from one photo. The weakest number of all; read this before using it.

No photos with condition ratings were to be had to learn from. Three signs go into the score, none condition itself:

- finish: how the network's features go with what a house fetched beyond its size and, in part, its place
  (`training.condition`). It says "expensive look" as much as "well kept".
- tidy: whether the room looks like the tidy or the messy rooms of a set of 212.
- technical: a sharp photo of a bright room, which goes with care for the room, and no more.

On 72 interiors rated by eye by one person the sum has a Spearman correlation of 0.58 (95 % interval 0.40 to 0.73), the
technical sign alone 0.43. It ranks photos roughly. Worn surfaces in a good photo go unseen, and so does a new kitchen
in a bad one; it is no inspection and no valuation. `CONDITION_HEADS=none` leaves the trained signs out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from roomlens.vision import LOW_CONFIDENCE, NOT_SCORABLE
from roomlens.vision.light import LIGHTNESS
from roomlens.vocabulary import RoomType, Scene

if TYPE_CHECKING:
    from roomlens.vision.condition_heads import Signs

# In proportion to the two correlations with another rater's 72 ratings: 0.37 and 0.28.
SHARPNESS_SHARE = 0.57
# The technical sign's mean and deviation over the interiors of houses-train without the houses kept apart.
TECHNICAL = (0.465, 0.143)
# Chosen on 60 ratings of other houses than those measured on: equal shares of the room and of the photo, and half as
# much of tidiness, which told nothing about listing photos but is meant for others. Neighbouring shares do as well.
SHARES = {"finish": 0.4, "tidy": 0.2, "technical": 0.4}
# The sum's deviation over the same interiors.
SPREAD = 0.714
# No sign counts for more than this many deviations.
BOUND = 3.0
# What the middle listing photo gets, the lower end of C3, and how far the signs may move it either way. The reach is
# kept small because the signs know little: nothing is called new (C1) or damaged (C6) on their account.
TYPICAL = 0.65
REACH = 0.30

# Whatever a score depends on but the heads; a part of an analysis' version.
DECISIVE = (SHARPNESS_SHARE, TECHNICAL, SHARES, SPREAD, BOUND, TYPICAL, REACH, LIGHTNESS)

Verdict = tuple[float | None, str | None, dict[str, float]]


def condition(room: RoomType, scene: Scene, quality: Mapping[str, float], signs: Signs | None) -> Verdict:
    """The score in 0..1, or the reason why there is none, and the components.

    Outsides, drawings and views have none: the signs were never compared with ratings there (`not_scorable`). Where the
    room could not be told the signs can't be compared with those of its kind (`low_confidence`).

    Components: technical, sharpness and brightness in 0..1; finish and tidy in deviations from the middle photo of such
    a room, where they were computed.

    Args:
        room: what the photo shows; `other` where it could not be told.
        scene: inside, outside, or no place at all.
        quality: what `quality.measure` gave.
        signs: the trained signs, None without them.
    """
    if not room.is_interior:
        return None, reason_for_none(room, scene), {}
    mean, deviation = LIGHTNESS
    brightness = 1 / (1 + math.exp((mean - 100 * quality["lightness"]) / deviation))
    technical = SHARPNESS_SHARE * quality["sharpness"] + (1 - SHARPNESS_SHARE) * brightness
    components = {"technical": technical, "sharpness": quality["sharpness"], "brightness": brightness}
    if signs is None:
        return TYPICAL + REACH * (2 * technical - 1), None, components
    deviations = {"finish": signs.finish, "tidy": signs.tidy, "technical": (technical - TECHNICAL[0]) / TECHNICAL[1]}
    total = sum(SHARES[name] * min(max(value, -BOUND), BOUND) for name, value in deviations.items())
    components |= {"finish": signs.finish, "tidy": signs.tidy}
    return TYPICAL + REACH * math.tanh(total / SPREAD / 2), None, components


def reason_for_none(room: RoomType, scene: Scene) -> str:
    """Why there is no score: too little can be told of what may be a room, or such a picture has none."""
    may_be_a_room = room.is_interior or (room is RoomType.OTHER and scene in (Scene.INTERIOR, Scene.OTHER))
    return LOW_CONFIDENCE if may_be_a_room else NOT_SCORABLE


def why(components: Mapping[str, float]) -> tuple[str, ...]:
    """What the score rests on, in plain sentences, and always that it is an estimate; empty where there is none."""
    if not components:
        return ()
    sentences = ["An estimate from one photo; no inspection and no valuation."]
    if "finish" in components:
        sentences.append(f"Surfaces and fittings look {_compared(components['finish'], _LOOKS)} in most such rooms.")
        if components["tidy"] < _UNTIDY_BELOW:
            sentences.append("The room looks less tidy than most.")
    clearness = (components["technical"] - TECHNICAL[0]) / TECHNICAL[1]
    sentences.append(f"The photo is {_compared(clearness, _CLEARNESS)} most.")
    return tuple(sentences)


_LOOKS = ("plainer than", "much as", "finer than")
_CLEARNESS = ("less clear and bright than", "as clear and bright as", "clearer and brighter than")
# The outer quarters of a normal distribution, and its lowest sixth.
_QUARTER, _UNTIDY_BELOW = 0.67, -1.0


def _compared(deviation: float, words: tuple[str, str, str]) -> str:
    return words[0] if deviation < -_QUARTER else words[2] if deviation > _QUARTER else words[1]
