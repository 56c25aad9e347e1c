"""The sample pictures and what listings.json says of them."""

import io
import json
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from roomlens.photos.decoding import decode
from tools.date_samples import SAMPLES, dated

PHOTOS = [
    (SAMPLES / home["folder"] / photo["file"], datetime.fromisoformat(photo["captured_at"]))
    for home in json.loads((SAMPLES / "listings.json").read_text())
    for photo in home["photos"]
]


@pytest.mark.parametrize(("path", "captured_at"), PHOTOS, ids=[path.stem for path, _ in PHOTOS])
def test_each_sample_says_when_it_was_taken(path: Path, captured_at: datetime) -> None:
    assert decode(path.read_bytes()).captured_at == captured_at


def test_a_picture_is_dated_without_being_touched_and_once_is_enough() -> None:
    path, captured_at = PHOTOS[0]
    bare = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(bare, "JPEG")
    first = dated(bare.getvalue(), captured_at)
    assert dated(first, captured_at) == first
    assert dated(path.read_bytes(), captured_at) == path.read_bytes()
    before, after = Image.open(bare), Image.open(io.BytesIO(first))
    assert ImageChops.difference(before, after).getbbox() is None
