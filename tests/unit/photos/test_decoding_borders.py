"""The photo's own notes (EXIF, colour profile, bits) and the limits of decoding, at their borders."""

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from roomlens.errors import AppError, TooLargeError, ValidationError
from roomlens.photos.decoding import THUMBNAIL_SIDES, decode, thumbnail
from roomlens.settings import forget_settings
from tests.pictures import BLUE, GREEN, GREY, RED, encoded, picture

Colour = tuple[int, int, int]
# What a viewer sees, corner by corner: top left, top right, bottom left, bottom right
CORNERS = (RED, GREEN, BLUE, GREY)
# EXIF's definition of each orientation, as what the camera did to the picture that a viewer should see
HELD = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def four_corners() -> Image.Image:
    image = Image.new("RGB", (128, 64))
    for number, colour in enumerate(CORNERS):
        left, top = 64 * (number % 2), 32 * (number // 2)
        image.paste(colour, (left, top, left + 64, top + 32))
    return image


def corners_of(body: bytes) -> list[Colour]:
    rgb = decode(body).rgb
    return [tuple(rgb[row, column].tolist()) for row in (2, -3) for column in (2, -3)]


def noted(orientation: int, image: Image.Image | None = None) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(image or four_corners(), "PNG", exif=exif)


@pytest.mark.parametrize("orientation", HELD)
def test_however_the_camera_was_held_the_photo_is_upright(orientation: int) -> None:
    held = HELD[orientation]
    body = noted(orientation, four_corners() if held is None else four_corners().transpose(held))
    found = decode(body)
    assert (found.width, found.height) == (128, 64)
    assert found.rgb.shape == (64, 128, 3)
    assert corners_of(body) == list(CORNERS)


@pytest.mark.parametrize("orientation", [0, 9, 255])
def test_an_orientation_that_does_not_exist_turns_nothing(orientation: int) -> None:
    assert corners_of(noted(orientation)) == list(CORNERS)


def test_a_note_that_is_missing_or_broken_turns_nothing() -> None:
    assert corners_of(encoded(four_corners(), "PNG")) == list(CORNERS)
    assert corners_of(encoded(four_corners(), "PNG", exif=b"Exif\0\0garbage")) == list(CORNERS)


@pytest.mark.parametrize(("written", "kept"), [(0x0000, 0), (0x0101, 1), (0x8080, 128), (0xFEFE, 254), (0xFFFF, 255)])
def test_sixteen_bits_of_grey_are_scaled_from_black_to_white(written: int, kept: int) -> None:
    grey = np.full((64, 96), written, dtype=np.uint16)
    assert decode(encoded(Image.fromarray(grey), "PNG")).rgb[30, 40].tolist() == [kept] * 3


def test_colours_are_shown_as_the_profile_means_them() -> None:
    """A profile whose red and blue have changed places: what is written as red is meant as blue."""
    swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = swapped.replace(b"rXYZ", b"####").replace(b"bXYZ", b"rXYZ").replace(b"####", b"bXYZ")
    image = Image.new("RGB", (64, 64), (255, 0, 0))
    red, green, blue = decode(encoded(image, "PNG", icc_profile=swapped)).rgb[30, 30].tolist()
    assert blue > 250
    assert max(red, green) < 10


def test_a_phones_photo_with_a_second_picture_behind_it_is_a_jpeg() -> None:
    body = encoded(picture(GREEN), "MPO", save_all=True, append_images=[picture(RED)])
    found = decode(body)
    assert (found.content_type, found.extension) == ("image/jpeg", "jpg")
    assert np.abs(found.rgb.mean((0, 1)) - GREEN).max() < 30


@pytest.mark.parametrize(("year", "is_kept"), [(1899, False), (1900, True), (2026, True), (2100, True), (2101, False)])
def test_a_camera_whose_clock_is_centuries_off_has_no_time(year: int, is_kept: bool) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769).update({0x9003: f"{year}:06:01 14:30:00"})
    captured_at = decode(encoded(picture(), "JPEG", exif=exif)).captured_at
    assert (captured_at and captured_at.isoformat()) == (f"{year}-06-01T14:30:00+00:00" if is_kept else None)


def test_a_time_without_an_offset_is_taken_as_utc() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769).update({0x9003: "2025:06:01 14:30:00\0 ", 0x9011: " "})
    captured_at = decode(encoded(picture(), "JPEG", exif=exif)).captured_at
    assert captured_at is not None
    assert captured_at.isoformat() == "2025-06-01T14:30:00+00:00"


def refusal(body: bytes) -> str | None:
    try:
        decode(body)
    except AppError as error:
        return error.detail
    return None


def test_each_side_needs_at_least_32_pixels() -> None:
    assert refusal(encoded(picture(RED, (32, 32)), "PNG")) is None
    for size in ((31, 32), (32, 31)):
        with pytest.raises(ValidationError, match="at least 32"):
            decode(encoded(picture(RED, size), "PNG"))


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    forget_settings()
    return monkeypatch


def test_a_photo_of_as_many_pixels_as_are_allowed_is_taken(limits: pytest.MonkeyPatch) -> None:
    limits.setenv("MAX_PHOTO_PIXELS", str(2000 * 1000))
    assert refusal(encoded(Image.new("RGB", (2000, 1000)), "PNG")) is None
    too_wide, too_high = (encoded(Image.new("RGB", size), "PNG") for size in ((2001, 1000), (2000, 1001)))
    for body in (too_wide, too_high):
        with pytest.raises(TooLargeError, match=r"has 2 megapixels; at most 2 are taken"):
            decode(body)


def test_a_photo_of_as_many_bytes_as_are_allowed_is_taken(limits: pytest.MonkeyPatch) -> None:
    body = encoded(picture(), "PNG")
    limits.setenv("MAX_PHOTO_BYTES", str(len(body)))
    assert refusal(body) is None
    with pytest.raises(TooLargeError):
        decode(body + b"\0")


@pytest.mark.parametrize(
    ("size", "kept"), [((2560, 1280), (640, 1280)), ((1281, 100), (100, 1280)), ((1280, 90), (90, 1280))]
)
def test_the_longest_side_is_kept_at_1280_pixels(size: tuple[int, int], kept: tuple[int, int]) -> None:
    assert decode(encoded(Image.new("RGB", size), "JPEG")).rgb.shape[:2] == kept


@pytest.mark.parametrize(("size", "half"), [((2600, 1300), (1300, 650)), ((1300, 2600), (650, 1300))])
def test_a_large_jpeg_is_decoded_at_half_whatever_its_shape(size: tuple[int, int], half: tuple[int, int]) -> None:
    body = encoded(picture(size=(260, 260)).resize(size))
    with Image.open(io.BytesIO(body)) as expected:
        expected.draft("RGB", half)
        assert expected.size == half
        expected.thumbnail((1280, 1280), Image.Resampling.BICUBIC)
        assert np.array_equal(decode(body).rgb, np.asarray(expected))


def test_a_jpeg_as_thin_as_a_thread_is_decoded() -> None:
    assert decode(encoded(Image.new("RGB", (50_000, 32)), "JPEG")).rgb.shape == (1, 1280, 3)


def test_thumbnails_come_in_the_sizes_that_their_addresses_name() -> None:
    assert THUMBNAIL_SIDES == (320, 1280)
    wide = decode(encoded(Image.new("RGB", (2000, 1000)), "JPEG"))
    for side in THUMBNAIL_SIDES:
        with Image.open(io.BytesIO(thumbnail(wide, side))) as image:
            assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (side, side // 2))


def test_a_thumbnail_can_be_shown_before_all_of_it_has_come() -> None:
    with Image.open(io.BytesIO(thumbnail(decode(encoded(picture())), 64))) as image:
        assert image.info.get("progressive")
