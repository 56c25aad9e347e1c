"""What a file must be, and what is made of it."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms
from pillow_heif import from_pillow

from roomlens.errors import TooLargeError, UnsupportedMediaError, ValidationError
from roomlens.photos.decoding import WORKING_SIDE, decode, thumbnail
from roomlens.settings import forget_settings
from tests.pictures import BLUE, GREEN, GREY, RED, encoded, photo, picture


def near(pixel: object, colour: tuple[int, int, int], tolerance: int = 30) -> bool:
    return bool(np.abs(np.asarray(pixel, dtype=int) - colour).max() <= tolerance)


def two_halves(left: tuple[int, int, int], right: tuple[int, int, int]) -> Image.Image:
    image = Image.new("RGB", (120, 60), left)
    image.paste(right, (60, 0, 120, 60))
    return image


@pytest.mark.parametrize(
    ("kind", "content_type", "extension"),
    [
        ("JPEG", "image/jpeg", "jpg"),
        ("PNG", "image/png", "png"),
        ("WEBP", "image/webp", "webp"),
        ("GIF", "image/gif", "gif"),
    ],
)
def test_a_photo_is_known_by_its_bytes(kind: str, content_type: str, extension: str) -> None:
    found = decode(photo(RED, kind))
    assert (found.content_type, found.extension, found.width, found.height) == (content_type, extension, 96, 64)
    assert found.rgb.shape == (64, 96, 3)
    assert found.rgb.dtype == np.uint8
    assert near(found.rgb.mean((0, 1)), RED)


def test_what_a_phone_takes_is_converted() -> None:
    out = io.BytesIO()
    from_pillow(picture(GREEN)).save(out)
    found = decode(out.getvalue())
    assert (found.content_type, found.width, found.height) == ("image/heic", 96, 64)
    assert near(found.rgb.mean((0, 1)), GREEN)


@pytest.mark.parametrize(
    ("orientation", "size", "first", "last"),
    [(3, (120, 60), BLUE, RED), (6, (60, 120), RED, BLUE), (8, (60, 120), BLUE, RED)],
)
def test_a_rotated_photo_is_turned_upright(
    orientation: int, size: tuple[int, int], first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    found = decode(encoded(two_halves(RED, BLUE), "JPEG", exif=exif, quality=95))
    assert (found.width, found.height) == size
    assert near(found.rgb[5, 5], first)
    assert near(found.rgb[-5, -5], last)


def test_a_printers_cmyk_becomes_rgb() -> None:
    found = decode(encoded(picture(BLUE).convert("CMYK"), "JPEG"))
    assert near(found.rgb.mean((0, 1)), BLUE, 40)


def test_sixteen_bits_of_grey_keep_their_brightness() -> None:
    grey = np.full((64, 96), 0x8080, dtype=np.uint16)
    found = decode(encoded(Image.fromarray(grey), "PNG"))
    assert near(found.rgb.mean((0, 1)), GREY, 2)


def test_what_is_transparent_becomes_white() -> None:
    image = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    assert near(decode(encoded(image, "PNG")).rgb[32, 32], (255, 255, 255), 0)


def test_a_colour_profile_is_applied_and_a_broken_one_ignored() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert near(decode(encoded(picture(RED), "JPEG", icc_profile=lab)).rgb.mean((0, 1)), RED)
    assert near(decode(encoded(picture(RED), "JPEG", icc_profile=b"no profile")).rgb.mean((0, 1)), RED)


def test_a_large_photo_is_kept_at_working_size_and_remembers_its_own() -> None:
    found = decode(encoded(picture(RED, (3000, 1500)), "JPEG"))
    assert (found.width, found.height) == (3000, 1500)
    assert max(found.rgb.shape) == WORKING_SIDE


def test_the_time_on_the_camera_is_kept_in_utc() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769).update({0x9003: "2025:06:01 14:30:00", 0x9011: "+02:00"})
    found = decode(encoded(picture(), "JPEG", exif=exif))
    assert found.captured_at is not None
    assert found.captured_at.isoformat() == "2025-06-01T12:30:00+00:00"


@pytest.mark.parametrize("written", ["0000:00:00 00:00:00", "yesterday", "", "2025:13:45 99:00:00"])
def test_a_camera_without_a_clock_is_no_reason_to_refuse(written: str) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769).update({0x9003: written})
    assert decode(encoded(picture(), "JPEG", exif=exif)).captured_at is None


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("broken", [b"Exif\0\0garbage", b"Exif\0\0II+\0\x08\0\0\0"])
def test_a_broken_note_of_the_camera_is_no_reason_to_refuse(kind: str, broken: bytes) -> None:
    found = decode(encoded(picture(RED), kind, exif=broken))
    assert (found.width, found.height, found.captured_at) == (96, 64, None)


def test_nothing_is_refused_as_empty() -> None:
    with pytest.raises(ValidationError, match="empty"):
        decode(b"")


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"hello, I am not a picture", "not a photo"),
        (b"%PDF-1.7 called kitchen.jpg", "a PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG"),
        (b"PK\x03\x04 and so on", "a ZIP"),
        (b"\xff\xd8\xff", "not a photo"),
        (encoded(picture(), "TIFF"), "not a photo"),
        (encoded(picture(), "BMP"), "not a photo"),
    ],
)
def test_what_is_no_photo_is_named(body: bytes, what: str) -> None:
    with pytest.raises(UnsupportedMediaError, match=what):
        decode(body)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_is_refused(kind: str) -> None:
    moving = encoded(picture(RED), kind, save_all=True, append_images=[picture(BLUE)], duration=100)
    with pytest.raises(UnsupportedMediaError, match="animation"):
        decode(moving)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_truncated_photo_is_refused(kind: str) -> None:
    whole = photo(RED, kind)
    with pytest.raises((ValidationError, UnsupportedMediaError)):
        decode(whole[: len(whole) // 2])


def test_a_damaged_photo_is_refused() -> None:
    body = bytearray(photo(RED, "PNG"))
    body[41:60] = bytes(19)  # the beginning of the compressed pixels
    with pytest.raises(ValidationError, match="damaged"):
        decode(bytes(body))


def bomb(side: int) -> bytes:
    """A PNG that says it is huge, in a few hundred bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(64))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [8_000, 20_000, 100_000])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(side: int) -> None:
    with pytest.raises(TooLargeError, match="megapixels"):
        decode(bomb(side))


def test_too_many_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_PHOTO_BYTES", "100")
    forget_settings()
    with pytest.raises(TooLargeError, match="MB"):
        decode(photo())


def test_a_picture_of_a_few_pixels_is_refused() -> None:
    with pytest.raises(ValidationError, match="10 x 200"):
        decode(encoded(picture(RED, (10, 200)), "PNG"))


def test_a_thumbnail_is_small_and_says_nothing_of_the_camera() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera maker"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 8.0, 0.0)})
    small = thumbnail(decode(encoded(picture(RED, (640, 480)), "JPEG", exif=exif)), 320)
    with Image.open(io.BytesIO(small)) as image:
        assert image.size == (320, 240)
        assert not image.getexif()
    assert b"Camera maker" not in small
