"""From bytes that someone sent to an upright sRGB picture, or to a clear refusal.

What a file says of itself (its name, its content type) is never believed: only its first bytes count. Pillow and
numpy are imported when the first photo comes, not with this module.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from roomlens.errors import AppError, TooLargeError, UnsupportedMediaError, ValidationError
from roomlens.observability import timed
from roomlens.photos.scrutiny import note_of, refuse_overlapping, refuse_traps
from roomlens.settings import storage_settings
from roomlens.storage import too_large

if TYPE_CHECKING:
    from PIL import Image

    from roomlens.vision import UInt8Array

WORKING_SIDE: Final = 1280  # pixels of the longest side that is kept: enough for every model and for a screen
THUMBNAIL_SIDES: Final = (320, WORKING_SIDE)
SMALLEST_SIDE: Final = 32  # below it there is nothing to recognise

# Pillow's name of the format -> content type, file extension. HEIF is what phones take.
FORMATS: Final = {
    "JPEG": ("image/jpeg", "jpg"),
    "MPO": ("image/jpeg", "jpg"),  # a JPEG with a second picture behind it, as some phones and cameras write
    "PNG": ("image/png", "png"),
    "WEBP": ("image/webp", "webp"),
    "GIF": ("image/gif", "gif"),
    "HEIF": ("image/heic", "heic"),
}
_READERS: Final = ("JPEG", "PNG", "WEBP", "GIF", "HEIF")  # JPEG's reader tells an MPO itself
# EXIF orientation -> the turn that undoes it, as Pillow numbers them (Image.Transpose)
_TURNS: Final = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}
_SIDEWAYS: Final = {5, 6, 7, 8}
_MAY_MOVE = {"GIF", "PNG", "WEBP"}
_EXIF_ORIGINAL_TIME, _EXIF_ORIGINAL_OFFSET, _EXIF_IFD = 0x9003, 0x9011, 0x8769


@dataclass(frozen=True)
class Picture:
    """A decoded photo.

    `rgb`: (height, width, 3) uint8, upright, sRGB, longest side at most WORKING_SIDE; `width` and `height` are
    those of the original, upright. `captured_at` is what the camera wrote, taken as UTC where it wrote no
    time zone.
    """

    rgb: UInt8Array
    width: int
    height: int
    content_type: str
    extension: str
    sha256: str
    byte_size: int
    captured_at: datetime | None


@cache
def _pillow() -> Any:
    """Pillow, with HEIF, and with our own pixel limit (checked before a pixel is decoded) in place of its warning."""
    from PIL import Image
    from pillow_heif import register_heif_opener

    register_heif_opener(thumbnails=False)
    Image.MAX_IMAGE_PIXELS = None
    return Image


@timed("decode")
def decode(body: bytes) -> Picture:
    """Reads a photo within limits of bytes, pixels and formats.

    Raises ValidationError (empty, cut off, damaged, too small), UnsupportedMediaError (not a photo, or one that
    moves) or TooLargeError (bytes or pixels).
    """
    if not body:
        raise ValidationError("The file is empty.")
    if len(body) > storage_settings().max_photo_bytes:
        raise too_large(len(body))
    refuse_traps(body)
    with _open(body) as image:
        _refuse_what_is_no_photo(image)
        content_type, extension = FORMATS[image.format or ""]
        size = image.size  # before the decoder shrinks it
        rgb = _pixels(image)
        width, height = reversed(size) if _orientation(image) in _SIDEWAYS else size
        captured_at = _captured_at(image)
    return Picture(
        rgb=rgb,
        width=width,
        height=height,
        content_type=content_type,
        extension=extension,
        sha256=hashlib.sha256(body).hexdigest(),
        byte_size=len(body),
        captured_at=captured_at,
    )


def thumbnail(picture: Picture, longest_side: int) -> bytes:
    """A JPEG of the picture with no metadata: it is made from pixels alone."""
    image = _pillow().fromarray(picture.rgb)
    image.thumbnail((longest_side, longest_side), _pillow().Resampling.HAMMING)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82, optimize=True, progressive=True)
    return out.getvalue()


def _open(body: bytes) -> Image.Image:
    try:
        image: Image.Image = _pillow().open(io.BytesIO(body), formats=_READERS)
    except Exception as error:
        # Pillow's readers raise whatever they stumble on; at this edge each of them means the same
        raise UnsupportedMediaError(_what_it_is_instead(body)) from error
    return image


def _what_it_is_instead(body: bytes) -> str:
    known = {b"%PDF": "a PDF", b"PK\x03\x04": "a ZIP archive", b"<svg": "an SVG drawing", b"<!DO": "a web page"}
    found = known.get(body[:4])
    kinds = "JPEG, PNG, WebP, GIF and HEIC photos are taken."
    return (
        f"The file is {found}, not a photo; {kinds}" if found else f"The file is not a photo that can be read; {kinds}"
    )


def _refuse_what_is_no_photo(image: Image.Image) -> None:
    if image.format in _MAY_MOVE and getattr(image, "is_animated", False):
        raise UnsupportedMediaError("The file is an animation; send a still photo.")
    width, height = image.size
    limit = storage_settings().max_photo_pixels
    if width * height > limit:
        raise TooLargeError(
            f"The photo has {width * height / 1e6:.0f} megapixels; at most {limit / 1e6:.0f} are taken."
        )
    if min(width, height) < SMALLEST_SIDE:
        raise ValidationError(f"The photo is {width} x {height} pixels; each side needs at least {SMALLEST_SIDE}.")


def _orientation(image: Image.Image) -> int:
    """EXIF's way to hold the camera, 1 to 8; upright where the block is missing or broken."""
    try:
        value = image.getexif().get(0x0112, 1)
    except Exception:  # noqa: BLE001  # Pillow's EXIF reader raises whatever it stumbles on; the pixels may be fine
        return 1
    return value if value in _TURNS else 1


def _pixels(image: Image.Image) -> UInt8Array:
    import numpy as np

    try:
        # A JPEG is decoded at half, a quarter ... when that is enough. Pillow asks it of both sides, so both are told.
        width, height = (max(1, side * WORKING_SIDE // max(image.size)) for side in image.size)
        image.draft("RGB", (width, height))
        image.load()
        refuse_overlapping(note_of(image.info))  # a PNG may have it behind its pixels
        image = _eight_bits(image)
        image.thumbnail((WORKING_SIDE, WORKING_SIDE), _pillow().Resampling.BICUBIC, reducing_gap=2.0)
        turn = _TURNS.get(_orientation(image))
        upright = _to_srgb(image)
        return np.asarray(upright.transpose(_pillow().Transpose(turn)) if turn is not None else upright, dtype=np.uint8)
    except AppError:
        raise
    except Exception as error:  # see _open
        raise ValidationError("The photo is damaged or cut off.") from error


def _eight_bits(image: Image.Image) -> Image.Image:
    """16-bit grey, scaled: Pillow's own conversion would clip it to white, and it can't make it smaller."""
    if not image.mode.startswith("I"):
        return image
    import numpy as np

    grey: Image.Image = _pillow().fromarray((np.asarray(image).clip(0, 65_535) // 257).astype(np.uint8))
    grey.info = image.info
    return grey


def _to_srgb(image: Image.Image) -> Image.Image:
    """RGB in sRGB: applies the colour profile, and puts transparency on white."""
    if image.has_transparency_data:
        seen = image.convert("RGBA")
        white = _pillow().new("RGBA", seen.size, "white")
        flat: Image.Image = _pillow().alpha_composite(white, seen)
        return flat.convert("RGB")
    profiled = _apply_profile(image) if image.info.get("icc_profile") else image
    return profiled.convert("RGB")


def _apply_profile(image: Image.Image) -> Image.Image:
    from PIL import ImageCms

    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        converted = ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image  # a broken or foreign profile is no reason to lose the photo
    return converted or image


def _captured_at(image: Image.Image) -> datetime | None:
    """EXIF's DateTimeOriginal, with its offset where the camera wrote one, else taken as UTC."""
    try:
        exif = image.getexif().get_ifd(_EXIF_IFD)
        written = str(exif[_EXIF_ORIGINAL_TIME]).strip("\0 ")
        offset = str(exif.get(_EXIF_ORIGINAL_OFFSET, "")).strip("\0 ")
        taken = datetime.strptime(f"{written}{offset or '+00:00'}", "%Y:%m:%d %H:%M:%S%z")
        return taken.astimezone(UTC) if 1900 <= taken.year <= 2100 else None
    except Exception:  # noqa: BLE001  # see _orientation
        return None
