"""The one way in. Every door (multipart, S3, workflow) ends here, and the same photo twice changes nothing."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from roomlens import storage
from roomlens.errors import AppError, InferenceFailedError, NotFoundError, UnavailableError
from roomlens.events import ObjectCreated, listing_of
from roomlens.models import Analysis, Image, ImageStatus, ImageVector, TextVector
from roomlens.observability import logger, timed
from roomlens.photos.decoding import THUMBNAIL_SIDES, Picture, decode, thumbnail
from roomlens.photos.records import (
    Arrival,
    find_by_content,
    find_by_key,
    forget_analyses,
    record_failure,
    require_listing,
)
from roomlens.settings import storage_settings
from roomlens.vision import PhotoAnalysis, model_in_force, photo_analyzer
from roomlens.vocabulary import TAG_GROUPS, condition_band


@dataclass(frozen=True)
class Taken:
    """A photo that is in. `deduplicated`: it was there before, and nothing was done again."""

    image: Image
    analysis: Analysis
    deduplicated: bool


def upload(session: Session, body: bytes, arrival: Arrival) -> Taken:
    """A photo that came by HTTP: checked, stored, analysed.

    Raises NotFoundError for an unknown listing, and whatever `decode` refuses, before anything is stored.
    """
    require_listing(session, arrival.listing_id)
    picture = decode(body)
    known = find_by_content(session, arrival.listing_id, picture.sha256)
    if known is not None and (seen := _analysis_in_force(session, known)) is not None:
        return Taken(known, seen, deduplicated=True)
    return _analyze_into(session, store_original(session, body, arrival, picture), picture)


def queue_upload(session: Session, body: bytes, arrival: Arrival) -> Image:
    """As `upload`, but the analysis is left to a task: checked and stored, with status `queued`."""
    require_listing(session, arrival.listing_id)
    return store_original(session, body, arrival, decode(body))


def store_original(session: Session, body: bytes, arrival: Arrival, picture: Picture) -> Image:
    """Puts an HTTP upload's bytes into the bucket, and its row into the table."""
    key = storage.original_key(arrival.listing_id, picture.sha256, picture.extension)
    storage.put(key, body, picture.content_type)
    stored = Arrival(key, arrival.filename, arrival.listing_id, arrival.captured_at)
    return _row_of(session, stored, picture)


def take_in_object(session: Session, created: ObjectCreated) -> Taken | None:
    """A photo that was put into the bucket. None: there is nothing to do (a foreign bucket, or it is gone again).

    What the object holds *now* is what counts, so events may come twice and in any order. A photo that can't be
    taken in is recorded with its reason; UnavailableError is raised, for the event to come again.
    """
    if created.bucket != storage_settings().photo_bucket:
        logger().warning("photo.foreign_bucket", extra={"key": created.key})
        return None
    arrival = Arrival(created.key, created.key.rsplit("/", 1)[-1][:255])
    try:
        arrival = Arrival(arrival.key, arrival.filename, listing_of(created.key))
        require_listing(session, arrival.listing_id)
        return _take_in_stored(session, arrival)
    except UnavailableError:
        raise
    except AppError as error:
        logger().info("photo.refused", extra={"key": created.key, "code": error.code, "detail": error.detail})
        record_failure(session, arrival, error)
        return None


def _take_in_stored(session: Session, arrival: Arrival) -> Taken | None:
    try:
        body = storage.get(arrival.key).body
    except NotFoundError:
        logger().info("photo.gone", extra={"key": arrival.key})
        return None
    picture = decode(body)
    known = find_by_content(session, arrival.listing_id, picture.sha256)
    if known is not None and (seen := _analysis_in_force(session, known)) is not None:
        _drop_overwritten(session, arrival.key, known)
        return Taken(known, seen, deduplicated=True)
    return _analyze_into(session, _row_of(session, arrival, picture), picture)


def prepare(image: Image) -> Picture:
    """Reads a queued photo's original and makes its thumbnails: the first step of the workflow."""
    picture = read_original(image)
    _put_thumbnails(picture)
    return picture


def analyze(session: Session, image: Image) -> Taken:
    """Looks at a queued photo and stores what was seen: the second step of the workflow."""
    if (seen := _analysis_in_force(session, image)) is not None:
        image.status = ImageStatus.ANALYZED
        return Taken(image, seen, deduplicated=True)
    return _store_analysis(session, image, read_original(image))


def read_original(image: Image) -> Picture:
    return decode(storage.get(image.s3_key).body)


def _analyze_into(session: Session, image: Image, picture: Picture) -> Taken:
    _put_thumbnails(picture)
    return _store_analysis(session, image, picture)


def _put_thumbnails(picture: Picture) -> None:
    for side in THUMBNAIL_SIDES:
        storage.put(storage.thumbnail_key(picture.sha256, side), thumbnail(picture, side), "image/jpeg")


def _row_of(session: Session, arrival: Arrival, picture: Picture) -> Image:
    """The photo's row, made or found: by its bytes within its listing first, then by its key."""
    from roomlens.vision.hashes import perceptual_hash  # needs numpy

    content = {
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
    session.execute(
        insert(Image)
        .values(listing_id=arrival.listing_id, s3_key=arrival.key, filename=arrival.filename, **content)
        .on_conflict_do_nothing()
    )
    image = find_by_content(session, arrival.listing_id, picture.sha256)
    if image is not None:
        _drop_overwritten(session, arrival.key, image)
        return image
    # the key held something else before: a photo that was overwritten, or one that had failed
    image = session.scalars(select(Image).where(Image.s3_key == arrival.key).with_for_update()).one()
    forget_analyses(session, image.id)
    for name, value in {**content, "listing_id": arrival.listing_id, "filename": arrival.filename}.items():
        setattr(image, name, value)
    session.flush()
    return image


def _drop_overwritten(session: Session, key: str, image: Image) -> None:
    """Another row may still speak of this key's earlier content, which is gone."""
    earlier = find_by_key(session, key)
    if earlier is not None and earlier.id != image.id:
        session.delete(earlier)
        session.flush()


def _analysis_in_force(session: Session, image: Image) -> Analysis | None:
    model = model_in_force()
    statement = select(Analysis).where(
        Analysis.image_id == image.id, Analysis.model == model.name, Analysis.version == model.version
    )
    return session.scalars(statement).one_or_none()


def _store_analysis(session: Session, image: Image, picture: Picture) -> Taken:
    analyzer = photo_analyzer()
    started = time.perf_counter()
    try:
        with timed("model"):
            seen = analyzer.analyze(picture.rgb)
    except AppError:
        raise
    except Exception as error:
        # a model is a black box to the photos that come: one that it chokes on is recorded, and loses no other
        logger().exception("photo.inference_failed", extra={"image_id": image.id})
        raise InferenceFailedError("The model could not make anything of this photo.") from error
    values = _analysis_values(seen) | {"duration_ms": (time.perf_counter() - started) * 1000}
    model = {
        "model": analyzer.model.name,
        "version": analyzer.model.version,
        "weights_sha256": analyzer.model.weights_sha256,
    }
    session.execute(insert(Analysis).values(image_id=image.id, **model, **values).on_conflict_do_nothing())
    analysis = _analysis_in_force(session, image)
    assert analysis is not None, "just inserted, or there before"
    _store_vectors(session, image, analysis, seen, f"{analyzer.model.name}@{analyzer.model.version}")
    image.status, image.failure_code, image.failure_detail = ImageStatus.ANALYZED, None, None
    session.flush()
    return Taken(image, analysis, deduplicated=False)


def _analysis_values(seen: PhotoAnalysis) -> dict[str, object]:
    score = seen.condition_score
    return {
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
        "caption": seen.caption,
    }


def _store_vectors(session: Session, image: Image, analysis: Analysis, seen: PhotoAnalysis, embedder: str) -> None:
    shared = {
        "analysis_id": analysis.id,
        "image_id": image.id,
        "listing_id": image.listing_id,
        "room_type": analysis.room_type,
        "embedder": embedder,
    }
    session.execute(insert(TextVector).values(**shared, vector=seen.text_vector).on_conflict_do_nothing())
    session.execute(insert(ImageVector).values(**shared, vector=seen.image_vector).on_conflict_do_nothing())
