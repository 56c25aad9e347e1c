"""Daylight: more light never means less of it, and the score says what it rests on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from roomlens.vision import light
from roomlens.vision.pixels import light_of, linear_light
from tests.unit.vision.drawings import UInt8Array, gained, noise, room

MIDDLE = light.WINDOWS[0]


def daylight(rgb: UInt8Array, window_logit: float = MIDDLE) -> float:
    return light.daylight(light_of(Image.fromarray(rgb)), window_logit)[0]


def blotches(seed: int, cells: int) -> UInt8Array:
    """Random colours in soft blotches: nothing that a camera would take."""
    small = Image.fromarray(noise(seed, cells, cells))
    return np.asarray(small.resize((96, 72), Image.Resampling.BICUBIC))


@given(st.integers(0, 10_000), st.sampled_from([1, 2, 5, 24]), st.floats(0.02, 1.5), st.floats(1.02, 4))
def test_more_exposure_of_any_picture_never_means_less_daylight(
    seed: int, cells: int, exposure: float, more: float
) -> None:
    dark, bright = (gained(blotches(seed, cells), gain) for gain in (exposure, exposure * more))
    before, after = daylight(dark), daylight(bright)
    assert after >= before
    if (light_of(Image.fromarray(bright)) > light_of(Image.fromarray(dark))).any():
        assert after > before


@given(st.integers(0, 10_000), st.sampled_from([1, 2, 5, 24]), st.floats(0.2, 1))
def test_a_lighter_tone_curve_on_any_picture_never_means_less_daylight(seed: int, cells: int, power: float) -> None:
    plain = blotches(seed, cells)
    lighter = (255 * (plain / 255) ** power).round().astype(np.uint8)
    assert daylight(lighter) >= daylight(plain)


@given(st.lists(st.integers(0, 255), min_size=3, max_size=3), st.integers(0, 2), st.integers(1, 255))
def test_no_pixel_loses_by_more_light_of_any_colour(colour: list[int], channel: int, more: int) -> None:
    lit = list(colour)
    lit[channel] = min(255, lit[channel] + more)
    dim, bright = (linear_light(np.array([[value]], np.uint8)) for value in (colour, lit))
    # single precision: a millionth of L* is noise
    assert light.daylight(bright, MIDDLE)[1]["light"] >= light.daylight(dim, MIDDLE)[1]["light"] - 1e-4


def test_what_the_network_says_of_windows_is_bounded() -> None:
    assert daylight(room(), 100) == daylight(room(), light.WINDOWS[0] + 3 * light.WINDOWS[1])
    assert daylight(room(), -100) == daylight(room(), light.WINDOWS[0] - 3 * light.WINDOWS[1])


@pytest.mark.parametrize(
    ("components", "sentences"),
    [
        (
            {"lightness": 71.4, "warmth": 12.0, "window_z": 1.0},
            (
                "The picture is bright (L* 71).",
                "Windows or glass doors are to be seen.",
                "The light is warm, as of lamps or on wood.",
            ),
        ),
        (
            {"lightness": 31.0, "warmth": 2.0, "window_z": -1.0},
            ("The picture is dark (L* 31).", "There are few signs of windows.", "The light is neutral, as of the sky."),
        ),
        ({"lightness": 56.0, "warmth": 7.0, "window_z": 0.0}, ("The picture is neither bright nor dark (L* 56).",)),
        ({}, ()),
    ],
)
def test_the_sentences_are_built_from_the_components(components: dict[str, float], sentences: tuple[str, ...]) -> None:
    assert light.why(components) == sentences
