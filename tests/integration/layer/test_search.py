"""Both ways of searching, on real pgvector: the exact one for small sets, the index for large ones."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import Engine, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from roomlens import search
from roomlens.models import ImageVector, TextVector
from roomlens.search import candidates, nearest, search_text, similarity
from roomlens.vectors import IMAGE_DIMENSIONS, TEXT_DIMENSIONS
from tests.fakes import FakeAnalyzer, FakeEmbedder, seeded_vector

pytestmark = pytest.mark.usefixtures("s3", "analyzer")
MODEL = "fake-colours@1"
EXACT_ROWS = 200  # here; the product's own border would make a slow test
ROWS = 800


@pytest.fixture(scope="module")
def crowd() -> NDArray[np.float32]:
    """More vectors than the exact way takes: 40 clusters, as photos of 40 kinds would lie."""
    generator = np.random.default_rng(7)
    centres = generator.standard_normal((40, TEXT_DIMENSIONS))
    vectors = centres[np.arange(ROWS) % 40] + 0.6 * generator.standard_normal((ROWS, TEXT_DIMENSIONS))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def crowded(database: Engine, crowd: NDArray[np.float32]) -> Iterator[None]:
    """The crowd in the database, for the tests of this module."""
    with database.begin() as connection:
        connection.execute(
            text(
                "insert into images (s3_key, filename, sha256, status) "
                "select 'photos/crowd/' || n, n::text, n::text, 'analyzed' from generate_series(1, :rows) n"
            ),
            {"rows": ROWS},
        )
        connection.execute(
            text(
                "insert into analyses (image_id, model, version, weights_sha256, room_type, room_confidence,"
                " alternatives, features, components, caption, duration_ms)"
                " select id, 'fake-colours', '1', '', 'kitchen', 1, '[]', '[]', '{}', '', 0"
                " from images where s3_key like 'photos/crowd/%' order by id"
            )
        )
        ids = connection.execute(text("select id, image_id from analyses order by image_id")).all()
        shared = {"room_type": "kitchen", "embedder": MODEL, "listing_id": None}
        rows = [
            {"analysis_id": row.id, "image_id": row.image_id, "vector": vector, **shared}
            for row, vector in zip(ids, crowd, strict=True)
        ]
        connection.execute(TextVector.__table__.insert(), rows)
        connection.execute(text("analyze text_vectors"))
    yield
    with database.begin() as connection:
        connection.execute(text("truncate images cascade"))


def test_a_wide_search_finds_nearly_all_of_the_nearest_and_never_fewer(
    crowded: None, crowd: NDArray[np.float32], db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "EXACT_ROWS", EXACT_ROWS)
    index_or_nothing(db)
    first = db.scalar(text("select min(image_id) from text_vectors")) or 0
    found = right = 0
    for seed in range(20):
        question = crowd[seed * 31] + 0.3 * seeded_vector(str(seed), TEXT_DIMENSIONS)
        question = (question / np.linalg.norm(question)).astype(np.float32)
        monkeypatch.setattr(FakeEmbedder, "embed", lambda _self, _texts, question=question: question[None])
        hits = [hit.image.id - first for hit in search_text(db, "x", k=10).hits]
        truth = np.argsort(-(crowd @ question))[:10]
        found += len(hits)
        right += len(set(hits) & set(truth.tolist()))
    assert found == 200, "k results, because k exist"
    assert right / found >= 0.95


def test_a_wide_search_uses_the_index(crowded: None, db: Session) -> None:
    plan = explain(db, exact=False)
    assert "Index Scan using ix_text_vectors_vector" in plan, plan


def test_a_narrow_search_reads_its_rows_and_compares_them_all(crowded: None, db: Session) -> None:
    plan = explain(db, exact=True, listing_id=1)
    assert "ix_text_vectors_embedder_listing_id" in plan, plan
    assert "ix_text_vectors_vector" not in plan, plan


def index_or_nothing(db: Session) -> None:
    """So few rows are cheaper to sort; what is asked here is whether the statement fits the index at all."""
    db.execute(text("select set_config(name, 'off', true) from unnest(array['enable_seqscan', 'enable_sort']) name"))


def explain(db: Session, *, exact: bool, listing_id: int | None = None) -> str:
    index_or_nothing(db)
    rows = candidates(TextVector, embedder=MODEL, listing_id=listing_id)
    statement = nearest(rows, TextVector, seeded_vector("question", TEXT_DIMENSIONS), 10, exact=exact)
    compiled = statement.compile(dialect=db.get_bind().dialect)
    cursor = db.connection().connection.cursor()
    processors = compiled._bind_processors
    values = {name: processors[name](value) if name in processors else value for name, value in compiled.params.items()}
    cursor.execute(f"explain {compiled}", values)
    return "\n".join(line for (line,) in cursor.fetchall())


def test_the_same_question_gives_the_same_order_of_equals(db: Session) -> None:
    statement = nearest(
        candidates(TextVector, embedder=MODEL), TextVector, seeded_vector("q", TEXT_DIMENSIONS), 5, exact=True
    )
    assert "ORDER BY distance, candidates.image_id" in str(statement.compile(dialect=postgresql.dialect()))


def test_a_vector_of_the_other_space_can_not_be_compared(db: Session) -> None:
    wrong = seeded_vector("q", IMAGE_DIMENSIONS)
    with pytest.raises(Exception, match="expected 1536 float32 numbers"):
        db.execute(nearest(candidates(TextVector, embedder=MODEL), TextVector, wrong, 5, exact=True))
    with pytest.raises(Exception, match="expected 768 float32 numbers"):
        db.execute(
            nearest(candidates(ImageVector, embedder=MODEL), ImageVector, wrong.astype(np.float64), 5, exact=True)
        )


@pytest.mark.parametrize(("distance", "score"), [(0.0, 1.0), (0.25, 0.75), (1.0, 0.0), (1.7, 0.0), (-1e-7, 1.0)])
def test_a_score_lies_between_nothing_and_one(distance: float, score: float) -> None:
    assert similarity(distance) == pytest.approx(score)


def test_relevance_is_judged_by_the_models_own_thresholds() -> None:
    from roomlens.text import RELEVANCE

    assert search.relevance(RELEVANCE.strong, search.Space.TEXT) == "strong"
    assert search.relevance(RELEVANCE.weak, search.Space.TEXT) == "weak"
    assert search.relevance(RELEVANCE.weak - 0.01, search.Space.TEXT) == "noise"


def test_the_model_in_force_names_the_vectors(analyzer: FakeAnalyzer) -> None:
    assert search.embedder_in_force() == MODEL
