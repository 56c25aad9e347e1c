"""An estimate of a room's condition from one photo. The weakest number of all; read its docstring.

No photos with condition ratings were to be had, so nothing here was fitted to condition. The score is the technical
part alone, half sharpness and half exposure: against one person's ratings of 72 interiors, sharpness had a Spearman
correlation of 0.37 and brightness of 0.28. It says "photographed with care", which goes with care for the room, and
no more: worn surfaces in a good photo go unseen. It ranks photos; it is no inspection.
"""

from __future__ import annotations

from collections.abc import Mapping

from roomlens.vision import NOT_SCORABLE
from roomlens.vocabulary import RoomType

_SHARPNESS_SHARE = 0.5
# What the middle listing photo gets: "adequate to well kept", the middle of the scale's usable part.
_TYPICAL = 0.65
# How far the technical part may move it either way. Kept small, since it knows little.
_REACH = 0.30


def condition(room: RoomType, quality: Mapping[str, float]) -> tuple[float | None, str | None, dict[str, float]]:
    """The score in 0..1, or the reason why there is none, and the components.

    Outsides, drawings and what is no room are not scored: neither part was ever compared with ratings there.
    """
    if not room.is_interior:
        return None, NOT_SCORABLE, {}
    technical = _SHARPNESS_SHARE * quality["sharpness"] + (1 - _SHARPNESS_SHARE) * _exposure(quality["exposure"])
    score = _TYPICAL + _REACH * (2 * technical - 1)
    return score, None, {"technical": technical, "sharpness": quality["sharpness"], "exposure": quality["exposure"]}


def _exposure(share: float) -> float:
    """Nine photos in ten of houses-train have at least 0.9 of their pixels usable: stretch what lies above 0.8."""
    return min(1.0, max(0.0, (share - 0.8) / 0.2))
