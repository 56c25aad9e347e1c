"""What a search promises, on either database: its order, its scores, and what it refuses to compare."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from roomlens import search
from roomlens.models import ImageVector, TextVector
from roomlens.search.nearest import exact_statement, nearest_rows, wide_statement
from roomlens.search.relevance import similarity
from roomlens.vectors import IMAGE_DIMENSIONS
from tests.fakes import FakeAnalyzer, seeded_vector

pytestmark = pytest.mark.usefixtures("s3", "analyzer")
MODEL = "fake-colours@1"


@pytest.mark.parametrize("statement", [exact_statement, wide_statement])
def test_the_same_question_gives_the_same_order_of_equals(statement: Callable[..., Select[Any]]) -> None:
    sent = str(statement(TextVector).compile(dialect=postgresql.dialect()))
    assert re.search(r"ORDER BY \w+\.distance( \+ \S+)?, \w+\.image_id", sent), sent


def test_a_vector_of_the_other_space_can_not_be_compared(db: Session) -> None:
    wrong = seeded_vector("q", IMAGE_DIMENSIONS)
    with pytest.raises(Exception, match="expected 1536 float32 numbers"):
        nearest_rows(db, TextVector, wrong, embedder=MODEL, k=5)
    with pytest.raises(Exception, match="expected 768 float32 numbers"):
        nearest_rows(db, ImageVector, wrong.astype(np.float64), embedder=MODEL, k=5)


@pytest.mark.parametrize(("distance", "score"), [(0.0, 1.0), (0.25, 0.75), (1.0, 0.0), (1.7, 0.0), (-1e-7, 1.0)])
def test_a_score_lies_between_nothing_and_one(distance: float, score: float) -> None:
    assert similarity(distance) == pytest.approx(score)


def test_the_model_in_force_names_the_vectors(analyzer: FakeAnalyzer) -> None:
    assert search.embedder_in_force() == MODEL
