"""How good the photograph is, whatever it shows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from roomlens.vision.pixels import lightness, scaled

if TYPE_CHECKING:
    from PIL import Image

    from roomlens.vision import FloatArray

_SHARPNESS_SIDE = 512
# Mean and deviation of the logarithm below over the 1500 photos of houses-train (benchmarks.rooms names them).
SHARPNESS_MEAN = 6.73
SHARPNESS_DEVIATION = 0.80
# Lightness below which nothing can be made out, and the amount of light (pixel value 252) above which nothing is
# left to see.
_BLACK = 8.0
_BURNT = 0.973


def measure(image: Image.Image, linear: FloatArray) -> dict[str, float]:
    """Sharpness and exposure in 0..1 (1 is best), mean lightness in 0..1, and what they were computed from.

    - sharpness: the logarithm of the variance of the Laplacian at 512 pixels, against listing photos, through a
      logistic curve: 0.5 is a typical listing photo.
    - exposure: the share of pixels that are neither black nor burnt out.

    Args:
        image: the photo.
        linear: its small copy in amounts of light (`pixels.light_of`).
    """
    bright = lightness(linear)
    black = float((bright < _BLACK).mean())
    burnt = float((linear.min(-1) >= _BURNT).mean())
    detail = _detail(np.asarray(scaled(image.convert("L"), _SHARPNESS_SIDE), np.float32))
    return {
        "sharpness": _logistic((detail - SHARPNESS_MEAN) / SHARPNESS_DEVIATION),
        "exposure": 1.0 - min(1.0, black + burnt),
        "lightness": float(bright.mean()) / 100,
        "black_share": black,
        "burnt_share": burnt,
        "detail": detail,
    }


def _detail(grey: FloatArray) -> float:
    """log(1 + variance of the four-neighbour Laplacian): a blurred photo has few edges."""
    sides = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return math.log1p(float((4 * grey[1:-1, 1:-1] - sides).var()))


def _logistic(z: float) -> float:
    return 1 / (1 + math.exp(-min(max(z, -30.0), 30.0)))
