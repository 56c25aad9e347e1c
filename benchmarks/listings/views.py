"""Second views of a room, made from the one photo of it that there is.

The sets hold one photo of each room. What a photographer would have taken a step aside, at another hour, or a year
later with everything in its place, is made from it: parts that overlap, another exposure, a small turn of the camera.
All of it is easier than a real second view from the opposite corner, which no crop can show.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PIL import Image, ImageEnhance, ImageFilter

from benchmarks.looks import Edit

Change = Callable[[Image.Image], Image.Image]


def _part(share: float, right: float, down: float) -> Change:
    """A part with `share` of each side, placed from 0 (left, top) to 1 (right, bottom)."""

    def cut(image: Image.Image) -> Image.Image:
        width, height = image.size
        left, top = (1 - share) * right * width, (1 - share) * down * height
        return image.crop((round(left), round(top), round(left + share * width), round(top + share * height)))

    return cut


def _turned(by: float) -> Change:
    """As from a camera turned aside: one edge is nearer, by this share of the height."""

    def turn(image: Image.Image) -> Image.Image:
        width, height = image.size
        near, far = (0.0, by * height) if by > 0 else (-by * height, 0.0)
        corners = (0, near, 0, height - near, width, height - far, width, far)
        return image.transform((width, height), Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)

    return turn


def _exposed(factor: float) -> Change:
    return lambda image: ImageEnhance.Brightness(image).enhance(factor)


def _all(*changes: Change) -> Change:
    def apply(image: Image.Image) -> Image.Image:
        for change in changes:
            image = change(image)
        return image

    return apply


LEFT: Final = Edit("left", _all(_part(0.8, 0.0, 0.6), _turned(0.06), _exposed(1.1)))
RIGHT: Final = Edit("right", _all(_part(0.8, 1.0, 0.4), _turned(-0.06), _exposed(0.9)))
CLOSE: Final = Edit("close", _all(_part(0.65, 0.5, 0.7), _exposed(1.05)))
# The same room photographed again, with nothing done to it.
BRIGHTER: Final = Edit("brighter", _all(_part(0.95, 0.3, 0.5), _exposed(1.3)))
DARKER: Final = Edit("darker", _all(_part(0.95, 0.7, 0.5), _exposed(0.75)))
BESIDE: Final = Edit("beside", _all(_part(0.85, 0.0, 0.5), _turned(0.04)))

OF_ONE_DAY: Final = (LEFT, RIGHT, CLOSE)
AGAIN: Final = (BRIGHTER, DARKER, BESIDE)

# Photos that tell nothing of a room any more.
SPOILT: Final = (
    Edit("blurred", lambda image: image.filter(ImageFilter.GaussianBlur(max(image.size) / 100))),
    Edit("night", _exposed(0.3)),
)
