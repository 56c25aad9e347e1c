"""The one way in. Every door (multipart, S3, workflow) ends here, and the same photo twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy.orm import Session

from roomlens import outbox, storage
from roomlens.errors import AppError, ConfigurationError, NotFoundError, UnavailableError
from roomlens.events import ObjectCreated, listing_of
from roomlens.fields import readable_filename
from roomlens.models import Analysis, Image, ImageStatus
from roomlens.observability import logger
from roomlens.photos.decoding import Picture, decode
from roomlens.photos.deliveries import is_settled
from roomlens.photos.looking import Look, analysis_by, look_at, store_look
from roomlens.photos.records import Arrival, find_by_content, get_image, require_listing
from roomlens.photos.rows import lock_listing, offer, settle, settle_failure
from roomlens.photos.thumbnails import being_stored, put_thumbnails
from roomlens.settings import storage_settings
from roomlens.storage import INCOMING
from roomlens.tenancy import own_prefix
from roomlens.versions import hold
from roomlens.vision import model_that_looks


@dataclass(frozen=True)
class Taken:
    """A photo that is in. `deduplicated`: it was looked at before, and was not looked at again."""

    image: Image
    analysis: Analysis
    deduplicated: bool


_MOVED: Final = "The photo is no longer where it was put."


def upload(session: Session, body: bytes, arrival: Arrival) -> Taken:
    """A photo that came by HTTP: checked, looked at, stored.

    Raises NotFoundError for an unknown listing, and whatever `decode` refuses, before anything is stored.
    """
    require_listing(session, arrival.listing_id)
    picture = decode(body)
    outbox.keep(session, picture.sha256)
    look = _look_if_new(session, arrival.listing_id, picture)
    image = store_original(session, body, arrival, picture)
    return _record(session, image, look, lambda: _look_and_show(picture))


def queue_upload(session: Session, body: bytes, arrival: Arrival) -> Image:
    """As `upload`, but the look is left to a task; a photo that was never looked at is `queued`."""
    require_listing(session, arrival.listing_id)
    return store_original(session, body, arrival, decode(body))


def take_in_object(session: Session, created: ObjectCreated) -> Taken | None:
    """A photo that was put into the bucket. None: there is nothing to do (a foreign bucket, or it is gone again).

    What the object holds *now* is what counts, so events may come twice and in any order; those that are known to have
    nothing new to say are passed over unread. A photo that can't be taken in is recorded with its reason, as long as it
    lies there; UnavailableError and ConfigurationError are raised, for the event to come again.
    """
    if created.bucket != storage_settings().photo_bucket:
        logger().warning("photo.foreign_bucket", extra={"key": created.key})
        return None
    if is_settled(session, created):
        return None
    arrival = Arrival(created.key, readable_filename(created.key), sequencer=created.sequencer)
    try:
        arrival = replace(arrival, listing_id=listing_of(created.key, own_prefix(INCOMING)))
        require_listing(session, arrival.listing_id)
        return take_in(session, arrival)
    except (UnavailableError, ConfigurationError):  # they say nothing of the photo
        raise
    except AppError as error:
        found = storage.find(arrival.key)
        if found is None or outbox.is_let_go(session, arrival.key, found):
            logger().info("photo.gone", extra={"key": arrival.key})
        else:
            refuse(session, arrival, error)
    return None


def take_in(session: Session, arrival: Arrival) -> Taken:
    """The photo that lies under a key now. Raises NotFoundError when there is none, or it is to go, and whatever it is
    refused for.

    The long part, decoding and looking, runs without the lock; whoever comes out of it with bytes that no longer lie
    there starts again.
    """
    stored = storage.get(arrival.key)
    examined = _examine(session, arrival, stored.body)
    lock_listing(session, arrival.listing_id)
    require_listing(session, arrival.listing_id)
    if outbox.is_let_go(session, arrival.key, stored):  # its photo was deleted
        raise NotFoundError(_MOVED)
    if storage.etag(arrival.key) != stored.etag:
        return take_in(session, arrival)
    if isinstance(examined, AppError):
        raise examined
    picture, look = examined
    image = settle(session, replace(arrival, etag=stored.etag), content_of(picture, arrival))
    return _record(session, image, look, lambda: _look_and_show(picture))


def _examine(session: Session, arrival: Arrival, body: bytes) -> tuple[Picture, Look | None] | AppError:
    """What the bytes show, or why they are refused. UnavailableError and ConfigurationError are raised: they say
    nothing of the bytes."""
    try:
        picture = decode(body)
        outbox.keep(session, picture.sha256)
        return picture, _look_if_new(session, arrival.listing_id, picture)
    except (UnavailableError, ConfigurationError):
        raise
    except AppError as error:
        return error


def refuse(session: Session, arrival: Arrival, error: AppError) -> Image:
    """Records why what lies under a key can't be taken in."""
    logger().info("photo.refused", extra={"key": arrival.key, "code": error.code, "detail": error.detail})
    lock_listing(session, arrival.listing_id)
    return settle_failure(session, arrival, error)


def prepare(image: Image) -> None:
    """Reads a queued photo's original and makes its thumbnails: the first step of the workflow."""
    put_thumbnails(read_original(image))


def analyze(session: Session, image: Image) -> Taken:
    """Looks at a photo that is stored, and stores what was seen: a queued one, or one that another model has seen."""
    new = analysis_by(session, image, model_that_looks()) is None
    look = look_at(read_original(image)) if new else None
    sha256 = image.sha256
    image = get_image(session, image.id, for_update=True)
    if image.sha256 != sha256:
        raise NotFoundError(_MOVED)
    return _record(session, image, look, lambda: look_at(read_original(image)))


def read_original(image: Image) -> Picture:
    """Raises NotFoundError when the bytes are gone, or are other ones now."""
    picture = decode(storage.get(image.s3_key).body)
    if picture.sha256 != image.sha256:
        raise NotFoundError(_MOVED)
    return picture


def store_original(
    session: Session, body: bytes, arrival: Arrival, picture: Picture, waiting: Image | None = None
) -> Image:
    """Puts an upload's bytes into the bucket under a name made of them, and its row into the table: that of `waiting`,
    which was made before the bytes came, unless the listing has this photo already.

    The bytes are put under the lock, so that none are left behind of what was deleted meanwhile. Raises NotFoundError
    when that was the listing, or the row that waits.
    """
    outbox.keep(session, picture.sha256)
    key = storage.original_key(arrival.listing_id, picture.sha256, picture.extension)
    stored = Arrival(key, arrival.filename, arrival.listing_id, arrival.captured_at)
    content = content_of(picture, stored)
    waiting_id = waiting.id if waiting is not None else None
    lock_listing(session, arrival.listing_id)
    require_listing(session, arrival.listing_id)
    if waiting_id is not None:
        get_image(session, waiting_id, for_update=True)
    storage.put(key, body, picture.content_type)
    if waiting is not None:
        offer(session, waiting, stored, content)
    image = settle(session, stored, content)
    image.s3_key = key  # nobody overwrites a key that is named by its content
    if image.status == ImageStatus.FAILED:
        image.status, image.failure_code, image.failure_detail = ImageStatus.QUEUED, None, None
    session.flush()
    return image


def content_of(picture: Picture, arrival: Arrival) -> dict[str, Any]:
    """What a photo's bytes say, as columns of its row."""
    from roomlens.vision.hashes import perceptual_hash  # needs numpy

    return {
        "status": ImageStatus.QUEUED,
        "content_type": picture.content_type,
        "byte_size": picture.byte_size,
        "width": picture.width,
        "height": picture.height,
        "sha256": picture.sha256,
        "perceptual_hash": f"{perceptual_hash(picture.rgb):016x}",
        "captured_at": arrival.captured_at or picture.captured_at,
        "failure_code": None,
        "failure_detail": None,
    }


def _look_if_new(session: Session, listing_id: int | None, picture: Picture) -> Look | None:
    known = find_by_content(session, listing_id, picture.sha256)
    seen = known is not None and analysis_by(session, known, model_that_looks()) is not None
    return None if seen else _look_and_show(picture)


def _look_and_show(picture: Picture) -> Look:
    """A look at a photo of which there are no thumbnails yet."""
    with being_stored(picture):
        return look_at(picture)


def _record(session: Session, image: Image, look: Look | None, again: Callable[[], Look]) -> Taken:
    """Stores what was seen, unless the model that looks has looked at this photo before.

    From here to the end of the transaction no other version comes into force. Where one did while the model was at
    work, that one looks, too: what the other saw would not be found.
    """
    hold(session)
    model = model_that_looks()
    analysis = analysis_by(session, image, model)
    deduplicated = analysis is not None
    if analysis is None:
        analysis = store_look(session, image, look if look is not None and look.model == model else again())
    image.status, image.failure_code, image.failure_detail = ImageStatus.ANALYZED, None, None
    session.flush()
    return Taken(image, analysis, deduplicated)
