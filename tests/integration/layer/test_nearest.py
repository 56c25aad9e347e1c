"""The nearest rows, on either database, compared with what numpy finds among the same vectors."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, insert
from sqlalchemy.orm import Session

from roomlens.models import Analysis, Image, TextVector
from roomlens.search.nearest import nearest_rows
from roomlens.vectors import TEXT_DIMENSIONS

ROWS = 60
NEW, OLD = "words@2", "words@1"
ROOMS = ("kitchen", "bathroom", "bedroom")
Vectors = NDArray[np.float32]


def unit_vectors(seed: int, count: int) -> Vectors:
    """Rounded as the column rounds them, so that numpy compares the same numbers."""
    vectors = np.random.default_rng(seed).standard_normal((count, TEXT_DIMENSIONS))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype("<f2").astype(np.float32)


@pytest.fixture
def crowd(db: Session) -> Vectors:
    """Photos 1 to ROWS, each with a vector of the version in force and a better one of an older version."""
    vectors = unit_vectors(1, ROWS)
    numbers = range(1, ROWS + 1)
    seen = {"version": "", "weights_sha256": "", "scene": "interior", "room_type": "kitchen", "caption": ""}
    seen |= {"room_confidence": 1.0, "alternatives": [], "features": [], "components": {}, "duration_ms": 0.0}
    db.execute(insert(Image), [{"id": n, "s3_key": f"photos/{n}", "filename": "a.jpg"} for n in numbers])
    for first, model in ((0, NEW), (ROWS, OLD)):
        db.execute(insert(Analysis), [{"id": first + n, "image_id": n, "model": model, **seen} for n in numbers])
        rows = [
            {
                "analysis_id": first + n,
                "image_id": n,
                "listing_id": 1 + n % 7,
                "room_type": ROOMS[n % 3],
                "tags": [],
                "condition_score": n / ROWS,
                "natural_light_score": None,
                "captured_at": None,
                "embedder": model,
                "document": "",
                "vector": vectors[n - 1],
            }
            for n in numbers
        ]
        db.execute(insert(TextVector.__table__), rows)
    db.connection().info.pop("vector_rows", None)
    return vectors


Filter = tuple[list[ColumnElement[bool]], Callable[[int], bool]]
FILTERS: tuple[Filter, ...] = (
    ([], lambda n: n > 0),
    ([TextVector.listing_id == 3], lambda n: 1 + n % 7 == 3),
    ([TextVector.room_type.in_(["kitchen", "bedroom"])], lambda n: n % 3 != 1),
    ([TextVector.condition_score >= 0.8, TextVector.room_type != "kitchen"], lambda n: n / ROWS >= 0.8 and n % 3 != 0),
    ([TextVector.listing_id == 999], lambda n: n < 0),
)


@pytest.mark.parametrize("k", [1, 7, 200])
@pytest.mark.parametrize(("where", "matches"), FILTERS)
def test_the_nearest_are_those_that_numpy_finds(
    db: Session, crowd: Vectors, where: list[ColumnElement[bool]], matches: Callable[[int], bool], k: int
) -> None:
    for question in unit_vectors(2, 5):
        distances = 1 - crowd @ question
        numbers = [n for n in range(1, ROWS + 1) if matches(n)]
        truth = sorted(numbers, key=lambda n: (distances[n - 1], n))[:k]
        found = nearest_rows(db, TextVector, question, embedder=NEW, k=k, where=where)
        assert [near.image_id for near in found] == truth
        assert [near.distance for near in found] == pytest.approx([distances[n - 1] for n in truth], abs=1e-4)


def test_rows_of_another_version_are_never_seen(db: Session, crowd: Vectors) -> None:
    found = nearest_rows(db, TextVector, crowd[0], embedder=NEW, k=2 * ROWS)
    assert {near.analysis_id for near in found} == set(range(1, ROWS + 1))
    assert nearest_rows(db, TextVector, crowd[0], embedder="words@3", k=5) == []


def test_a_photo_that_is_asked_with_lies_at_no_distance(db: Session, crowd: Vectors) -> None:
    nearest, *_ = nearest_rows(db, TextVector, crowd[4], embedder=NEW, k=3)
    assert nearest.image_id == 5
    assert nearest.distance == pytest.approx(0, abs=1e-5)


def test_equal_distances_are_in_the_order_of_the_photos(db: Session, crowd: Vectors) -> None:
    db.query(TextVector).filter(TextVector.image_id.in_([9, 3, 6])).update({"vector": crowd[0]})
    found = nearest_rows(db, TextVector, crowd[0], embedder=NEW, k=4)
    assert [near.image_id for near in found] == [1, 3, 6, 9]


def test_a_listing_that_is_said_to_be_narrow_is_found_the_same(db: Session, crowd: Vectors) -> None:
    where = [TextVector.listing_id == 2]
    found, told = (
        nearest_rows(db, TextVector, crowd[0], embedder=NEW, k=5, where=where, narrow=narrow)
        for narrow in (False, True)
    )
    assert len(found) == 5
    assert told == found
