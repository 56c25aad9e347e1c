"""SQLite and PostgreSQL, given the same vectors, rank them alike."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from roomlens.models import Analysis, Image, ImageVector, Listing, TextVector
from roomlens.schemas import QueryRequest
from roomlens.search import Found, search
from roomlens.search.filters import conditions
from roomlens.search.kinds import VectorTable
from roomlens.search.nearest import exact_statement, wide_statement
from roomlens.vectors import IMAGE_DIMENSIONS, TEXT_DIMENSIONS
from tests.databases import in_memory
from tests.fakes import FakeEmbedder, seeded_vector

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("s3", "analyzer")]
MODEL, OTHER_MODEL = "fake-colours@1", "fake-colours@0"
CAPTIONS = (
    "A bright kitchen with a dishwasher.", "A dark kitchen.", "A bathroom with white tiles.", "A bedroom.",
    "A large bedroom with a balcony.", "A garden behind the house.", "An empty room.", "A kitchen with an island.",
)  # fmt: skip
PHOTOS = 48
FIRST = 1_000_000  # both databases get the same ids, far from those that PostgreSQL's sequences give
LISTINGS = (FIRST, FIRST + 1)
FILTERS: tuple[dict[str, int], ...] = ({}, {"listing_id": LISTINGS[0]}, {"but_not": FIRST + 1})
QUESTIONS = ("a kitchen", "bedroom with a balcony", "white tiles", "something else entirely")


@pytest.fixture(scope="module")
def memory() -> Iterator[Engine]:
    engine = in_memory()
    yield engine
    engine.dispose()


@pytest.fixture
def both(db: Session, memory: Engine) -> Iterator[tuple[Session, Session]]:
    """PostgreSQL and SQLite with the same rows in them; neither keeps them."""
    # with so few rows PostgreSQL may still like its index, which is allowed to miss some
    db.execute(text("set local enable_indexscan = off"))
    with Session(memory) as sqlite:
        for session in (db, sqlite):
            for table in rows():
                session.add_all(table)
                session.flush()
        yield db, sqlite


def rows() -> Iterator[list[Any]]:
    """Table by table. Each caption comes several times, so each question has ties; some photos are of no listing, and
    the vectors of some are of an old model."""
    photos = [(FIRST + n, CAPTIONS[n % len(CAPTIONS)], (*LISTINGS, None)[n % 3]) for n in range(PHOTOS)]
    yield [
        Listing(id=listing, status="active", address=f"{number} Maple Street", price=100.0 * number)
        for number, listing in enumerate(LISTINGS)
    ]
    yield [
        Image(id=n, listing_id=listing, s3_key=f"parity/{n}", filename="a.jpg", sha256=str(n))
        for n, _, listing in photos
    ]
    seen = {"model": "fake-colours", "version": "1", "weights_sha256": "", "scene": "interior", "room_type": "kitchen"}
    measures = {"room_confidence": 1.0, "alternatives": [], "features": [], "components": {}, "duration_ms": 0.0}
    yield [Analysis(id=n, image_id=n, caption=caption, **seen, **measures) for n, caption, _ in photos]
    for n, caption, listing in photos:
        shared = {"analysis_id": n, "image_id": n, "listing_id": listing, "room_type": "kitchen"}
        shared["embedder"] = OTHER_MODEL if n % 7 == 0 else MODEL
        look = seeded_vector(caption, IMAGE_DIMENSIONS) + 0.3 * seeded_vector(str(n // 16), IMAGE_DIMENSIONS)
        yield [
            TextVector(vector=FakeEmbedder().embed([caption])[0], document=caption, **shared),
            ImageVector(vector=unit(look), **shared),
        ]


def unit(vector: NDArray[Any]) -> NDArray[np.float32]:
    length: NDArray[np.float32] = (vector / np.linalg.norm(vector)).astype(np.float32)
    return length


def by_meaning(session: Session, query: str, k: int) -> Found:
    return search(session, QueryRequest(query=query, mode="vector", k=k))


def ranked(
    session: Session, table: VectorTable, question: NDArray[np.float32], k: int, exact: bool, **filters: Any
) -> Sequence[tuple[int, float]]:
    statement = (exact_statement if exact else wide_statement)(table, conditions(table, None, **filters))
    asked = {"vector": question, "embedder": MODEL, "k": k, "most": 10 * PHOTOS}
    return [(row.image_id, row.distance) for row in session.execute(statement, asked)]


@pytest.mark.parametrize("exact", [True, False])
def test_both_give_the_same_photos_in_the_same_order(both: tuple[Session, Session], exact: bool) -> None:
    words, looks = FakeEmbedder().embed(QUESTIONS), [seeded_vector(caption, IMAGE_DIMENSIONS) for caption in CAPTIONS]
    questions = [(TextVector, vector) for vector in words] + [(ImageVector, vector) for vector in looks]
    for (table, question), k, filters in itertools.product(questions, (1, 7, PHOTOS), FILTERS):
        on_postgres, on_sqlite = (ranked(session, table, question, k, exact, **filters) for session in both)
        assert [image for image, _ in on_sqlite] == [image for image, _ in on_postgres], (table, k, filters)
        distances = [[distance for _, distance in found] for found in (on_postgres, on_sqlite)]
        assert distances[0] == pytest.approx(distances[1], abs=1e-5)
        assert 0 < len(on_sqlite) <= k


def test_ties_are_there_and_are_ordered_by_the_photo(both: tuple[Session, Session]) -> None:
    (question,) = FakeEmbedder().embed(["a kitchen"])
    for session in both:
        found = ranked(session, TextVector, question, PHOTOS, exact=True)
        assert len({round(distance, 6) for _, distance in found}) == len(CAPTIONS)
        assert found == sorted(found, key=lambda row: (round(row[1], 6), row[0]))


def test_both_answer_a_question_alike(both: tuple[Session, Session]) -> None:
    for question in QUESTIONS:
        on_postgres, on_sqlite = (by_meaning(session, question, k=10) for session in both)
        assert [hit.image.id for hit in on_sqlite.hits] == [hit.image.id for hit in on_postgres.hits]
        assert [hit.relevance for hit in on_sqlite.hits] == [hit.relevance for hit in on_postgres.hits]
        assert on_sqlite.model == on_postgres.model == MODEL


ASKED: tuple[dict[str, Any], ...] = (
    {"query": "kitchens with dishwashers"},
    {"query": "a bed room, balconies; tiled"},
    {"query": "the kitchen of 1 Maple Street"},
    {"query": "large rooms", "filters": {"rooms": {"any": ["kitchen"]}, "price": {"max": 50}}},
    {"query": "kitchen", "sort": "-price"},
    {"query": "kitchen", "group_by": "listing"},
)


def test_both_find_the_same_photos_by_words(both: tuple[Session, Session]) -> None:
    for mode, asked in itertools.product(("hybrid", "text"), ASKED):
        found = [search(session, QueryRequest(k=30, mode=mode, **asked)) for session in both]
        on_postgres, on_sqlite = ([hit.image.id for hit in one.hits] for one in found)
        assert on_sqlite == on_postgres, (mode, asked)
        assert on_postgres, (mode, asked)
        scores = [[hit.score for hit in one.hits] for one in found]
        assert scores[0] == pytest.approx(scores[1], abs=1e-5), (mode, asked)


def test_a_vector_without_a_direction_comes_last_on_both(both: tuple[Session, Session]) -> None:
    for session in both:
        session.get_one(TextVector, FIRST + 1).vector = np.zeros(TEXT_DIMENSIONS, np.float32)
        session.flush()
        found = by_meaning(session, "a kitchen", k=PHOTOS).hits
        assert (found[-1].image.id, found[-1].score) == (FIRST + 1, 0.0)
