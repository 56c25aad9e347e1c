"""What PostgreSQL makes of the statements of a search: their plans, what the index finds, and how a wrong turn ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from roomlens.isolation import hold_to
from roomlens.models import ImageVector, TextVector
from roomlens.search import nearest
from roomlens.search.nearest import Near, nearest_rows
from roomlens.vectors import IMAGE_DIMENSIONS, TEXT_DIMENSIONS
from tests.databases import as_owner, empty

pytestmark = pytest.mark.postgres
MODEL = "fake-colours@1"
OLD_MODEL = "fake-colours@0"
ROWS = 2_000
CLUSTERS = 40
LISTING = 7  # of ten photos
Vectors = NDArray[np.float32]


def clusters(dimensions: int) -> Vectors:
    """More vectors than are compared one by one: 40 clusters, as photos of 40 kinds would lie."""
    generator = np.random.default_rng(7)
    centres = generator.standard_normal((CLUSTERS, dimensions))
    vectors = centres[np.arange(ROWS) % CLUSTERS] + 0.6 * generator.standard_normal((ROWS, dimensions))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def rooms() -> list[str]:
    """Each cluster is of one room: what lies near a bedroom is a bedroom, though four in five are kitchens."""
    return ["kitchen" if number % 5 else "bedroom" for number in range(ROWS)]


@pytest.fixture(scope="module")
def crowd() -> Vectors:
    return clusters(TEXT_DIMENSIONS)


@pytest.fixture(scope="module")
def crowded(database: Engine, crowd: Vectors) -> Iterator[None]:
    """The crowd in the database, with ids from 1, for the tests of this module; PostgreSQL knows how many there are.
    In the text space each photo has a row of an older version too."""
    empty(database)
    tables = (TextVector.__table__, ImageVector.__table__)
    of_vectors = [index for table in tables for index in table.indexes if index.name == f"ix_{table.name}_vector"]
    with database.begin() as connection:
        for index in of_vectors:
            index.drop(connection)
        for statement in (_PHOTOS, _ANALYSES):
            connection.execute(text(statement), {"rows": ROWS})
        looks = clusters(IMAGE_DIMENSIONS)
        for table, vectors, model, first in (
            (TextVector, crowd, MODEL, 0),
            (TextVector, crowd, OLD_MODEL, ROWS),
            (ImageVector, looks, MODEL, 0),
        ):
            rows = [
                {
                    "tenant_id": "local",
                    "analysis_id": first + n,
                    "image_id": n,
                    "vector": vectors[n - 1],
                    "embedder": model,
                    "listing_id": LISTING if n % 200 == 0 else None,
                    "room_type": room,
                    "tags": ["island"] if n % 100 == 0 else [],
                    "condition_score": n / ROWS,
                }
                for n, room in enumerate(rooms(), 1)
            ]
            connection.execute(table.__table__.insert(), rows)
        for index in of_vectors:  # filled at once, which takes a tenth of the time
            index.create(connection)
        connection.execute(text("analyze text_vectors, image_vectors"))
    yield
    empty(database)


_PHOTOS = (
    "insert into images (id, tenant_id, s3_key, filename, sha256, status)"
    " select n, 'local', 'photos/crowd/' || n, 'a.jpg', n::text, 'analyzed' from generate_series(1, :rows) n"
)
_ANALYSES = (
    "insert into analyses (id, tenant_id, image_id, model, version, weights_sha256, scene, room_type, room_confidence,"
    " alternatives, features, components, caption, duration_ms)"
    " select n, 'local', 1 + (n - 1) % :rows, n::text, '', '', 'interior', 'kitchen', 1, '[]', '[]', '{}', '', 0"
    " from generate_series(1, 2 * :rows) n"
)


@pytest.fixture
def busy(crowded: None, db: Session) -> Session:
    """So few rows would be cheaper to scan and to sort: what is asked here is whether the statements fit the indexes
    at all."""
    db.connection().info.pop("vector_rows", None)  # what an earlier test's table had
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


def questions(crowd: Vectors, count: int) -> Vectors:
    """Near the crowd's clusters, and none of the crowd."""
    generator = np.random.default_rng(11)
    noise = generator.standard_normal((count, crowd.shape[1])) / np.sqrt(crowd.shape[1])
    vectors = crowd[np.arange(count) * 31 % ROWS] + 0.5 * noise
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def recall(found: list[list[Near]], truth: list[list[int]]) -> float:
    right = sum(len({near.image_id for near in one}.intersection(real)) for one, real in zip(found, truth, strict=True))
    return right / sum(map(len, truth))


def best(crowd: Vectors, question: Vectors, matching: NDArray[np.bool_], k: int = 10) -> list[int]:
    """The k nearest of the photos that match, compared one by one."""
    away = np.where(matching, 1 - crowd @ question, np.inf)
    return [1 + int(index) for index in np.argsort(away)[:k] if np.isfinite(away[index])]


def test_a_wide_search_finds_nearly_all_of_the_nearest_and_never_fewer(busy: Session, crowd: Vectors) -> None:
    """Though half of the rows are of an older version, each as near as the one it stands for."""
    asked = questions(crowd, 20)
    found = [nearest_rows(busy, TextVector, question, embedder=MODEL, k=10) for question in asked]
    truth = [best(crowd, question, np.ones(ROWS, bool)) for question in asked]
    assert {len(one) for one in found} == {10}, "k results, because k exist"
    assert {near.analysis_id == near.image_id for one in found for near in one} == {True}
    assert recall(found, truth) >= 0.95


def test_a_wide_filter_that_rules_out_all_that_is_near_still_finds_what_is_left(busy: Session, crowd: Vectors) -> None:
    kitchens = np.array(rooms()) == "kitchen"
    where = [TextVector.room_type == "kitchen"]
    asked = [question for number, question in enumerate(questions(crowd, 100)) if not kitchens[number * 31 % ROWS]]
    with plans(busy) as sent:
        found = [nearest_rows(busy, TextVector, question, embedder=MODEL, k=10, where=where) for question in asked]
    assert all("ix_text_vectors_vector" in plan for plan in sent)
    assert {len(one) for one in found} == {10}
    assert recall(found, [best(crowd, question, kitchens) for question in asked]) >= 0.95


@pytest.mark.parametrize(("table", "dimensions"), [(TextVector, TEXT_DIMENSIONS), (ImageVector, IMAGE_DIMENSIONS)])
def test_a_wide_search_uses_the_index_of_vectors(busy: Session, table: nearest.VectorTable, dimensions: int) -> None:
    with plans(busy) as found:
        nearest_rows(busy, table, clusters(dimensions)[0], embedder=MODEL, k=5)
    (plan,) = found
    assert f"Index Scan using ix_{table.__tablename__}_vector" in plan, plan


@pytest.mark.parametrize(
    ("where", "index"),
    [
        (TextVector.listing_id == LISTING, "ix_text_vectors_tenant_id_embedder_listing_id"),
        (TextVector.condition_score >= 0.95, "ix_text_vectors_tenant_id_embedder_condition_score"),
        (TextVector.tags.contains(["island"]), "ix_text_vectors_tags"),
    ],
)
def test_a_narrow_search_reads_its_rows_and_compares_them_all(
    busy: Session, crowd: Vectors, where: Any, index: str
) -> None:
    with plans(busy) as found:
        nearest_rows(busy, TextVector, crowd[0], embedder=MODEL, k=5, where=[where])
    (plan,) = found
    assert index in plan, plan
    assert "ix_text_vectors_vector" not in plan, plan


def test_a_lost_index_is_seen_in_the_plan(busy: Session, crowd: Vectors) -> None:
    """Or else the tests above would say nothing."""
    with as_owner(busy):
        busy.execute(text("drop index ix_text_vectors_vector"))
    with plans(busy) as found:
        nearest_rows(busy, TextVector, crowd[0], embedder=MODEL, k=5)
    assert "ix_text_vectors_vector" not in found[0], found[0]


def test_the_statistics_are_not_asked_about_a_listing_nor_twice_about_the_table(busy: Session, crowd: Vectors) -> None:
    sent: list[str] = []
    event.listen(busy.connection(), "before_cursor_execute", lambda *arguments: sent.append(arguments[2]))
    for _ in range(3):
        nearest_rows(busy, TextVector, crowd[0], embedder=MODEL, k=5)
    assert sum("EXPLAIN" in statement for statement in sent) == 2, "of the table and of the version, once"
    sent.clear()
    where = [TextVector.listing_id == LISTING]
    nearest_rows(busy, TextVector, crowd[0], embedder=MODEL, k=5, where=where, narrow=True)
    assert not any("EXPLAIN" in statement for statement in sent)
    nearest_rows(busy, TextVector, crowd[0], embedder=MODEL, k=5, where=where)
    assert sum("EXPLAIN" in statement for statement in sent) == 1


@pytest.mark.usefixtures("crowded")
def test_what_the_index_is_told_ends_with_the_transaction(database: Engine, crowd: Vectors) -> None:
    """A setting of the session would pin a connection of RDS Proxy, and reach whoever has the connection next."""
    names = ("ef_search", "iterative_scan", "max_scan_tuples", "scan_mem_multiplier")
    told = text("select array[" + ", ".join(f"current_setting('hnsw.{name}')" for name in names) + "]")
    with Session(database.connect()) as session:
        session.connection().info.pop("vector_rows", None)  # what an earlier test's table had
        hold_to(session.connection(), "local", everywhere=False)
        nearest_rows(session, TextVector, crowd[0], embedder=MODEL, k=10)
        assert session.scalar(told) == ["160", "relaxed_order", "40000", "8"]
        session.rollback()
        assert session.scalar(told) == ["40", "off", "20000", "1"]
        session.get_bind().close()  # type: ignore[union-attr]


def test_statistics_that_expect_too_few_end_at_the_index(
    busy: Session, crowd: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearest, "estimated_rows", lambda *_: 1)
    with plans(busy) as found:
        near = nearest_rows(busy, TextVector, crowd[0], embedder=MODEL, k=10)
    assert ["ix_text_vectors_vector" in plan for plan in found] == [False, True]
    assert recall([near], [best(crowd, crowd[0], np.ones(ROWS, bool))]) >= 0.9


def test_statistics_that_expect_too_many_end_with_every_row_that_matches(
    busy: Session, crowd: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index gives up, or has nothing more to give: what it gave is not believed."""
    monkeypatch.setattr(nearest, "estimated_rows", lambda *_: 2 * ROWS)
    matching = np.array([number % 200 == 0 for number in range(1, ROWS + 1)])
    with plans(busy) as found:
        near = nearest_rows(busy, TextVector, crowd[0], embedder=MODEL, k=20, where=[TextVector.listing_id == LISTING])
    assert "ix_text_vectors_vector" in found[0]
    assert "ix_text_vectors_vector" not in found[-1]
    assert [one.image_id for one in near] == best(crowd, crowd[0], matching, 20)
    assert len(near) == 10
