"""Rooms drawn with a few rectangles."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

UInt8Array = NDArray[np.uint8]


def room(*, wall: tuple[int, int, int] = (120, 110, 100), window: bool = True) -> UInt8Array:
    """A wall, a floor, a dark sofa, and perhaps a window with panes."""
    image = Image.new("RGB", (320, 240), wall)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 170, 320, 240), fill=(90, 65, 45))
    draw.rectangle((30, 130, 150, 190), fill=(50, 45, 60))
    if window:
        draw.rectangle((190, 40, 280, 120), fill=(170, 185, 200), outline=(220, 220, 220), width=4)
        draw.line((235, 40, 235, 120), fill=(220, 220, 220), width=3)
    return np.asarray(image)


def brightened(rgb: UInt8Array, factor: float) -> UInt8Array:
    """The picture with every value multiplied, as a longer exposure would do."""
    return np.clip(rgb.astype(np.float32) * factor, 0, 255).round().astype(np.uint8)


def noise(seed: int = 0, height: int = 240, width: int = 320) -> UInt8Array:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def gained(rgb: UInt8Array, gain: float) -> UInt8Array:
    """The picture with every amount of light multiplied before it is cut off at white, as a longer exposure does."""
    encoded = rgb / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    lit = np.clip(linear * gain, 0, 1)
    curve = np.where(lit <= 0.0031308, 12.92 * lit, 1.055 * lit ** (1 / 2.4) - 0.055)
    return (255 * curve).round().astype(np.uint8)
