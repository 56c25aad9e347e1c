"""What a search promises, on either database: its order, its scores, and what it refuses to compare."""

import numpy as np
import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from roomlens import search
from roomlens.models import ImageVector, TextVector
from roomlens.search import candidates, nearest, similarity
from roomlens.vectors import IMAGE_DIMENSIONS, TEXT_DIMENSIONS
from tests.fakes import FakeAnalyzer, seeded_vector

pytestmark = pytest.mark.usefixtures("s3", "analyzer")
MODEL = "fake-colours@1"


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
