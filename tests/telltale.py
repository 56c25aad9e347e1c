"""Photos that say too much: of where they were taken, by whom and with what, wherever a file can say it."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache

from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from tests.pictures import encoded, picture

TELLTALE = b"PLANTED-"
"""How each word begins that is hidden in them."""
LATITUDE, LONGITUDE = (48.0, 51.0, 29.5), (2.0, 17.0, 40.2)
SPOKEN = ("48.858", "2.2945", "48.0, 51.0", "(48, 51")
"""Where that is, as JSON or a log might say it."""

_XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="PLANTED-xmp"/>'
    b"</rdf:RDF></x:xmpmeta>"
)


def _exif() -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x013B], exif[0x010E] = "PLANTED-maker", "PLANTED-artist", "PLANTED-description"
    exif.get_ifd(0x8825).update({1: "N", 2: LATITUDE, 3: "E", 4: LONGITUDE, 29: "PLANTED-gps"})
    exif.get_ifd(0x8769).update({0x9286: b"ASCII\0\0\0PLANTED-comment", 0xA431: "PLANTED-serial"})
    return exif.tobytes()


def _profile() -> bytes:
    """A colour profile of sRGB that names somebody."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    return bytes(profile) + b"PLANTED-profile"


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _jpeg() -> bytes:
    """With EXIF, XMP, IPTC, a profile, a comment, a thumbnail of its own and a film behind it, as phones write them."""
    plain = encoded(picture(), "JPEG", exif=_exif(), icc_profile=_profile(), comment=b"PLANTED-comment")
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", 18) + b"\x1c\x02\x5a\0\x0dPLANTED-iptc\0"
    hidden = _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + _XMP) + _segment(0xED, iptc)
    return plain[:2] + hidden + plain[2:] + b"\0\0\0\x18ftypmp42PLANTED-film<script>alert(1)</script>"


def _png() -> bytes:
    words = PngInfo()
    words.add_text("Comment", "PLANTED-text")
    words.add_text("Author", "PLANTED-compressed", zip=True)
    words.add_itxt("XML:com.adobe.xmp", _XMP.decode())
    plain = encoded(picture(), "PNG", pnginfo=words, exif=_exif(), icc_profile=_profile())
    return plain[:-12] + _chunk(b"tEXt", b"Late\0PLANTED-late") + plain[-12:] + b"<svg>PLANTED-svg</svg>"


def _heic() -> bytes:
    from pillow_heif import from_pillow

    out = io.BytesIO()
    from_pillow(picture()).save(out, exif=_exif(), xmp=_XMP)
    return out.getvalue()


@cache
def telltale_photos() -> dict[str, bytes]:
    """By their format; each shows the same red kitchen."""
    return {
        "JPEG": _jpeg(),
        "PNG": _png(),
        "WEBP": encoded(picture(), "WEBP", exif=_exif(), xmp=_XMP, icc_profile=_profile(), lossless=True),
        "GIF": encoded(picture(), "GIF", comment=b"PLANTED-gif"),
        "HEIF": _heic(),
    }
