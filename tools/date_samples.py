"""Writes into the sample pictures when they were taken, as listings.json has it: `python -m tools.date_samples`.

Cameras do so in EXIF; renders come without. The picture itself is not touched, and a second run changes nothing.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PIL import Image

SAMPLES: Final = Path(__file__).parents[1] / "samples"
_START, _EXIF_SEGMENT, _START_OF_SCAN = b"\xff\xd8", 0xE1, 0xDA
# EXIF 2.32: the block of the camera's own fields, and in it DateTimeOriginal and OffsetTimeOriginal
_CAMERA, _TIME, _OFFSET = 0x8769, 0x9003, 0x9011


def dated(picture: bytes, captured_at: datetime) -> bytes:
    """A JPEG with its time in EXIF, in place of any EXIF that it had."""
    exif = Image.Exif()
    at = captured_at.astimezone(UTC)
    exif.get_ifd(_CAMERA).update({_TIME: at.strftime("%Y:%m:%d %H:%M:%S"), _OFFSET: "+00:00"})
    block = exif.tobytes()
    segment = bytes((0xFF, _EXIF_SEGMENT)) + (len(block) + 2).to_bytes(2, "big") + block
    return _START + segment + _without_exif(picture)


def _without_exif(picture: bytes) -> bytes:
    """What follows the start of a JPEG."""
    kept, position = bytearray(), len(_START)
    while picture[position + 1] != _START_OF_SCAN:
        end = position + 2 + int.from_bytes(picture[position + 2 : position + 4], "big")
        if picture[position + 1] != _EXIF_SEGMENT:
            kept += picture[position:end]
        position = end
    return bytes(kept) + picture[position:]


def main() -> None:
    for home in json.loads((SAMPLES / "listings.json").read_text(encoding="utf-8")):
        for photo in home["photos"]:
            path = SAMPLES / home["folder"] / photo["file"]
            path.write_bytes(dated(path.read_bytes(), datetime.fromisoformat(photo["captured_at"])))


if __name__ == "__main__":
    main()
