"""What holds of every search, whatever lies in the table: nearest first, no more than asked for, nothing foreign."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from roomlens.models import Analysis, Image, ImageVector, Listing, TextVector
from roomlens.schemas import QueryRequest
from roomlens.search import Found, search, search_image
from roomlens.vectors import IMAGE_DIMENSIONS, TEXT_DIMENSIONS
from tests.fakes import FakeEmbedder, FloatArray
from tests.fixtures.properties import PATIENCE

pytestmark = pytest.mark.usefixtures("s3", "analyzer")
MODEL, OTHER_MODEL = "fake-colours@1", "fake-colours@0"
# Each example brings its own rows and takes them away, so all may share one transaction.
FEW = settings(max_examples=25, suppress_health_check=[*PATIENCE, HealthCheck.function_scoped_fixture])
ROUNDING = 2e-3  # PostgreSQL keeps half the bits
# Few directions, so that many photos point in the same one: ties are where an order goes wrong.
DIRECTIONS = st.tuples(*[st.integers(-2, 2)] * 3).filter(any)


@dataclass(frozen=True)
class Shot:
    """A photo to be: where it points, of which of two listings it is or of none, and by which model."""

    direction: tuple[int, int, int]
    listing: int | None
    model: str = MODEL


SHOTS = st.lists(
    st.builds(Shot, DIRECTIONS, st.sampled_from([0, 1, None]), st.sampled_from([MODEL, MODEL, MODEL, OTHER_MODEL])),
    max_size=14,
)


def vector(direction: tuple[int, int, int], dimensions: int) -> FloatArray:
    whole = np.zeros(dimensions, np.float32)
    whole[:3] = direction
    unit: FloatArray = whole / np.linalg.norm(whole)
    return unit


@contextmanager
def stored(db: Session, shots: list[Shot]) -> Iterator[tuple[list[int], list[int]]]:
    """The ids of both listings, and of the photos; all are gone afterwards."""
    with db.begin_nested() as savepoint:
        listings = [Listing(status="active") for _ in range(2)]
        db.add_all(listings)
        db.flush()
        of = [None if shot.listing is None else listings[shot.listing].id for shot in shots]
        images = [
            Image(s3_key=f"photos/{n}", filename="a.jpg", sha256=str(n), status="analyzed", listing_id=listing)
            for n, listing in enumerate(of)
        ]
        db.add_all(images)
        db.flush()
        seen: dict[str, Any] = {
            "weights_sha256": "",
            "scene": "interior",
            "room_type": "kitchen",
            "room_confidence": 1,
            "duration_ms": 0,
        }
        parts: dict[str, Any] = {"alternatives": [], "features": [], "components": {}, "caption": ""}
        analyses = [
            Analysis(image_id=image.id, model="fake-colours", version=shot.model[-1], **seen, **parts)
            for image, shot in zip(images, shots, strict=True)
        ]
        db.add_all(analyses)
        db.flush()
        for shot, image, analysis in zip(shots, images, analyses, strict=True):
            shared = {"analysis_id": analysis.id, "image_id": image.id, "listing_id": image.listing_id}
            shared |= {"room_type": "kitchen", "embedder": shot.model}
            db.add(TextVector(vector=vector(shot.direction, TEXT_DIMENSIONS), **shared))
            db.add(ImageVector(vector=vector(shot.direction, IMAGE_DIMENSIONS), **shared))
        db.flush()
        yield [listing.id for listing in listings], [image.id for image in images]
        savepoint.rollback()
    db.expunge_all()


def answering(asked: FloatArray) -> Callable[..., FloatArray]:
    """An embedder that puts any question there; the texts that relevance is calibrated with stay."""
    embed = FakeEmbedder.embed
    return lambda self, texts, **how: asked[None] if len(texts) == 1 else embed(self, texts, **how)


def by_meaning(db: Session, **asked: Any) -> Found:
    return search(db, QueryRequest(query="x", mode="vector", **asked))


def assert_right(found: Found, question: tuple[int, int, int], among: dict[int, Shot], k: int) -> None:
    """Against the plainest search there is: every photo that was shown is compared with all that come after it."""
    near = {image_id: float(vector(shot.direction, 3) @ vector(question, 3)) for image_id, shot in among.items()}
    shown = [hit.image.id for hit in found.hits]
    left_out = among.keys() - set(shown)
    assert len(shown) == min(k, len(among))
    assert len(left_out) == len(among) - len(shown), "each once, and none that was not to be found"
    for place, one in enumerate(shown):
        for other in [*shown[place + 1 :], *left_out]:
            assert near[one] > near[other] - ROUNDING
            assert one < other or among[one].direction != among[other].direction, "equals come by their ids"
    for hit in found.hits:
        assert hit.score == pytest.approx(max(0.0, near[hit.image.id]), abs=ROUNDING)
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)


@FEW
@given(shots=SHOTS, question=DIRECTIONS, k=st.integers(1, 16), listing=st.sampled_from([0, 1, None]))
def test_words_find_the_nearest_photos_of_the_listing_and_of_the_model_in_force(
    db: Session, shots: list[Shot], question: tuple[int, int, int], k: int, listing: int | None
) -> None:
    with pytest.MonkeyPatch.context() as patch, stored(db, shots) as (listings, images):
        asked = vector(question, TEXT_DIMENSIONS)
        patch.setattr(FakeEmbedder, "embed", answering(asked))
        found = by_meaning(db, k=k, listing_id=None if listing is None else listings[listing])
        among = {
            image_id: shot
            for image_id, shot in zip(images, shots, strict=True)
            if shot.model == MODEL and listing in (None, shot.listing)
        }
        assert_right(found, question, among, k)


@FEW
@given(first=DIRECTIONS, others=SHOTS, k=st.integers(1, 16), listing=st.sampled_from([0, 1, None]))
def test_a_photo_finds_the_photos_that_look_most_like_it_and_never_itself(
    db: Session, first: tuple[int, int, int], others: list[Shot], k: int, listing: int | None
) -> None:
    shots = [Shot(first, 0), *others]
    with stored(db, shots) as (listings, images):
        found = search_image(db, images[0], k=k, listing_id=None if listing is None else listings[listing])
        among = {
            image_id: shot
            for image_id, shot in zip(images[1:], others, strict=True)
            if shot.model == MODEL and listing in (None, shot.listing)
        }
        assert_right(found, first, among, k)


@FEW
@given(shots=SHOTS.filter(bool), question=DIRECTIONS, k=st.integers(1, 8))
def test_asking_for_more_only_adds_to_the_end(
    db: Session, shots: list[Shot], question: tuple[int, int, int], k: int
) -> None:
    with pytest.MonkeyPatch.context() as patch, stored(db, shots):
        asked = vector(question, TEXT_DIMENSIONS)
        patch.setattr(FakeEmbedder, "embed", answering(asked))
        few, more = (by_meaning(db, k=wanted).hits for wanted in (k, k + 3))
        assert [hit.image.id for hit in more][:k] == [hit.image.id for hit in few]
