"""Pictures made in memory: no binary fixtures, and a reader sees what is in them."""

import io
from typing import Any

import numpy as np
from PIL import Image

RED, GREEN, BLUE, GREY = (200, 40, 40), (40, 170, 60), (40, 70, 200), (128, 128, 128)


def picture(colour: tuple[int, int, int] = RED, size: tuple[int, int] = (96, 64), seed: int = 0) -> Image.Image:
    """A noisy picture of one colour: two seeds give two photos that look alike and are not the same."""
    noise = np.random.default_rng(seed).integers(-20, 20, (size[1], size[0], 3))
    return Image.fromarray((np.array(colour) + noise).clip(0, 255).astype(np.uint8))


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def photo(colour: tuple[int, int, int] = RED, kind: str = "JPEG", seed: int = 0, **options: Any) -> bytes:
    return encoded(picture(colour, seed=seed), kind, **options)
