"""An estimate of a room's condition from one photo. The weakest number of all; read this before using it.

No photos with condition ratings were to be had, so nothing here was fitted to condition. The score is made of the two
technical signs that went with one person's ratings of 72 interiors: sharpness (Spearman 0.37) and brightness (0.28). It
says "a clear photo of a bright room", which goes with care for the room, and no more: worn surfaces in a good photo go
unseen, and so does a new kitchen in a bad one. It ranks photos roughly; it is no inspection and no valuation.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from roomlens.vision import NOT_SCORABLE
from roomlens.vision.light import LIGHTNESS
from roomlens.vocabulary import RoomType

# In proportion to the two correlations.
SHARPNESS_SHARE = 0.57
# What the middle listing photo gets, the lower end of C3, and how far the signs may move it either way. The reach is
# kept small because the signs know little: nothing is called new (C1) or damaged (C6) on their account.
TYPICAL = 0.65
REACH = 0.30


def condition(room: RoomType, quality: Mapping[str, float]) -> tuple[float | None, str | None, dict[str, float]]:
    """The score in 0..1, or the reason why there is none, and the components, each in 0..1.

    Outsides, drawings and what is no room are not scored: the signs were never compared with ratings there.

    Args:
        room: what the photo shows.
        quality: what `quality.measure` gave.
    """
    if not room.is_interior:
        return None, NOT_SCORABLE, {}
    mean, deviation = LIGHTNESS
    brightness = 1 / (1 + math.exp((mean - 100 * quality["lightness"]) / deviation))
    technical = SHARPNESS_SHARE * quality["sharpness"] + (1 - SHARPNESS_SHARE) * brightness
    components = {"technical": technical, "sharpness": quality["sharpness"], "brightness": brightness}
    return TYPICAL + REACH * (2 * technical - 1), None, components
