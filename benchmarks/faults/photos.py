"""The photos of the drill: renders of the samples, no two of the same bytes, and a few that nobody can read."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

SAMPLES: Final = Path(__file__).resolve().parents[2] / "samples"
WIDTH: Final = 800
"""Pixels: enough for the models, and little to decode; the drill is about what goes wrong around them."""
_POISONED: Final = 25  # one in so many
_POISONED_AT_LEAST: Final = 4


@dataclass(frozen=True)
class Photo:
    """One file; `poison` says what is wrong with it, and is empty of one that is whole."""

    name: str
    body: bytes
    poison: str = ""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


def photos(count: int, seed: int) -> Iterator[Photo]:
    """So many photos, always the same ones for a seed."""
    renders = [_small(path) for path in sorted(SAMPLES.glob("*/*.jpg"))[:count]]
    every = max(3, min(_POISONED, count // _POISONED_AT_LEAST | 1))  # odd, so that they come by both doors
    kinds = list(POISONS)
    for number in range(count):
        name, body = f"photo-{number:05}.jpg", _variant(renders[number % len(renders)], seed + number)
        turn, place = divmod(number, every)
        poison = kinds[turn % len(kinds)] if place == every // 2 else ""
        yield Photo(name, POISONS[poison](body) if poison else body, poison)


def _small(path: Path) -> Image.Image:
    with Image.open(path) as image:
        image.draft("RGB", (WIDTH, WIDTH))
        return image.convert("RGB").resize((WIDTH, round(WIDTH * image.height / image.width)))


def _variant(render: Image.Image, seed: int) -> bytes:
    """The render in another light, with a camera's noise."""
    random = np.random.default_rng(seed)
    pixels = np.asarray(render) * random.uniform(0.8, 1.15) + random.normal(0, 3, (render.height, render.width, 1))
    out = io.BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(out, "JPEG", quality=88)
    return out.getvalue()


def _truncated(body: bytes) -> bytes:
    return body[: len(body) // 2]


def _text(body: bytes) -> bytes:
    return f"<html><title>Photo {zlib.crc32(body)}</title>Not found</html>".encode()


def _huge(body: bytes) -> bytes:
    """A PNG that says it has 60,000 × 60,000 pixels, in some fifty bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(body[:8])), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + zlib.crc32(body).to_bytes(4, "big")


POISONS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "truncated": _truncated,
    "no photo": _text,
    "huge": _huge,
}
