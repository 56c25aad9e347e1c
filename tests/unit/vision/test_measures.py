"""Sharpness, exposure, lightness and daylight, on drawn pictures."""

from itertools import pairwise

import numpy as np
import pytest
from PIL import Image, ImageFilter

from roomlens.vision import light, quality
from roomlens.vision.pixels import cielab, light_of, lightness, linear_light, reduced, scaled, squashed
from tests.unit.vision.drawings import UInt8Array, brightened, noise, room


def measured(rgb: UInt8Array) -> dict[str, float]:
    image = Image.fromarray(rgb)
    return quality.measure(image, light_of(image))


def daylight(rgb: UInt8Array, window_logit: float = 2.8) -> float:
    return light.daylight(light_of(Image.fromarray(rgb)), window_logit)[0]


def test_lightness_and_colour_follow_cielab() -> None:
    # Reference values of CIE 1976 L*a*b* under D65 for sRGB's white, middle grey, red and blue.
    colours = np.array([[[255, 255, 255], [119, 119, 119], [255, 0, 0], [0, 0, 255]]], np.uint8)
    expected = [(100.0, 0.0, 0.0), (50.0, 0.0, 0.0), (53.24, 80.09, 67.20), (32.30, 79.19, -107.86)]
    found = np.stack(cielab(linear_light(colours)), -1)[0]
    np.testing.assert_allclose(found, expected, atol=0.06)
    np.testing.assert_allclose(lightness(linear_light(colours))[0], [row[0] for row in expected], atol=0.06)


def test_blurring_makes_a_photo_less_sharp() -> None:
    sharp = noise()
    scores = [
        measured(np.asarray(Image.fromarray(sharp).filter(ImageFilter.GaussianBlur(radius))))["sharpness"]
        for radius in (0, 1, 2, 4, 8)
    ]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


def test_black_and_burnt_parts_cost_exposure() -> None:
    half = np.full((100, 100, 3), 128, np.uint8)
    assert measured(half)["exposure"] == 1
    half[:50] = 255
    assert measured(half)["exposure"] == pytest.approx(0.5, abs=0.02)
    half[50:] = 0
    assert measured(half)["exposure"] == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (3000, 2), (240, 320)])
def test_every_measure_of_any_shape_is_finite(shape: tuple[int, int]) -> None:
    rgb = noise(0, *shape)
    assert all(np.isfinite(value) for value in measured(rgb).values())
    assert 0 <= daylight(rgb) <= 1


@pytest.mark.parametrize("value", [0, 255])
def test_a_black_or_white_picture_has_scores_within_bounds(value: int) -> None:
    rgb = np.full((60, 60, 3), value, np.uint8)
    assert 0 <= daylight(rgb) <= 1
    assert 0 <= measured(rgb)["sharpness"] <= 1


@pytest.mark.parametrize("wall", [(120, 110, 100), (90, 100, 120), (130, 90, 60), (60, 60, 60)])
@pytest.mark.parametrize("window", [True, False])
def test_a_longer_exposure_of_the_same_room_means_more_daylight(wall: tuple[int, int, int], window: bool) -> None:
    steps = [brightened(room(wall=wall, window=window), factor) for factor in (0.3, 0.5, 0.7, 0.85, 1, 1.15, 1.3, 1.6)]
    scores = [daylight(rgb) for rgb in steps]
    assert all(later > earlier for earlier, later in pairwise(scores)), scores


def test_signs_of_windows_mean_more_daylight() -> None:
    assert daylight(room(), window_logit=4) > daylight(room(), window_logit=1)


def test_lamp_yellow_light_means_less_daylight() -> None:
    neutral, yellow = np.full((2, 60, 60, 3), 150, np.uint8)
    yellow[..., 0], yellow[..., 2] = 158, 112
    assert lightness(linear_light(yellow)).mean() == pytest.approx(lightness(linear_light(neutral)).mean(), abs=1.5)
    assert daylight(yellow) < daylight(neutral)


def test_the_components_explain_the_score() -> None:
    score, parts = light.daylight(light_of(Image.fromarray(room())), 3.1)
    total = parts["light_z"] + light.WINDOW_WEIGHT * parts["window_z"]
    assert score == pytest.approx(1 / (1 + np.exp(-total)))


def test_a_huge_photo_is_measured_on_a_smaller_copy() -> None:
    assert reduced(np.zeros((5000, 4000, 3), np.uint8)).size == (1334, 1667)
    assert reduced(np.zeros((500, 400, 3), np.uint8)).size == (400, 500)


def test_copies_have_the_sizes_asked_for() -> None:
    image = Image.new("RGB", (300, 200))
    assert squashed(image, 260).shape == (260, 260, 3)
    assert scaled(image, 150).size == (150, 100)
    assert scaled(Image.new("RGB", (1000, 1)), 100).size == (100, 8)
