"""What a file would cost to read, found before a decoder begins.

Limits of bytes and pixels do not hold what a file may do beside them: a progressive JPEG of 300 kB that says its last
pass five hundred times takes Pillow a minute, a GIF of a million comments half of one, and a note of the camera whose
entries all mean the same 64 kB fills the memory. No camera and no editor writes such files. What is only broken is left
to the decoder.
"""

from __future__ import annotations

import re
import struct
from typing import Any, Final

from roomlens.errors import ValidationError

MOST_SCANS: Final = 32
"""Passes of a progressive JPEG. Encoders write ten or a dozen; each takes 0.1 s of 50 megapixels."""
MOST_PARTS: Final = 10_000
"""Segments, chunks or blocks around the pixels. A PNG of 25 MB has 6,400 when it is cut into pieces of 4 kB."""
MOST_WORDS: Final = 2**18
"""Bytes in the comments and extensions of a GIF, which Pillow adds to each other one by one."""

_TRAP: Final = "The file is made so that it would take too long to read."
_MARKER: Final = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")  # neither a byte of the pixels nor a restart
_START_OF_SCAN, _END, _EXIF, _MULTI_PICTURE = 0xDA, 0xD9, 0xE1, 0xE2
_ALONE: Final = {0x01, 0xD8, _END}  # markers without a segment
_POINTER_TO_EXIF: Final = 0x8769
_SIZES: Final = (0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4)  # bytes of a value, by TIFF's number of its type
_GIF_HEADER, _GIF_EXTENSION, _GIF_PICTURE = 13, 0x21, 0x2C


def refuse_traps(body: bytes) -> None:
    """Raises ValidationError for a file that would take far more time or memory than a photo of its size.

    Pillow reads the notes in a JPEG when it opens it, so this comes before; those of the other formats can be looked at
    when they are open (`refuse_overlapping`).
    """
    if body[:2] == b"\xff\xd8":
        _of_jpeg(body)
    elif body[:8] == b"\x89PNG\r\n\x1a\n":
        _of_png(body)
    elif body[:4] == b"GIF8":
        _of_gif(body)


def note_of(info: dict[Any, Any]) -> bytes:
    """What the camera wrote, as Pillow will read it. ImageMagick puts it into a PNG as text: it is put where the others
    have it."""
    written = info.pop("Raw profile type exif", None)
    if written and not info.get("exif"):
        try:
            info["exif"] = bytes.fromhex("".join(written.split("\n")[3:]))
        except ValueError:
            return b""
    return info.get("exif") or b""


def refuse_overlapping(note: bytes) -> None:
    """A block of EXIF or of a multi-picture index, whose entries say where their values lie. As many bytes as are there
    can be read once; what comes to more than twice that is read again and again.

    Raises ValidationError.
    """
    tiff = note.removeprefix(b"Exif\0\0")
    order = "<" if tiff[:2] == b"II" else ">"
    try:
        (first,) = struct.unpack_from(f"{order}L", tiff, 4)
        claimed, below = _claimed(tiff, order, first)
        if below is not None:
            claimed += _claimed(tiff, order, below)[0]
    except struct.error:
        return  # broken: there is nothing that could be read
    if claimed > 2 * len(tiff):
        raise ValidationError(_TRAP)


def _claimed(tiff: bytes, order: str, at: int) -> tuple[int, int | None]:
    """Bytes that the entries of a directory mean, where they lie in the block; and where the EXIF directory is."""
    (count,) = struct.unpack_from(f"{order}H", tiff, at)
    claimed, below = 0, None
    for entry in range(at + 2, min(at + 2 + 12 * count, len(tiff) - 11), 12):
        tag, kind, values, offset = struct.unpack_from(f"{order}HHLL", tiff, entry)
        size = values * (_SIZES[kind] if kind < len(_SIZES) else 0)
        if size > 4 and offset + size <= len(tiff):
            claimed += size
        if tag == _POINTER_TO_EXIF:
            below = offset
    return claimed, below


def _of_jpeg(body: bytes) -> None:
    at, scans, parts = 2, 0, 0
    notes: dict[int, Any] = {_EXIF: bytearray(), _MULTI_PICTURE: bytearray()}
    while (found := _MARKER.search(body, at)) and (marker := found[1][0]) != _END:
        at, parts = found.end(), parts + 1
        scans += marker == _START_OF_SCAN
        if scans > MOST_SCANS or parts > MOST_PARTS:
            raise ValidationError(_TRAP)
        if marker in _ALONE:
            continue
        segment = body[at + 2 : (end := at + int.from_bytes(body[at : at + 2]))]
        if marker == _EXIF and segment.startswith(b"Exif\0\0"):
            notes[_EXIF] += segment[6:]  # Pillow takes several for one that was too long
        elif marker == _MULTI_PICTURE and segment.startswith(b"MPF\0"):
            notes[_MULTI_PICTURE] = bytearray(segment[4:])
        at = max(end, at + 2)
    for note in notes.values():
        refuse_overlapping(bytes(note))


def _of_png(body: bytes) -> None:
    at, parts = 8, 0
    while at < len(body):
        at, parts = at + 12 + int.from_bytes(body[at : at + 4]), parts + 1  # length, kind, data and checksum
        if parts > MOST_PARTS:
            raise ValidationError(_TRAP)


def _of_gif(body: bytes) -> None:
    at, parts, words = _GIF_HEADER + _colours(body, 10), 0, 0
    while at + 1 < len(body) and body[at] in (_GIF_EXTENSION, _GIF_PICTURE):
        is_picture, parts = body[at] == _GIF_PICTURE, parts + 1
        begins = at + 11 + _colours(body, at + 9) if is_picture else at + 2
        at = _after_blocks(body, begins)
        words += 0 if is_picture else at - begins
        if parts > MOST_PARTS or words > MOST_WORDS:
            raise ValidationError(_TRAP)


def _colours(body: bytes, at: int) -> int:
    """Bytes of the table of colours that the flags there announce."""
    flags = body[at] if at < len(body) else 0
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(body: bytes, at: int) -> int:
    """Blocks of up to 255 bytes, each behind its length; one of no length is the last."""
    while at < len(body) and body[at]:
        at += body[at] + 1
    return at + 1
