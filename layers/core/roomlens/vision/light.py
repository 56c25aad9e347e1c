"""Daylight in a room: how light the picture is, how yellow its light, and whether windows are to be seen.

Light counts as `pixel_light`, the root mean square over the pixels of `L* - 0.5 min(max(b*, 0), 15)`. CIELAB's
b* grows where light is yellow, so lamplight counts less, and the square lets bright parts count more. With
f(t) = (L* of t + 16)/116 this is 16 f(Y) + 100 f(Z) - 16 where b* lies within the bounds, and f(Y) less a constant
or f(Y) alone outside them: it falls with no channel of no pixel. **A photo that is brightened by any gain or any curve
therefore gets more light, never less, clipped or not**: by construction, whatever it shows. Signs of windows come from
the network, whose answers move a little with the exposure; they are bounded, weigh half as much, and docs/models.md
says how often they turned the order round.

The share of windows and the form of the light were chosen on 60 interiors rated by one person (training/labels), and
measured on 72 others: Spearman 0.68 (95 % interval 0.51 to 0.82). The plain mean of L* has 0.57 there.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from roomlens.vision.pixels import cielab

if TYPE_CHECKING:
    from collections.abc import Mapping

    from roomlens.vision import FloatArray

# ImageNet classes that a bright window raises, though none of them is called one.
WINDOW_CLASSES = ("window shade", "window screen", "sliding door", "shoji", "patio")
# Mean and deviation over the interiors of houses-train that are not kept apart for measuring; a z is a distance from
# that mean in deviations.
LIGHT = (56.1, 8.84)
WINDOWS = (2.83, 0.87)
# Lightness of such photos, for the judgement of `condition` and of `quality`.
LIGHTNESS = (56.2, 9.7)
WINDOW_WEIGHT = 0.5
WINDOW_BOUND = 2.0
# What a step of b* costs. Above 0.58 (116/200) a pixel could lose by getting more red and green light.
CAST_COST = 0.5
# Yellower than this is a yellow thing, wood or paint, and says no more about the light.
MOST_CAST = 15.0
# Whatever a score depends on; a part of an analysis' version.
DECISIVE = (LIGHT, WINDOWS, WINDOW_WEIGHT, WINDOW_BOUND, CAST_COST, MOST_CAST, WINDOW_CLASSES)
# What is called bright or dark, yellow or neutral, a window or none: the outer quarters of the same photos.
BRIGHT_FROM, DARK_BELOW = 63.0, 50.0
WARM_FROM, NEUTRAL_BELOW = 10.4, 4.2
# Above the first, 27 of 30 photos looked at showed a window or a glass door; below the second, half did, most of them
# curtained or small: hence the careful sentence.
SEEN_FROM, UNSEEN_BELOW = 0.67, -0.67


def daylight(linear: FloatArray, window_logit: float) -> tuple[float, dict[str, float]]:
    """The score in 0..1 and its components.

    - lightness: the mean L* of the picture; nothing but an explanation.
    - warmth: the mean of b* from 0 to 15 over its lighter half; an explanation too.
    - light, light_z: `pixel_light`.
    - window_z: how much more of a window the network sees than in the middle photo, within -2..2.

    Args:
        linear: a small copy of the photo in amounts of light (`pixels.light_of`).
        window_logit: the mean of the network's logits over `WINDOW_CLASSES`.
    """
    bright, _, yellow = cielab(linear)
    cast = np.clip(yellow, 0, MOST_CAST)
    counted = np.maximum(bright - CAST_COST * cast, 0)
    light = math.sqrt(float(np.square(counted, dtype=np.float64).mean()))
    light_z = (light - LIGHT[0]) / LIGHT[1]
    window_z = min(max((window_logit - WINDOWS[0]) / WINDOWS[1], -WINDOW_BOUND), WINDOW_BOUND)
    components = {
        "lightness": float(bright.mean()),
        "warmth": float(cast[bright >= np.median(bright)].mean()),
        "light": light,
        "light_z": light_z,
        "window_z": window_z,
    }
    return 1 / (1 + math.exp(-(light_z + WINDOW_WEIGHT * window_z))), components


def why(components: Mapping[str, float]) -> tuple[str, ...]:
    """What the score rests on, in a sentence for each component; what is as in most photos goes unsaid but the first.

    Empty where there is no score.
    """
    if not components:
        return ()
    lightness, warmth, windows = components["lightness"], components["warmth"], components["window_z"]
    brightness = _third(lightness, DARK_BELOW, BRIGHT_FROM, ("dark", "neither bright nor dark", "bright"))
    sentences = [f"The picture is {brightness} (L* {lightness:.0f})."]
    if windows >= SEEN_FROM:
        sentences.append("Windows or glass doors are to be seen.")
    elif windows < UNSEEN_BELOW:
        sentences.append("There are few signs of windows.")
    if warmth >= WARM_FROM:
        sentences.append("The light is warm, as of lamps or on wood.")
    elif warmth < NEUTRAL_BELOW:
        sentences.append("The light is neutral, as of the sky.")
    return tuple(sentences)


def _third(value: float, low: float, high: float, words: tuple[str, str, str]) -> str:
    return words[0] if value < low else words[2] if value >= high else words[1]
