"""Photos to take in: a person's own, or listing photos made of the project's own renders, no two of the same bytes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL import Image

SAMPLES: Final = Path(__file__).resolve().parents[2] / "samples"
WIDTHS: Final = (1600, 2400, 3200, 4000)
"""Pixels of the longer side: what portals ask for, what agents export, and what phones take."""
_GRAIN: Final = 5.0  # deviation of the noise in grey levels: after JPEG 0.2 bytes a pixel, as photos have
_QUALITY: Final = 90
_SUFFIXES: Final = {".jpg", ".jpeg", ".png", ".webp", ".heic"}


@dataclass(frozen=True)
class Photo:
    """One photo as a file has it; `kind` is what it is counted under in the report."""

    name: str
    kind: str
    body: bytes


class NoPhotosError(Exception):
    """There are none in the folder."""


def variants(count: int) -> Iterator[Photo]:
    """So many photos, the sizes in turn, always the same ones.

    Each is a render enlarged to its width, a little moved, and with a camera's grain: that makes its bytes its own, and
    as many as a photo of that size has.
    """
    from PIL import Image

    renders = sorted(SAMPLES.glob("*/*.jpg"))
    for number in range(count):
        width = WIDTHS[number % len(WIDTHS)]
        with Image.open(renders[number % len(renders)]) as render:
            yield Photo(f"{number:04}.jpg", f"{width} px", listing_photo(render.convert("RGB"), width, number))


def folder_of(folder: Path, count: int) -> Iterator[Photo]:
    """The first photos of a folder and those in it, as they are.

    Raises:
        NoPhotosError: it has none.
    """
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES)
    if not found:
        raise NoPhotosError(f"there are no photos in {folder}")
    for number, path in enumerate(found[:count]):
        yield Photo(f"{number:04}{path.suffix.lower()}", "photos", path.read_bytes())


def listing_photo(render: Image.Image, width: int, seed: int) -> bytes:
    """A JPEG so wide, of a render; another seed gives other bytes."""
    import numpy as np
    from PIL import Image

    moved = seed % 13  # pixels of the render that are cut off
    part = render.crop((moved, moved, render.width - moved, render.height - moved))
    large = part.resize((width, width * render.height // render.width), Image.Resampling.BICUBIC)
    grain = np.random.default_rng(seed).normal(0, _GRAIN, (large.height, large.width, 1)).astype(np.int16)
    pixels = (np.asarray(large, np.int16) + grain).clip(0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
