"""How far a camera was turned about its axis, from the edges that are upright in a room.

Walls, doors and cupboards have upright edges. A camera held level shows them upright; one that looks up or down shows
them leaning together, evenly to both sides; one that is turned leans all of them the same way. So the angle of
such edges is fitted as `turn + fan * x`, where x runs from -1 at the left side to 1 at the right: the pair that most
edges agree with wins. The votes are counted in a table of columns and angles, which makes the search a few sums.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from roomlens.vision.pixels import scaled

if TYPE_CHECKING:
    from PIL import Image

    from roomlens.vision import FloatArray

_SIDE = 384
# Angles are searched up to this many degrees; edges further from upright tell nothing about the turn.
REACH = 16.0
_STEP = 0.5
_BINS = round(4 * REACH / _STEP) + 1  # votes out to twice the reach, so that a fan does not leave the table
_LEAN = np.tan(np.radians(2 * REACH))
_COLUMNS = 12
# Differences of two pixels flatten the steep direction across an edge more than the gentle one along it (by
# sin(w)/w at the frequency w), which makes edges lean more than they do: by this factor, measured on turned renderings.
_STEEPENING = 1.07
_FANS = np.arange(-10.0, 10.1, 1.0)
# Edges weaker than this (grey levels a pixel) are noise; stronger ones all count alike, so that no window frame
# outvotes a room.
_FAINT, _STRONG = 6.0, 24.0
# Votes within about a degree support each other.
_NEAR = np.array([0.25, 0.6, 0.9, 1.0, 0.9, 0.6, 0.25], np.float32)


class Tilt(NamedTuple):
    """What the upright edges say."""

    degrees: float  # the picture is turned clockwise by so much; 0 where nothing can be told
    support: float  # the share of the votes that agree, in 0..1; about 0.2 where edges lean every way


def tilt(image: Image.Image) -> Tilt:
    """Estimate the turn of a photo, within -16..16 degrees."""
    table = _votes(np.asarray(scaled(image.convert("L"), _SIDE), np.float32))
    total = float(table.sum())
    if total < _SIDE / 2:  # fewer upright edge pixels than half a line across the picture
        return Tilt(0.0, 0.0)
    near = np.array([np.convolve(column, _NEAR, "same") for column in table])
    agreed = _shifted(near)
    # Of equals the smaller fan: cameras are mostly held level.
    agreed *= 1 - 0.01 * np.abs(_FANS)[:, None]
    fan, peak = np.unravel_index(int(agreed.argmax()), agreed.shape)
    return Tilt(_refined(agreed[fan], int(peak)), min(float(agreed[fan, peak]) / total, 1.0))


def _shifted(near: FloatArray) -> FloatArray:
    """The agreeing votes for each fan and each turn within reach, (fans, angles)."""
    turns = np.arange(_BINS // 4, _BINS - _BINS // 4)
    shifts = np.round(_FANS[:, None] * np.linspace(-1, 1, _COLUMNS) / _STEP).astype(int)
    return np.asarray(near[np.arange(_COLUMNS)[:, None], shifts[:, :, None] + turns].sum(1))


def _refined(agreed: FloatArray, peak: int) -> float:
    """The top of the parabola through the best step and its neighbours, in degrees."""
    angle = (peak - (len(agreed) - 1) / 2) * _STEP
    if not 0 < peak < len(agreed) - 1:
        return angle
    left, top, right = (float(value) for value in agreed[peak - 1 : peak + 2])
    bend = left - 2 * top + right
    return angle + (0.5 * (left - right) / bend * _STEP if bend < 0 else 0.0)


def _votes(grey: FloatArray) -> FloatArray:
    """How many edge pixels lean by which angle in which column of the picture, (columns, angles)."""
    smooth = _smoothed(_smoothed(grey).T).T
    across = smooth[1:-1, 2:] - smooth[1:-1, :-2]
    down = smooth[2:, 1:-1] - smooth[:-2, 1:-1]
    strength = np.hypot(across, down)
    upright = (strength > 2 * _FAINT) & (np.abs(down) < _LEAN * np.abs(across))
    across, down, strength = across[upright], down[upright], strength[upright] / 2
    # An edge turned clockwise by t has the gradient (cos t, sin t), up to its sign.
    angle = np.degrees(np.arctan(down / across)) / _STEEPENING
    column = np.nonzero(upright)[1] * _COLUMNS // upright.shape[1]
    step = np.round(angle / _STEP).astype(int) + _BINS // 2
    weight = np.minimum(strength, _STRONG) / _STRONG
    table = np.bincount(column * _BINS + step, weight, _COLUMNS * _BINS)
    return np.asarray(table.reshape(_COLUMNS, _BINS), np.float32)


def _smoothed(grey: FloatArray) -> FloatArray:
    """Five neighbours along the rows, weighted 1 4 6 4 1."""
    padded = np.pad(grey, ((0, 0), (2, 2)), mode="edge")
    width = grey.shape[1]
    parts = [padded[:, shift : shift + width] * weight for shift, weight in enumerate((1, 4, 6, 4, 1))]
    return np.asarray(sum(parts[1:], parts[0]) / 16, np.float32)
