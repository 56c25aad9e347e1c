"""What is wrong with a photograph: blurred, dark, burnt out, turned or small copies of a drawn room."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from roomlens.vision import quality
from roomlens.vision.pixels import light_of
from roomlens.vision.tilt import REACH, tilt
from roomlens.vocabulary import QualityFlag
from tests.unit.vision.drawings import UInt8Array, gained, noise


def panelled(width: int = 640, height: int = 480) -> Image.Image:
    """A room of panels and shelves: many upright edges, some fine detail, a few things that lean."""
    image = Image.new("RGB", (width, height), (150, 145, 140))
    draw = ImageDraw.Draw(image)
    for left in range(20, width, 70):
        draw.rectangle((left, 40, left + 44, height - 60), fill=(95, 85, 80), outline=(215, 210, 200), width=3)
    for top in range(60, height, 90):
        draw.line((0, top, width, top + 25), fill=(60, 60, 65), width=2)
    grain = np.random.default_rng(1).integers(-14, 15, (height, width, 1))
    return Image.fromarray(np.clip(np.asarray(image, int) + grain, 0, 255).astype(np.uint8))


def turned(image: Image.Image, degrees: float) -> Image.Image:
    """Turned clockwise, and cut so that no corner is empty."""
    width, height = image.size
    slope = np.radians(abs(degrees))
    share = 1 / (np.cos(slope) + max(width / height, height / width) * np.sin(slope))
    left, top = round(width * (1 - share) / 2), round(height * (1 - share) / 2)
    whole = image.rotate(-degrees, Image.Resampling.BICUBIC)
    return whole.crop((left, top, width - left, height - top))


def flags(image: Image.Image) -> set[QualityFlag]:
    return set(quality.flags(measured(image)))


def measured(image: Image.Image) -> dict[str, float]:
    return quality.measure(image, light_of(image)) | quality.resolution(image.size)


def test_a_level_clear_photo_has_no_flag() -> None:
    assert flags(panelled()) == set()


@pytest.mark.parametrize("radius", [2, 3, 6])
def test_a_blurred_photo_is_flagged(radius: float) -> None:
    assert flags(panelled().filter(ImageFilter.GaussianBlur(radius))) == {QualityFlag.BLURRY}


def test_a_photo_of_a_camera_that_moved_is_flagged() -> None:
    assert QualityFlag.BLURRY in flags(panelled().filter(ImageFilter.BoxBlur((7, 0))))


def test_a_dark_photo_is_dark_and_not_blurry() -> None:
    assert flags(Image.fromarray(gained(np.asarray(panelled()), 0.1))) == {QualityFlag.DARK}


def test_a_burnt_out_photo_is_flagged() -> None:
    assert QualityFlag.OVEREXPOSED in flags(Image.fromarray(gained(np.asarray(panelled()), 5)))


@pytest.mark.parametrize("degrees", [-9, -5, 5, 9])
def test_a_turned_photo_is_flagged(degrees: float) -> None:
    assert flags(turned(panelled(), degrees)) == {QualityFlag.TILTED}


@pytest.mark.parametrize(
    ("size", "small"), [((400, 300), False), ((399, 299), True), ((2000, 199), True), ((1000, 200), False)]
)
def test_a_small_photo_is_flagged(size: tuple[int, int], small: bool) -> None:
    assert (QualityFlag.LOW_RESOLUTION in flags(panelled(*size))) is small


@pytest.mark.parametrize("degrees", [-12, -6, -3, -1, 0, 2, 4, 8, 12])
def test_the_turn_is_told_to_a_degree(degrees: float) -> None:
    assert tilt(turned(panelled(), degrees)).degrees == pytest.approx(degrees, abs=1)


def test_a_camera_that_looks_up_is_not_turned() -> None:
    width, height = 640, 480
    # The upper edge shrinks by a third: uprights lean together, evenly from both sides.
    quad = (-110, 0, 0, height, width, height, width + 110, 0)
    looking_up = panelled().transform((width, height), Image.Transform.QUAD, quad, Image.Resampling.BICUBIC)
    assert abs(tilt(looking_up).degrees) < 1.5


@pytest.mark.parametrize(
    "rgb", [np.full((90, 120, 3), 77, np.uint8), np.zeros((1, 1, 3), np.uint8), np.full((3, 900, 3), 255, np.uint8)]
)
def test_where_nothing_is_upright_no_turn_is_claimed(rgb: UInt8Array) -> None:
    assert tilt(Image.fromarray(rgb)) == (0, 0)


@given(st.integers(1, 400), st.integers(1, 400), st.integers(0, 99))
def test_any_picture_has_measures_within_bounds(width: int, height: int, seed: int) -> None:
    picture = Image.fromarray(noise(seed, height, width))
    found = measured(picture)
    assert all(np.isfinite(value) for value in found.values())
    assert abs(found["tilt"]) <= REACH + 1
    assert 0 <= found["tilt_support"] <= 1
    assert len(quality.flags(found)) <= len(QualityFlag)
