"""How good the photograph is, whatever it shows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from roomlens.vision.pixels import lightness, scaled
from roomlens.vision.tilt import tilt
from roomlens.vocabulary import QualityFlag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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

# From where on a photograph is flagged, chosen on houses-train without the houses kept apart; docs/models.md has the
# rates at which photos as they are, and blurred, darkened, burnt out and turned copies of them, are flagged.
BLURRY_BELOW = -2.3
DARK_BELOW = 0.30
OVEREXPOSED_ABOVE = 0.20
TILTED_ABOVE = 3.0
# Less agreement than this is that of edges that lean every way; the angle says nothing then.
TILT_SUPPORT = 0.07
# Smaller than 400 by 300, or a strip: what listing sites refuse or show blown up.
LOW_MEGAPIXELS = 0.12
LOW_SIDE = 200
# What the flags and sharpness are judged by; a part of an analysis' version. How it is measured is the code's, and its
# change raises the analyzers' `_REVISION`.
DECISIVE = (
    (SHARPNESS_MEAN, SHARPNESS_DEVIATION, BLURRY_BELOW, DARK_BELOW, OVEREXPOSED_ABOVE),
    (TILTED_ABOVE, TILT_SUPPORT, LOW_MEGAPIXELS, LOW_SIDE),
)


def measure(image: Image.Image, linear: FloatArray) -> dict[str, float]:
    """Sharpness and exposure in 0..1 (1 is best), mean lightness in 0..1, and what they were computed from.

    - sharpness: the logarithm of the variance of the Laplacian at 512 pixels, against listing photos, through a
      logistic curve: 0.5 is a typical listing photo.
    - exposure: the share of pixels that are neither black nor burnt out.
    - fineness: how much fine detail there is for the coarse, `_fineness`.
    - tilt, tilt_support: degrees clockwise that the picture is turned, and how many edges agree (`tilt.tilt`).

    Args:
        image: the photo.
        linear: its small copy in amounts of light (`pixels.light_of`).
    """
    bright = lightness(linear)
    black = float((bright < _BLACK).mean())
    burnt = float((linear.min(-1) >= _BURNT).mean())
    grey = image.convert("L")
    small = scaled(grey, _SHARPNESS_SIDE)
    detail = _detail(np.asarray(small, np.float32))
    turned = tilt(grey)
    return {
        "sharpness": _logistic((detail - SHARPNESS_MEAN) / SHARPNESS_DEVIATION),
        "exposure": 1.0 - min(1.0, black + burnt),
        "lightness": float(bright.mean()) / 100,
        "black_share": black,
        "burnt_share": burnt,
        "detail": detail,
        "fineness": _fineness(small if max(grey.size) > _SHARPNESS_SIDE else grey),
        "tilt": turned.degrees,
        "tilt_support": turned.support,
    }


def resolution(sides: Sequence[int]) -> dict[str, float]:
    """megapixels, and short_side in pixels, of a photo with these two sides as it came: analyses see a smaller copy."""
    return {"megapixels": math.prod(sides) / 1e6, "short_side": float(min(sides))}


def flags(quality: Mapping[str, float]) -> tuple[QualityFlag, ...]:
    """What is wrong with a photograph: what `measure` and `resolution` gave against their thresholds."""
    small = quality["megapixels"] < LOW_MEGAPIXELS or quality["short_side"] < LOW_SIDE
    turned = abs(quality["tilt"]) > TILTED_ABOVE and quality["tilt_support"] >= TILT_SUPPORT
    wrong = {
        QualityFlag.BLURRY: quality["fineness"] < BLURRY_BELOW,
        QualityFlag.DARK: quality["lightness"] < DARK_BELOW,
        QualityFlag.OVEREXPOSED: quality["burnt_share"] > OVEREXPOSED_ABOVE,
        QualityFlag.TILTED: turned,
        QualityFlag.LOW_RESOLUTION: small,
    }
    return tuple(flag for flag, holds in wrong.items() if holds)


def _fineness(grey: Image.Image) -> float:
    """The logarithm of fine detail over coarse, of the worse of the two directions, of at most 512 pixels a side.

    Detail is the variance of the second difference; coarse is the same on a quarter of the pixels a side. Both grow
    with contrast and light alike, so the ratio does not: a dark photo is not taken for a blurred one. A camera that
    moved loses the detail of one direction only. Photos smaller than 512 pixels are taken as they are.
    """
    if min(grey.size) < 16:  # nothing is left of it at a quarter
        return 0.0
    fine = np.asarray(grey, np.float32)
    coarse = np.asarray(grey.reduce(4), np.float32)
    return min(math.log((_bends(fine, axis) + 1) / (_bends(coarse, axis) + 1)) for axis in (0, 1))


def _bends(grey: FloatArray, axis: int) -> float:
    return float(np.diff(grey, 2, axis=axis).var())


def _detail(grey: FloatArray) -> float:
    """log(1 + variance of the four-neighbour Laplacian): a blurred photo has few edges."""
    sides = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return math.log1p(float((4 * grey[1:-1, 1:-1] - sides).var()))


def _logistic(z: float) -> float:
    return 1 / (1 + math.exp(-min(max(z, -30.0), 30.0)))
