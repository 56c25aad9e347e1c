"""What PostgreSQL makes of the statements of a search: their plans, and what the index finds."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from roomlens import search
from roomlens.models import Analysis, Image, ImageVector, TextVector
from roomlens.search import search_image, search_text
from roomlens.vectors import IMAGE_DIMENSIONS, TEXT_DIMENSIONS
from tests.databases import empty
from tests.factories import make_listing
from tests.fakes import FakeEmbedder, seeded_vector

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("s3", "analyzer")]
MODEL = "fake-colours@1"
EXACT_ROWS = 200  # here; the product's own border would make a slow test
ROWS = 800
Vectors = NDArray[np.float32]


def clusters(dimensions: int) -> Vectors:
    """More vectors than the exact way takes: 40 clusters, as photos of 40 kinds would lie."""
    generator = np.random.default_rng(7)
    centres = generator.standard_normal((40, dimensions))
    vectors = centres[np.arange(ROWS) % 40] + 0.6 * generator.standard_normal((ROWS, dimensions))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def crowd() -> Vectors:
    return clusters(TEXT_DIMENSIONS)


@pytest.fixture(scope="module")
def crowded(database: Engine, crowd: Vectors) -> Iterator[None]:
    """The crowd in the database, with ids from 1, for the tests of this module; PostgreSQL knows how many there are."""
    empty(database)
    seen = {"model": "fake-colours", "version": "1", "weights_sha256": "", "room_type": "kitchen", "caption": ""}
    seen["scene"] = "interior"
    measures = {"room_confidence": 1.0, "alternatives": [], "features": [], "components": {}, "duration_ms": 0.0}
    shared = {"room_type": "kitchen", "embedder": MODEL, "listing_id": None}
    numbers = range(1, ROWS + 1)
    photos = [
        {"id": n, "s3_key": f"photos/crowd/{n}", "filename": "a.jpg", "sha256": str(n), "status": "analyzed"}
        for n in numbers
    ]
    with database.begin() as connection:
        connection.execute(Image.__table__.insert(), photos)
        connection.execute(Analysis.__table__.insert(), [{"id": n, "image_id": n, **seen, **measures} for n in numbers])
        for table, vectors in ((TextVector, crowd), (ImageVector, clusters(IMAGE_DIMENSIONS))):
            rows = [{"analysis_id": n, "image_id": n, "vector": vectors[n - 1], **shared} for n in numbers]
            connection.execute(table.__table__.insert(), rows)
        connection.execute(text("analyze text_vectors, image_vectors"))
    yield
    empty(database)


@pytest.fixture
def wide(crowded: None, db: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """The crowd is too large for the exact way. So few rows would still be cheaper to sort: what is asked here is
    whether the statements fit the indexes at all."""
    monkeypatch.setattr(search, "EXACT_ROWS", EXACT_ROWS)
    db.execute(text("select set_config(name, 'off', true) from unnest(array['enable_seqscan', 'enable_sort']) name"))
    return db


@contextmanager
def plans(db: Session) -> Iterator[list[str]]:
    """The plan of each statement that compares vectors, as it was sent."""
    found: list[str] = []

    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "<=>" in statement:
            cursor.execute(f"explain {statement}", parameters)
            found.append("\n".join(line for (line,) in cursor.fetchall()))

    event.listen(db.connection(), "before_cursor_execute", explain)
    yield found
    event.remove(db.connection(), "before_cursor_execute", explain)


def test_a_wide_search_finds_nearly_all_of_the_nearest_and_never_fewer(
    wide: Session, crowd: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = right = 0
    for seed in range(20):
        question = crowd[seed * 31] + 0.3 * seeded_vector(str(seed), TEXT_DIMENSIONS)
        question = (question / np.linalg.norm(question)).astype(np.float32)
        monkeypatch.setattr(FakeEmbedder, "embed", lambda *_, asked=question, **__: asked[None])
        hits = [hit.image.id - 1 for hit in search_text(wide, "x", k=10).hits]
        truth = np.argsort(-(crowd @ question))[:10]
        found += len(hits)
        right += len(set(hits) & set(truth.tolist()))
    assert found == 200, "k results, because k exist"
    assert right / found >= 0.95


def test_a_wide_search_for_words_uses_the_index(wide: Session) -> None:
    with plans(wide) as found:
        search_text(wide, "a kitchen", k=5)
    (plan,) = found
    assert "Index Scan using ix_text_vectors_vector" in plan, plan


def test_a_wide_search_for_a_picture_uses_the_index(wide: Session) -> None:
    with plans(wide) as found:
        search_image(wide, 1, k=5)
    (plan,) = found
    assert "Index Scan using ix_image_vectors_vector" in plan, plan


def test_a_narrow_search_reads_its_rows_and_compares_them_all(wide: Session) -> None:
    listing = make_listing(wide)
    with plans(wide) as found:
        search_text(wide, "a kitchen", k=5, listing_id=listing.id)
        search_image(wide, 1, k=5, listing_id=listing.id)
    for plan, table in zip(found, ("text_vectors", "image_vectors"), strict=True):
        assert f"ix_{table}_embedder_listing_id" in plan, plan
        assert f"ix_{table}_vector" not in plan, plan


def test_a_lost_index_is_seen_in_the_plan(wide: Session) -> None:
    """Or else the tests above would say nothing."""
    wide.execute(text("drop index ix_text_vectors_vector, ix_text_vectors_embedder_listing_id"))
    with plans(wide) as found:
        search_text(wide, "a kitchen", k=5)
    (plan,) = found
    assert "ix_text_vectors" not in plan, plan
