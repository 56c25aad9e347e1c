"""A fingerprint that survives resizing and recompression."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from roomlens.observability import timed

if TYPE_CHECKING:
    from roomlens.vision import UInt8Array

_SIDE = 32
_KEPT = 8
# Rows of the type II cosine transform; unscaled, since only comparisons with the median follow.
_COSINES = np.cos(np.pi * np.outer(np.arange(_KEPT), 2 * np.arange(_SIDE) + 1) / (2 * _SIDE))


@timed("hashes")
def perceptual_hash(rgb: UInt8Array) -> int:
    """The 64-bit DCT hash of a photo, (height, width, 3) uint8; an unsigned number.

    Bits say which of the 64 lowest frequencies of a 32x32 grey copy exceed their median, first frequency in the
    highest bit, as the `imagehash` package's `phash`. Two copies of one photo differ in at most 8 bits after
    halving and JPEG at quality 50; a 5 % crop mostly differs in more, a mirrored copy always.
    """
    grey = Image.fromarray(rgb).convert("L").resize((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    frequencies = _COSINES @ np.asarray(grey, np.float64) @ _COSINES.T
    bits = (frequencies > np.median(frequencies)).ravel()
    return int.from_bytes(np.packbits(bits).tobytes(), "big")
