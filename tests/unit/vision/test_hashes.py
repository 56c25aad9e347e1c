"""The perceptual hash."""

import io

import numpy as np
import pytest
from PIL import Image

from roomlens.vision.hashes import perceptual_hash
from tests.unit.vision.drawings import brightened, noise, room


def distance(first: int, second: int) -> int:
    return (first ^ second).bit_count()


def test_it_fits_into_64_unsigned_bits() -> None:
    for seed in range(20):
        assert 0 <= perceptual_hash(noise(seed)) < 1 << 64


def test_half_the_bits_are_set() -> None:
    # As many frequencies lie above their median as below.
    assert perceptual_hash(noise()).bit_count() == 32


def test_a_small_recompressed_copy_stays_within_eight_bits() -> None:
    original = room()
    buffer = io.BytesIO()
    Image.fromarray(original).resize((160, 120)).save(buffer, "JPEG", quality=50)
    copy = np.asarray(Image.open(buffer))
    assert distance(perceptual_hash(original), perceptual_hash(copy)) <= 8


def test_a_brighter_copy_stays_within_eight_bits() -> None:
    assert distance(perceptual_hash(room()), perceptual_hash(brightened(room(), 1.2))) <= 8


def test_other_pictures_and_mirrored_ones_are_far() -> None:
    assert distance(perceptual_hash(room()), perceptual_hash(noise())) > 12
    assert distance(perceptual_hash(room()), perceptual_hash(room()[:, ::-1])) > 12


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (2000, 3)])
def test_any_shape_has_a_hash(shape: tuple[int, int]) -> None:
    assert 0 <= perceptual_hash(noise(0, *shape)) < 1 << 64


def test_a_flat_picture_has_a_hash() -> None:
    assert perceptual_hash(np.full((50, 50, 3), 7, np.uint8)) < 1 << 64
