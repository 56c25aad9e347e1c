"""Rooms drawn with a few shapes, and how to read them back: the fake analyser finds what was drawn.

A scene has three properties, each of which survives JPEG, thumbnails and the other two: the colour of everything is
the room's, how bright it is is the light, and how soft the boards along its bottom are is the blur.
"""

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from roomlens.vocabulary import RoomType

UInt8Array = NDArray[np.uint8]
Box = tuple[float, float, float, float]

SIZE: Final = (480, 320)

# The colour of a ceiling in full light. The first four are brighter forms of the colours in tests/pictures.py.
COLOURS: Final[Mapping[RoomType, tuple[int, int, int]]] = {
    RoomType.KITCHEN: (235, 47, 47),
    RoomType.EXTERIOR: (56, 235, 84),
    RoomType.BATHROOM: (48, 83, 235),
    RoomType.BEDROOM: (235, 235, 235),
    RoomType.LIVING_ROOM: (235, 210, 47),
    RoomType.DINING_ROOM: (225, 60, 235),
    RoomType.HALLWAY: (150, 140, 235),
    RoomType.FLOOR_PLAN: (50, 235, 235),
    RoomType.OTHER: (235, 128, 170),
}

# What stands in it, as shares of width and height: left, top, right, bottom.
FURNITURE: Final[Mapping[RoomType, tuple[Box, ...]]] = {
    RoomType.KITCHEN: ((0.10, 0.20, 0.45, 0.35), (0.10, 0.50, 0.70, 0.72)),  # wall units, a counter
    RoomType.EXTERIOR: ((0.30, 0.30, 0.70, 0.72), (0.47, 0.52, 0.55, 0.72)),  # a house, its door
    RoomType.BATHROOM: ((0.15, 0.52, 0.60, 0.72), (0.70, 0.25, 0.82, 0.45)),  # a tub, a mirror
    RoomType.BEDROOM: ((0.25, 0.35, 0.32, 0.72), (0.32, 0.55, 0.75, 0.72)),  # a headboard, a bed
    RoomType.LIVING_ROOM: ((0.15, 0.48, 0.60, 0.72), (0.70, 0.30, 0.85, 0.45)),  # a sofa, a television
    RoomType.DINING_ROOM: ((0.20, 0.48, 0.75, 0.53), (0.25, 0.53, 0.28, 0.72), (0.67, 0.53, 0.70, 0.72)),  # a table
    RoomType.HALLWAY: ((0.40, 0.25, 0.55, 0.72),),  # a door
    RoomType.FLOOR_PLAN: ((0.15, 0.20, 0.80, 0.22), (0.15, 0.20, 0.17, 0.72), (0.45, 0.20, 0.47, 0.55)),  # walls
    RoomType.OTHER: ((0.35, 0.35, 0.60, 0.65),),
}
_FURNITURE_SHADE: Final = 0.5

# Boards, a fence or the bar of a plan's scale: the only fine detail, so blur can be told from it.
_BOARDS: Final = 24
_BOARD_SHADES: Final = (1.0, 0.4)
_BOARDS_FROM: Final = 0.75  # of the height
_BLUREST: Final = 0.025  # blur 1.0: the Gaussian's deviation, as a share of the width; its square grows with the blur
_LUMA: Final = np.array([0.299, 0.587, 0.114])
_DARKEST: Final = 0.3  # light 0.0 leaves this share of every value: in the dark a camera still sees something


def scene(room: RoomType, light: float = 0.6, blur: float = 0.0, seed: int = 0) -> Image.Image:
    """A drawn room. `light` and `blur` go from 0 to 1; another `seed` is another photo of the same room."""
    random = np.random.default_rng(seed)
    shades = _shades(room, shift=float(random.uniform(-0.05, 0.05)))
    colour = np.array(COLOURS[room]) * (_DARKEST + (1 - _DARKEST) * light)
    pixels = shades[..., None] * colour + random.integers(-4, 5, (*shades.shape, 1))
    image = Image.fromarray(pixels.clip(0, 255).round().astype(np.uint8))
    return image.filter(ImageFilter.GaussianBlur(math.sqrt(blur) * _BLUREST * SIZE[0])) if blur else image


def _shades(room: RoomType, shift: float) -> NDArray[np.float64]:
    """How light each pixel is, 0 to 1: a ceiling of 1, furniture moved by a share of the width, and the boards."""
    width, height = SIZE
    drawing = Image.new("L", SIZE, 255)
    draw = ImageDraw.Draw(drawing)
    for left, top, right, bottom in FURNITURE[room]:
        box = ((left + shift) * width, top * height, (right + shift) * width, bottom * height)
        draw.rectangle(box, fill=round(255 * _FURNITURE_SHADE))
    for board in range(_BOARDS):
        box = (board * width / _BOARDS, _BOARDS_FROM * height, (board + 1) * width / _BOARDS, height)
        draw.rectangle(box, fill=round(255 * _BOARD_SHADES[board % 2]))
    return np.asarray(drawing) / 255


def room_in(rgb: UInt8Array) -> RoomType:
    """The room whose hue the ceiling has, however bright or soft the picture is."""
    seen = _ceiling(rgb)
    hue = seen / max(seen.sum(), 1.0)
    return min(COLOURS, key=lambda room: float(np.abs(hue - np.array(COLOURS[room]) / sum(COLOURS[room])).sum()))


def light_in(rgb: UInt8Array) -> float:
    """The light, 0 to 1, that a scene of this room was drawn with."""
    share = float(_ceiling(rgb) @ _LUMA) / float(np.array(COLOURS[room_in(rgb)]) @ _LUMA)
    return min(1.0, max(0.0, (share - _DARKEST) / (1 - _DARKEST)))


def blur_in(rgb: UInt8Array) -> float:
    """The blur, 0 to 1, that a scene was drawn with; 1 for a picture without boards: there is nothing sharp in it.

    A Gaussian of deviation s weakens a wave of frequency f by exp(-2 (pi f s)^2), so the blur follows from how strong
    the boards' wave still is beside their mean.
    """
    height, width = rgb.shape[:2]
    rows = rgb[min(height - 1, math.ceil((_BOARDS_FROM + 0.1) * height)) :]
    profile = (rows @ _LUMA).mean(0)  # JPEG keeps brightness far better than colour
    frequency = _BOARDS / 2
    wave = np.exp(-2j * np.pi * frequency * (np.arange(width) + 0.5) / width)
    strength = 2 * float(np.abs((profile * wave).mean())) / max(float(profile.mean()), 1.0)
    light, dark = _BOARD_SHADES
    sharp = 4 / np.pi * (light - dark) / (light + dark)
    weakened = -math.log(max(strength / sharp, 1e-9))
    return min(1.0, max(0.0, weakened / (2 * (math.pi * frequency * _BLUREST) ** 2)))


def _ceiling(rgb: UInt8Array) -> NDArray[np.float64]:
    """The mean colour of the top tenth, where nothing stands."""
    return np.asarray(rgb[: max(1, len(rgb) // 10)].reshape(-1, 3).mean(0))
