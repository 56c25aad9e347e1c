"""What is served says nothing of the camera, of the place or of whoever took the photo."""

import io
import re

import pytest
from PIL import Image

from roomlens.photos.decoding import THUMBNAIL_SIDES, decode, thumbnail
from tests.telltale import TELLTALE, telltale_photos

_PICTURE_ITSELF = {0xE0, 0xDB, 0xC2, 0xC4, 0xDA}
"""JFIF's head, and what the pixels need: tables, the frame and its scans. No APP1 (EXIF, XMP), no APP2 (profiles, other
pictures), no APP13 (IPTC), no comment."""


def segments(jpeg: bytes) -> tuple[set[int], bytes]:
    """The kinds of segments in a JPEG, and what comes behind it."""
    at, kinds = 2, set()
    while (marker := jpeg[at + 1]) != 0xD9:
        assert jpeg[at] == 0xFF
        kinds.add(marker)
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4])
        if marker == 0xDA:  # its pixels, to the next marker
            following = re.compile(rb"\xff[^\x00]").search(jpeg, at)
            assert following is not None
            at = following.start()
    return kinds, jpeg[at + 2 :]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "HEIF"])
def test_thumbnails_hold_nothing_but_the_picture(kind: str) -> None:
    original = telltale_photos()[kind]
    assert TELLTALE in original
    for side in THUMBNAIL_SIDES:
        served = thumbnail(decode(original), side)
        kinds, behind = segments(served)
        assert (kinds - _PICTURE_ITSELF, behind) == (set(), b"")
        assert TELLTALE not in served
        with Image.open(io.BytesIO(served)) as image:
            assert (image.format, dict(image.getexif())) == ("JPEG", {})
            assert set(image.info) <= {
                "jfif",
                "jfif_version",
                "jfif_unit",
                "jfif_density",
                "progressive",
                "progression",
            }
