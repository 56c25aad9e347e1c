"""Files that would cost a reader more than a photo does, refused before a decoder begins; and lies about a type."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from roomlens.errors import UnsupportedMediaError, ValidationError
from roomlens.photos.decoding import decode
from roomlens.photos.scrutiny import MOST_PARTS, MOST_SCANS, MOST_WORDS, refuse_overlapping, refuse_traps
from tests.pictures import RED, encoded, photo, picture

JPEG, PNG, GIF = photo(RED), photo(RED, "PNG"), photo(RED, "GIF")


def segment(marker: int, body: bytes = b"") -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def note(entries: int, size: int, *, below: int = 0) -> bytes:
    """EXIF whose entries all mean the same bytes; `below`: so many more in the directory of the camera's settings."""
    repeated = struct.pack("<HHLL", 0x1000, 1, size, 8)
    head = b"Exif\0\0II*\0" + struct.pack("<L", 8)
    first = struct.pack("<H", entries + 1) + repeated * entries
    second = 8 + len(first) + 12 + 4
    first += struct.pack("<HHLL", 0x8769, 4, 1, second) + bytes(4)
    return (head + first + struct.pack("<H", below) + repeated * below + bytes(4)).ljust(size + 20, b"\0")


def passes(count: int) -> bytes:
    """A progressive JPEG that says its last pass once more, and once more."""
    plain = encoded(picture(), "JPEG", progressive=True)
    last = plain.rindex(b"\xff\xda")
    return plain[:last] + plain[last:-2] * (count - plain.count(b"\xff\xda") + 1) + plain[-2:]


def in_gif(extension: bytes) -> bytes:
    begins = 13 + 3 * (2 << (GIF[10] & 7))
    return GIF[:begins] + extension + GIF[begins:]


def raw_profile(exif: bytes) -> bytes:
    words = PngInfo()
    words.add_text("Raw profile type exif", f"\nexif\n{len(exif)}\n{exif.hex()}")
    return encoded(picture(), "PNG", pnginfo=words)


TRAPS: dict[str, Callable[[], bytes]] = {
    "passes": lambda: passes(MOST_SCANS + 1),
    "segments": lambda: JPEG[:2] + segment(0xFE) * MOST_PARTS + JPEG[2:],
    "EXIF of a JPEG": lambda: JPEG[:2] + segment(0xE1, note(1_000, 50_000)) + JPEG[2:],
    "EXIF in several pieces": lambda: (
        JPEG[:2] + segment(0xE1, note(90, 60_000)) + segment(0xE1, b"Exif\0\0a") + JPEG[2:]
    ),
    "index of pictures": lambda: JPEG[:2] + segment(0xE2, b"MPF\0" + note(1_000, 50_000)[6:]) + JPEG[2:],
    "camera's settings": lambda: JPEG[:2] + segment(0xE1, note(0, 50_000, below=1_000)) + JPEG[2:],
    "chunks": lambda: PNG[:33] + chunk(b"tEXt", b"a\0") * MOST_PARTS + PNG[33:],
    "EXIF of a PNG": lambda: PNG[:33] + chunk(b"eXIf", note(100, 100_000)[6:]) + PNG[33:],
    "EXIF behind the pixels": lambda: PNG[:-12] + chunk(b"eXIf", note(100, 100_000)[6:]) + PNG[-12:],
    "EXIF as text": lambda: raw_profile(note(100, 100_000)),
    "EXIF of a WebP": lambda: photo(RED, "WEBP", exif=note(100, 100_000)),
    "extensions": lambda: in_gif(b"\x21\xfe\x01a\0" * MOST_PARTS),
    "comment": lambda: in_gif(b"\x21\xfe" + (b"\xff" + b"a" * 255) * (MOST_WORDS // 255 + 1) + b"\0"),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_what_would_take_too_long_is_refused(trap: str) -> None:
    with pytest.raises(ValidationError, match="take too long"):
        decode(TRAPS[trap]())


@pytest.mark.parametrize(
    "body",
    [
        passes(MOST_SCANS),
        JPEG[:2] + segment(0xFE, b"a") * 100 + JPEG[2:],
        JPEG[:2] + segment(0xE1, note(1, 50_000)) + JPEG[2:],
        PNG[:33] + chunk(b"tEXt", b"a\0b") * 100 + PNG[33:],
        in_gif(b"\x21\xfe" + (b"\xff" + b"a" * 255) * 100 + b"\0"),
        raw_profile(b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"),
        encoded(picture(), "PNG", pnginfo=None) + bytes(100),
        JPEG + b"\xff\xda" * 100,  # a film behind a phone's photo has such bytes too
    ],
    ids=["passes", "comments", "note", "words", "comment", "note as text", "PNG with a tail", "JPEG with a tail"],
)
def test_what_only_says_much_is_taken(body: bytes) -> None:
    assert decode(body).rgb.shape[2] == 3


def test_a_note_as_text_turns_a_photo_as_any_other() -> None:
    turned = raw_profile(b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0")
    assert (decode(turned).width, decode(turned).height) == (64, 96)
    words = PngInfo()
    words.add_text("Raw profile type exif", "\nexif\n4\nno hexadecimal digits")
    assert decode(encoded(picture(), "PNG", pnginfo=words)).width == 96


@pytest.mark.parametrize(
    "broken", [b"", b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*\0\0\0\x08\0\x09"]
)
def test_what_is_only_broken_is_left_to_the_decoder(broken: bytes) -> None:
    refuse_overlapping(broken)


@pytest.mark.parametrize("body", [JPEG, PNG, GIF], ids=["JPEG", "PNG", "GIF"])
def test_wherever_a_file_ends_looking_at_it_ends(body: bytes) -> None:
    for length in range(0, len(body), 7):
        refuse_traps(body[:length])
        refuse_traps(body[:length] + b"\xff" * 20)


def test_large_grey_of_sixteen_bits_is_made_smaller() -> None:
    found = decode(encoded(Image.new("I;16", (2_000, 1_000), 0x8080), "PNG"))
    assert (found.rgb.shape, int(found.rgb.mean())) == ((640, 1280, 3), 0x80)


@pytest.mark.parametrize(
    "body",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg/>",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"GIF89a=1;alert(1)/*",
        b"%PDF-1.7\n" + JPEG,
        b"PK\x03\x04" + JPEG,
        b"<html>" + JPEG,
        b"\n" + JPEG,
        b"BM" + JPEG,
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n",
        b"RIFF\x04\0\0\0AVI ",
        b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
    ],
    ids=["SVG", "XML", "HTML", "GIF and script", "PDF", "ZIP", "page", "line", "BMP", "PostScript", "AVI", "MP4"],
)
def test_a_file_that_is_something_else_first_is_no_photo(body: bytes) -> None:
    with pytest.raises(UnsupportedMediaError):
        decode(body)
