"""Vectors on both dialects: how they are written, read and compared."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import Column, Connection, Integer, MetaData, StaticPool, Table, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import StatementError

from roomlens.dialects import new_engine
from roomlens.vectors import Vector, cosine_distance_of_bytes

PLACES = Table("places", MetaData(), Column("id", Integer, primary_key=True), Column("vector", Vector(3)))


def vector(*numbers: float) -> NDArray[np.float32]:
    return np.array(numbers, np.float32)


def halves(*numbers: float) -> bytes:
    return np.array(numbers, "<f2").tobytes()


@pytest.fixture
def sqlite() -> Iterator[Connection]:
    engine = new_engine("sqlite://", poolclass=StaticPool)
    with engine.begin() as connection:
        PLACES.metadata.create_all(connection)
        yield connection
    engine.dispose()


def test_postgresql_compares_by_its_operator() -> None:
    statement = select(PLACES.c.id).order_by(PLACES.c.vector.cosine_distance(vector(1, 0, 0)))
    compiled = statement.compile(dialect=postgresql.dialect())
    assert "ORDER BY (places.vector <=> %(param_1)s)" in str(compiled)
    write = Vector(3).bind_processor(postgresql.dialect())
    assert write(compiled.params["param_1"]) == "[1.0,0.0,0.0]"


def test_sqlite_compares_by_direction_alone(sqlite: Connection) -> None:
    places = {1: vector(0, 2, 0), 2: vector(5, 0, 0), 3: vector(-1, 0, 0), 4: vector(1, 1, 0)}
    sqlite.execute(PLACES.insert(), [{"id": n, "vector": place} for n, place in places.items()])
    distance = PLACES.c.vector.cosine_distance(vector(1, 0, 0)).label("distance")
    found = sqlite.execute(select(PLACES.c.id, distance).order_by(distance)).all()
    assert [row.id for row in found] == [2, 4, 1, 3]
    assert [row.distance for row in found] == pytest.approx([0, 1 - 0.5**0.5, 1, 2], abs=1e-6)


def test_sqlite_rounds_as_a_halfvec_does(sqlite: Connection) -> None:
    sqlite.execute(PLACES.insert(), [{"id": 1, "vector": vector(0.1, 1 / 3, -2)}, {"id": 2, "vector": None}])
    some, none = sqlite.scalars(select(PLACES.c.vector).order_by(PLACES.c.id))
    assert some.dtype == np.float32
    assert some.tolist() == vector(0.1, 1 / 3, -2).astype(np.float16).tolist()
    assert none is None


@pytest.mark.parametrize("wrong", [vector(1, 0), vector(1, 0, 0).astype(np.float64), vector(1, 0, 0).reshape(1, 3)])
def test_sqlite_refuses_what_postgresql_would(sqlite: Connection, wrong: NDArray[np.float32]) -> None:
    with pytest.raises(StatementError, match="expected 3 float32 numbers"):
        sqlite.execute(PLACES.insert(), {"id": 1, "vector": wrong})


@pytest.mark.parametrize(
    ("left", "right", "distance"),
    [
        (None, halves(1, 0), None),
        (halves(1, 0), None, None),
        (halves(0, 0), halves(1, 0), float("inf")),
        (halves(1, 0), halves(0, 0), float("inf")),
    ],
)
def test_what_is_missing_has_no_distance_and_what_has_no_direction_is_farthest(
    left: bytes | None, right: bytes | None, distance: float | None
) -> None:
    assert cosine_distance_of_bytes(left, right) == distance
