"""Small copies of a photo, and its colours as people see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from roomlens.vision import FloatArray, UInt8Array

# IEC 61966-2-1: linear light of sRGB to CIE XYZ, divided by the D65 white point, so that white is (1, 1, 1).
_SRGB_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]],
    np.float32,
)
_WHITE = np.array([0.95047, 1.0, 1.08883], np.float32)
_TO_RELATIVE_XYZ = (_SRGB_TO_XYZ / _WHITE[:, None]).T
# Above this the copies below are made from a coarser copy; the largest of them has 512 pixels a side.
_ENOUGH = 1536


def reduced(rgb: UInt8Array) -> Image.Image:
    """The photo as a picture, shrunk by a whole factor if it is far larger than any measurement needs."""
    image = Image.fromarray(rgb)
    factor = max(image.size) // _ENOUGH
    return image.reduce(factor) if factor > 1 else image


def squashed(image: Image.Image, side: int) -> UInt8Array:
    """The whole photo in a square, shape (side, side, 3): what the network was found to see best."""
    return np.asarray(image.resize((side, side), Image.Resampling.BICUBIC))


def scaled(image: Image.Image, longest: int) -> Image.Image:
    """A copy whose longest side has the given length; smaller photos are enlarged, so that all compare."""
    factor = longest / max(image.size)
    width, height = (max(8, round(side * factor)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BILINEAR)


def light_of(image: Image.Image, longest: int = 256) -> FloatArray:
    """A small copy in amounts of light, 0..1, shape (height, width, 3)."""
    return linear_light(np.asarray(scaled(image, longest)))


def linear_light(rgb: UInt8Array) -> FloatArray:
    """Amounts of light in 0..1, undoing sRGB's curve; same shape."""
    encoded = np.arange(256, dtype=np.float32) / 255
    curve = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4).astype(np.float32)
    return np.asarray(curve[rgb], np.float32)


def cielab(linear: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Lightness L* (0 to 100), a* (green to red) and b* (blue to yellow), each of shape (height, width)."""
    x, y, z = np.moveaxis(_compressed(linear @ _TO_RELATIVE_XYZ), -1, 0)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def luminance(linear: FloatArray) -> FloatArray:
    """The share of light that makes brightness (CIE Y), shape (height, width)."""
    return np.asarray(linear @ _SRGB_TO_XYZ[1], np.float32)


def lightness(linear: FloatArray) -> FloatArray:
    """L* alone (0 to 100), shape (height, width)."""
    return np.asarray(116 * _compressed(luminance(linear)) - 16, np.float32)


def _compressed(relative: FloatArray) -> FloatArray:
    """CIE 1976: the cube root, with a straight piece near black."""
    return np.where(relative > 0.008856, np.cbrt(relative), 7.787 * relative + 16 / 116)
