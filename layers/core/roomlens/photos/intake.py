"""The one way in. Every door (multipart, S3, workflow) ends here, and the same photo twice changes nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from roomlens import storage
from roomlens.dialects import insert
from roomlens.errors import AppError, ConfigurationError, InferenceFailedError, NotFoundError, UnavailableError
from roomlens.events import ObjectCreated, listing_of
from roomlens.fields import readable_filename
from roomlens.models import Analysis, Image, ImageStatus
from roomlens.observability import logger, timed
from roomlens.photos.decoding import THUMBNAIL_SIDES, Picture, decode, thumbnail
from roomlens.photos.indexing import index_photo
from roomlens.photos.records import Arrival, find_by_content, require_listing
from roomlens.photos.rows import lock_listing, settle, settle_failure
from roomlens.settings import storage_settings
from roomlens.text import text_embedder
from roomlens.vision import PhotoAnalysis, model_in_force, photo_analyzer
from roomlens.vocabulary import TAG_GROUPS, condition_band


@dataclass(frozen=True)
class Taken:
    """A photo that is in. `deduplicated`: it was looked at before, and was not looked at again."""

    image: Image
    analysis: Analysis
    deduplicated: bool


@dataclass(frozen=True)
class Look:
    """What one look at a photo gave, and how long the model took in milliseconds."""

    seen: PhotoAnalysis
    duration_ms: float


def upload(session: Session, body: bytes, arrival: Arrival) -> Taken:
    """A photo that came by HTTP: checked, looked at, stored.

    Raises NotFoundError for an unknown listing, and whatever `decode` refuses, before anything is stored.
    """
    require_listing(session, arrival.listing_id)
    picture = decode(body)
    look = _look_if_new(session, arrival.listing_id, picture)
    image = _store_original(session, body, arrival, picture)
    return _record(session, image, lambda: look or _look_and_show(picture))


def queue_upload(session: Session, body: bytes, arrival: Arrival) -> Image:
    """As `upload`, but the look is left to a task; a photo that was never looked at is `queued`."""
    require_listing(session, arrival.listing_id)
    return _store_original(session, body, arrival, decode(body))


def take_in_object(session: Session, created: ObjectCreated) -> Taken | None:
    """A photo that was put into the bucket. None: there is nothing to do (a foreign bucket, or it is gone again).

    What the object holds *now* is what counts, so events may come twice and in any order. A photo that can't be
    taken in is recorded with its reason; UnavailableError and ConfigurationError are raised, for the event to come
    again.
    """
    if created.bucket != storage_settings().photo_bucket:
        logger().warning("photo.foreign_bucket", extra={"key": created.key})
        return None
    if created.key.endswith("/"):  # a folder, as the S3 console makes them
        return None
    arrival = Arrival(created.key, readable_filename(created.key))
    try:
        arrival = Arrival(arrival.key, arrival.filename, listing_of(created.key))
        require_listing(session, arrival.listing_id)
    except AppError as error:
        refuse(session, arrival, error)
        return None
    try:
        return take_in(session, arrival)
    except NotFoundError:
        logger().info("photo.gone", extra={"key": arrival.key})
    except (UnavailableError, ConfigurationError):  # they say nothing of the photo
        raise
    except AppError as error:
        refuse(session, arrival, error)
    return None


def take_in(session: Session, arrival: Arrival) -> Taken:
    """The photo that lies under a key now. Raises NotFoundError when there is none, and whatever it is refused for.

    The long part, decoding and looking, runs without the lock; whoever comes out of it with bytes that no longer lie
    there starts again.
    """
    stored = storage.get(arrival.key)
    examined = _examine(session, arrival, stored.body)
    lock_listing(session, arrival.listing_id)
    if storage.etag(arrival.key) != stored.etag:
        return take_in(session, arrival)
    if isinstance(examined, AppError):
        raise examined
    picture, look = examined
    image = settle(session, arrival, content_of(picture, arrival))
    return _record(session, image, lambda: look or _look_and_show(picture))


def _examine(session: Session, arrival: Arrival, body: bytes) -> tuple[Picture, Look | None] | AppError:
    """What the bytes show, or why they are refused. UnavailableError and ConfigurationError are raised: they say
    nothing of the bytes."""
    try:
        picture = decode(body)
        return picture, _look_if_new(session, arrival.listing_id, picture)
    except (UnavailableError, ConfigurationError):
        raise
    except AppError as error:
        return error


def refuse(session: Session, arrival: Arrival, error: AppError) -> None:
    """Records why what lies under a key can't be taken in."""
    logger().info("photo.refused", extra={"key": arrival.key, "code": error.code, "detail": error.detail})
    lock_listing(session, arrival.listing_id)
    settle_failure(session, arrival, error)


def prepare(image: Image) -> None:
    """Reads a queued photo's original and makes its thumbnails: the first step of the workflow."""
    _put_thumbnails(read_original(image))


def analyze(session: Session, image: Image) -> Taken:
    """Looks at a queued photo and stores what was seen: the second step of the workflow."""

    def look() -> Look:
        picture = read_original(image)
        found = _look(picture)
        session.refresh(image, with_for_update=True)
        _same_bytes(image, picture)
        return found

    return _record(session, image, look)


def read_original(image: Image) -> Picture:
    """Raises NotFoundError when the bytes are gone, or are other ones now."""
    picture = decode(storage.get(image.s3_key).body)
    _same_bytes(image, picture)
    return picture


def _same_bytes(image: Image, picture: Picture) -> None:
    if picture.sha256 != image.sha256:
        raise NotFoundError("The photo is no longer where it was put.")


def analysis_in_force(session: Session, image: Image) -> Analysis | None:
    """What the model in force saw in a photo, when it has looked."""
    model = model_in_force()
    statement = select(Analysis).where(
        Analysis.image_id == image.id, Analysis.model == model.name, Analysis.version == model.version
    )
    return session.scalars(statement).one_or_none()


def _store_original(session: Session, body: bytes, arrival: Arrival, picture: Picture) -> Image:
    """Puts an HTTP upload's bytes into the bucket under a name made of them, and its row into the table."""
    key = storage.original_key(arrival.listing_id, picture.sha256, picture.extension)
    storage.put(key, body, picture.content_type)
    stored = Arrival(key, arrival.filename, arrival.listing_id, arrival.captured_at)
    content = content_of(picture, stored)
    lock_listing(session, arrival.listing_id)
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


def _put_thumbnails(picture: Picture) -> None:
    for side in THUMBNAIL_SIDES:
        storage.put(storage.thumbnail_key(picture.sha256, side), thumbnail(picture, side), "image/jpeg")


def _look_if_new(session: Session, listing_id: int | None, picture: Picture) -> Look | None:
    known = find_by_content(session, listing_id, picture.sha256)
    return None if known is not None and analysis_in_force(session, known) else _look_and_show(picture)


def _look_and_show(picture: Picture) -> Look:
    """A look at a photo of which there are no thumbnails yet."""
    _put_thumbnails(picture)
    return _look(picture)


def _look(picture: Picture) -> Look:
    """Asks the model. Raises InferenceFailedError for whatever it chokes on."""
    started = time.perf_counter()
    try:
        with timed("model"):
            seen = photo_analyzer().analyze(picture.rgb, (picture.width, picture.height))
    except AppError:
        raise
    except Exception as error:
        # a model is a black box to the photos that come: one that it chokes on is recorded, and loses no other
        logger().exception("photo.inference_failed", extra={"sha256": picture.sha256})
        raise InferenceFailedError("The model could not make anything of this photo.") from error
    return Look(seen, (time.perf_counter() - started) * 1000)


def _record(session: Session, image: Image, look: Callable[[], Look]) -> Taken:
    """Stores what was seen, unless the model in force has looked at this photo before."""
    analysis = analysis_in_force(session, image)
    deduplicated = analysis is not None
    if analysis is None:
        analysis = _store_analysis(session, image, look())
    image.status, image.failure_code, image.failure_detail = ImageStatus.ANALYZED, None, None
    session.flush()
    return Taken(image, analysis, deduplicated)


def _store_analysis(session: Session, image: Image, look: Look) -> Analysis:
    model = model_in_force()
    named = {"model": model.name, "version": model.version, "weights_sha256": model.weights_sha256}
    values = {"image_id": image.id, "duration_ms": look.duration_ms, **named, **analysis_values(look.seen)}
    session.execute(insert(session, Analysis).values(**values).on_conflict_do_nothing())
    analysis = analysis_in_force(session, image)
    assert analysis is not None, "just inserted, or there before"
    index_photo(
        session,
        image,
        analysis,
        embedder=f"{model.name}@{model.version}",
        text_model=text_embedder().model,
        text_vector=look.seen.text_vector,
        image_vector=look.seen.image_vector,
    )
    return analysis


def analysis_values(seen: PhotoAnalysis) -> dict[str, object]:
    """What was seen in a photo, as columns of `analyses`."""
    score = seen.condition_score
    return {
        "scene": seen.scene,
        "room_type": seen.room.label,
        "room_confidence": seen.room.confidence,
        "alternatives": [asdict(other) for other in seen.alternatives],
        "features": [
            {"tag": feature.tag, "group": TAG_GROUPS[feature.tag], "confidence": feature.confidence}
            for feature in seen.features
        ],
        "condition_score": score,
        "condition_band": None if score is None else condition_band(score),
        "condition_reason": seen.condition_reason,
        "natural_light_score": seen.natural_light_score,
        "components": {
            "condition": seen.condition_components,
            "natural_light": seen.natural_light_components,
            "quality": seen.quality,
        },
        "reasons": {"condition": list(seen.condition_why), "natural_light": list(seen.natural_light_why)},
        "quality_flags": list(seen.quality_flags),
        "compliance": [asdict(found) for found in seen.compliance],
        "caption": seen.caption,
    }
