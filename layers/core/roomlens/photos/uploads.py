"""Presigned uploads: photos that were announced, and then come straight into the bucket.

S3 itself holds the sender to the size, the type and the key that were announced; what has come is checked again here,
and stored under a name made of its bytes, as any other upload.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from roomlens import outbox, storage
from roomlens.errors import NotFoundError, UnsupportedMediaError, ValidationError
from roomlens.models import Image
from roomlens.photos import intake
from roomlens.photos.decoding import decode
from roomlens.photos.records import Arrival, require_listing
from roomlens.photos.thumbnails import put_thumbnails
from roomlens.settings import storage_settings

CONTENT_TYPES: Final = frozenset(
    {"image/jpeg", "image/png", "image/webp", "image/gif", "image/heic", "image/heif"}
)


@dataclass(frozen=True)
class Expected:
    """What a sender announced; `size` is in bytes, `sha256` in hexadecimal digits. The listing is among it: its row may
    be gone by the time that the photo comes."""

    key: str
    filename: str
    content_type: str
    size: int
    sha256: str | None = None
    listing_id: int | None = None
    captured_at: datetime | None = None

    @classmethod
    def of(cls, request: Mapping[str, Any]) -> Expected:
        """As a task keeps it."""
        kept = {field.name: request[field.name] for field in fields(cls)}
        return cls(**kept | {"captured_at": captured_at_of(request)})

    def kept(self) -> dict[str, Any]:
        """For a task to keep: `of` reads it."""
        captured_at = self.captured_at.isoformat() if self.captured_at else None
        return asdict(self) | {"captured_at": captured_at}


def captured_at_of(request: Mapping[str, Any]) -> datetime | None:
    """When a photo was taken, as a task keeps it."""
    said = request.get("captured_at")
    return datetime.fromisoformat(said) if said else None


def check(content_type: str, size: int) -> None:
    """Raises UnsupportedMediaError and TooLargeError, before a byte is sent."""
    if content_type not in CONTENT_TYPES:
        raise UnsupportedMediaError(f"Photos are {', '.join(sorted(CONTENT_TYPES))}.")
    if size > storage_settings().max_photo_bytes:
        raise storage.too_large(size)


def announce(session: Session, expected: Expected) -> Image:
    """The row of a photo that has yet to come."""
    image = Image(s3_key=expected.key, filename=expected.filename, listing_id=expected.listing_id)
    session.add(image)
    session.flush()
    return image


def receive(session: Session, waiting_id: int | None, expected: Expected) -> Image:
    """Takes in what has come: the photo's row, which is that of `waiting_id` unless the listing has this photo already;
    then the waiting row is gone.

    Raises NotFoundError when nothing has come, ValidationError when it is not what was announced, and whatever `decode`
    refuses.
    """
    require_listing(session, expected.listing_id)
    try:
        body = storage.get(expected.key).body
    except NotFoundError:
        raise NotFoundError("Nothing was uploaded.") from None
    if len(body) != expected.size:
        raise ValidationError(f"{len(body):,} bytes have come; {expected.size:,} were announced.")
    picture = decode(body)
    if expected.sha256 not in (None, picture.sha256):
        raise ValidationError("The bytes that have come are not those that were announced: their sha256 differs.")
    waiting = session.get(Image, waiting_id) if waiting_id else None
    arrival = Arrival("", expected.filename, expected.listing_id, expected.captured_at)
    outbox.keep(session, picture.sha256)
    put_thumbnails(picture)  # ahead of the listing's lock, which others wait for
    image = intake.store_original(session, body, arrival, picture, waiting)
    if waiting is not None and waiting.id != image.id:
        session.execute(delete(Image).where(Image.id == waiting.id))
    return image
