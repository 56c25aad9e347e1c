"""Photos as rows, for tests of searches: nothing is decoded and nothing is looked at, so that a test can say all that
a search sees of each."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from roomlens.models import Analysis, Correction, Image, ImageVector, TextVector
from roomlens.photos.facts import document_of, facts_of
from roomlens.photos.indexing import filtered_columns
from roomlens.vectors import IMAGE_DIMENSIONS, TEXT_DIMENSIONS
from roomlens.vocabulary import TAG_GROUPS, RoomType, Tag, scene_of
from tests.fakes import FakeEmbedder, FloatArray, seeded_vector

MODEL = "fake-colours@1"


def add_photo(
    db: Session,
    *,
    room: RoomType = RoomType.KITCHEN,
    tags: Sequence[Tag] = (),
    caption: str = "A room.",
    listing_id: int | None = None,
    condition: float | None = None,
    natural_light: float | None = None,
    captured_at: datetime | None = None,
    correction: Mapping[str, Any] | None = None,
    look: FloatArray | None = None,
    meaning: FloatArray | None = None,
    version: str = "1",
) -> int:
    """The id of a photo that was analysed: where it lies is what its caption says, and what it looks like its room,
    if a test does not say otherwise (`meaning`: (1536,), `look`: (768,))."""
    image = Image(s3_key="?", filename="a.jpg", status="analyzed", listing_id=listing_id, captured_at=captured_at)
    image.s3_key = f"photos/{id(image)}/{db.query(Image).count()}"
    db.add(image)
    db.flush()
    image.sha256 = f"{image.id:064x}"
    analysis = Analysis(
        image_id=image.id,
        model="fake-colours",
        version=version,
        weights_sha256="1" * 64,
        scene=scene_of(room),
        room_type=room,
        room_confidence=0.9,
        alternatives=[],
        features=[{"tag": tag, "group": TAG_GROUPS[tag], "confidence": 0.8} for tag in tags],
        condition_score=condition,
        natural_light_score=natural_light,
        components={},
        caption=caption,
        duration_ms=1.0,
    )
    db.add(analysis)
    said = (
        None
        if correction is None
        else Correction(**{"image_id": image.id, "tags_added": [], "tags_removed": []} | dict(correction))
    )
    if said is not None:
        db.add(said)
    db.flush()
    facts = facts_of(analysis, said)
    shared = {
        "analysis_id": analysis.id,
        "image_id": image.id,
        "listing_id": listing_id,
        "embedder": f"fake-colours@{version}",
        **filtered_columns(image, facts),
    }
    meaning = FakeEmbedder().embed([facts.caption])[0] if meaning is None else meaning
    db.add(TextVector(vector=meaning, document=document_of(facts), **shared))
    db.add(ImageVector(vector=seeded_vector(facts.room_type, IMAGE_DIMENSIONS) if look is None else look, **shared))
    db.flush()
    return image.id


def pointing(direction: Sequence[float], dimensions: int = TEXT_DIMENSIONS) -> FloatArray:
    """A unit vector in one of few directions: for ties, and for distances that a test can compute."""
    whole = np.zeros(dimensions, np.float32)
    whole[: len(direction)] = direction
    unit: FloatArray = (whole / np.linalg.norm(whole)).astype(np.float32)
    return unit
