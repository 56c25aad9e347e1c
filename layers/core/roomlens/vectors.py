"""Vectors in the database: the column type, "how far apart", and their index, written once for both dialects.

Stored as pgvector's `halfvec`: half the size of `vector`, the same order of hits, and small enough to stay in the
row, which makes exact scans three to four times cheaper (docs/adr/0004-vectors-in-postgresql.md). SQLite keeps the
same halves as bytes, and compares them with numpy (docs/adr/0008-a-second-dialect-for-tests.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import ColumnElement, Connection, Dialect, Float, Index, literal, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    FloatArray: TypeAlias = NDArray[np.float32]

TEXT_DIMENSIONS = 1536
IMAGE_DIMENSIONS = 768

_HALVES = "<f2"  # how SQLite keeps a vector: rounded as `halfvec` rounds, so that both dialects rank alike


class _CosineDistance(FunctionElement[float]):
    """pgvector's operator `<=>`, between a column and a vector."""

    type = Float()
    name = "cosine_distance"
    inherit_cache = True


def cosine_distance(left: ColumnElement[Any], right: ColumnElement[Any]) -> ColumnElement[float]:
    """How far two vectors are from each other: from 0, the same direction, to 2, the opposite one."""
    return _CosineDistance(left, right)


@compiles(_CosineDistance)
def _as_operator(element: Any, compiler: Any, **options: Any) -> str:
    left, right = element.clauses
    return f"({compiler.process(left, **options)} <=> {compiler.process(right, **options)})"


@compiles(_CosineDistance, "sqlite")
def _as_function(element: Any, compiler: Any, **options: Any) -> str:
    left, right = element.clauses
    return f"cosine_distance({compiler.process(left, **options)}, {compiler.process(right, **options)})"


class Vector(HALFVEC):
    """A `halfvec(dim)` column that takes and gives float32 arrays of shape (dim,).

    The literal is written by orjson straight from the array's memory: 0.03 ms for 1536 numbers, where pgvector's
    type needs 0.6 ms and would be the largest single cost of a search (docs/adr/0004-vectors-in-postgresql.md).
    Raises ValueError for another shape or dtype: a vector of the other space can't be compared by accident.
    """

    cache_ok = True  # not inherited: without it each statement would be compiled anew

    class Comparator(HALFVEC.Comparator):
        def cosine_distance(self, other: object, /) -> ColumnElement[float]:
            """How far a float32 array is: from 0, the same direction, to 2, the opposite one."""
            return cosine_distance(self.expr, literal(other, self.type))

    comparator_factory = Comparator

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str | bytes | None]:
        write = _to_bytes if dialect.name == "sqlite" else _to_literal

        def checked(value: FloatArray | None) -> str | bytes | None:
            if value is None:
                return None
            if value.shape != (self.dim,) or value.dtype.name != "float32":
                raise ValueError(f"expected {self.dim} float32 numbers, not {value.dtype} of shape {value.shape}")
            return write(value)

        return checked

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002
        read = _from_bytes if dialect.name == "sqlite" else _from_literal
        return lambda value: None if value is None else read(value)


@compiles(Vector, "sqlite")
def _as_bytes(_element: Any, _compiler: Any, **_options: Any) -> str:
    return "BLOB"


def _to_literal(value: FloatArray) -> str:
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY).decode()


def _from_literal(value: str) -> FloatArray:
    import numpy as np

    return np.array(orjson.loads(value), dtype=np.float32)


def _to_bytes(value: FloatArray) -> bytes:
    return value.astype(_HALVES).tobytes()


def _from_bytes(value: bytes) -> FloatArray:
    import numpy as np

    return np.frombuffer(value, _HALVES).astype(np.float32)


def cosine_distance_of_bytes(left: bytes | None, right: bytes | None) -> float | None:
    """`<=>` for SQLite, which has no such operator: a function of its connections.

    A vector without a direction is farther than any other. pgvector says NaN, which PostgreSQL sorts last; SQLite
    would take NaN for NULL, and put it first.
    """
    if left is None or right is None:
        return None
    a, b = _from_bytes(left), _from_bytes(right)
    lengths = float((a @ a) * (b @ b)) ** 0.5
    return 1.0 - float(a @ b) / lengths if lengths else float("inf")


def nearest_index(table: str) -> Index:
    """The HNSW index of a table's vectors; SQLite has none, and compares every row."""
    operators = {"vector": "halfvec_cosine_ops"}
    index = Index(f"ix_{table}_vector", "vector", postgresql_using="hnsw", postgresql_ops=operators)
    return index.ddl_if(dialect="postgresql")


def widen_the_scan(connection: Connection, ef_search: int) -> None:
    """Lets the HNSW index look further, in this transaction only: a setting of the session would pin a connection of
    RDS Proxy.
    """
    connection.execute(_WIDEN, {"ef": str(ef_search)})


# 20,000 and 1 by default, which end a scan before a filter of 2 % has found enough of 1,000,000 rows.
_WIDEN = text(
    "select set_config('hnsw.ef_search', :ef, true), set_config('hnsw.iterative_scan', 'relaxed_order', true),"
    " set_config('hnsw.max_scan_tuples', '40000', true), set_config('hnsw.scan_mem_multiplier', '8', true)"
)
