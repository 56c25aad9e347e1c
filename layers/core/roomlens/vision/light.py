"""Daylight in a room: how bright, are windows to be seen, is the light neutral or lamp-yellow.

The sum's weights are those of the design's measurement: Spearman 0.72 (95 % interval 0.58 to 0.82) with one
person's ratings of 72 interiors. A known error: dark cabinets in a well-lit kitchen score too low.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from roomlens.vision.pixels import cielab, lightness, luminance

if TYPE_CHECKING:
    from roomlens.vision import FloatArray

# ImageNet classes that a bright window raises, though none of them is called one.
WINDOW_CLASSES = ("window shade", "window screen", "sliding door", "shoji", "patio")
# Mean and deviation over the 1125 interiors of houses-train; a z is a distance from that mean in deviations.
LIGHTNESS = (56.2, 9.7)
WINDOWS = (2.82, 0.86)
CAST = (6.6, 5.8)
_WINDOW_WEIGHT = 0.5
_CAST_WEIGHT = -0.3
# The cast is judged at this mean luminance, that of L* 56, so that it doesn't change with the exposure.
_REFERENCE_LUMINANCE = 0.239
_NEUTRAL_CHROMA = 25.0
_LIT_LIGHTNESS = 50.0
_ENOUGH_NEUTRAL = 0.02


def daylight(linear: FloatArray, window_logit: float) -> tuple[float, dict[str, float]]:
    """The score in 0..1 and its components.

    Args:
        linear: a small copy of the photo in amounts of light (`pixels.light_of`).
        window_logit: the mean of the network's logits over `WINDOW_CLASSES`.
    """
    mean_lightness = float(lightness(linear).mean())
    cast = _cast(linear)
    lightness_z = (mean_lightness - LIGHTNESS[0]) / LIGHTNESS[1]
    window_z = (window_logit - WINDOWS[0]) / WINDOWS[1]
    cast_z = (cast - CAST[0]) / CAST[1]
    total = lightness_z + _WINDOW_WEIGHT * window_z + _CAST_WEIGHT * cast_z
    components = {
        "lightness": mean_lightness,
        "lightness_z": lightness_z,
        "window_z": window_z,
        "cast": cast,
        "cast_z": cast_z,
    }
    return 1 / (1 + math.exp(-min(max(total, -30.0), 30.0))), components


def _cast(linear: FloatArray) -> float:
    """How yellow the light is: the median b* of lit, nearly neutral surfaces, at a reference exposure."""
    mean = float(luminance(linear).mean())
    bright, red, yellow = cielab(linear * np.float32(_REFERENCE_LUMINANCE / max(mean, 1e-6)))
    neutral = (np.hypot(red, yellow) < _NEUTRAL_CHROMA) & (bright > _LIT_LIGHTNESS)
    lit = yellow[neutral] if neutral.mean() > _ENOUGH_NEUTRAL else yellow
    # Where the picture is clipped or nearly black the ratio of the channels means little: bound it.
    return float(np.clip(np.median(lit), -40.0, 40.0))
