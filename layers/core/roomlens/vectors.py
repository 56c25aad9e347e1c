"""Vectors in the database: the column type and "how far apart", written once.

Stored as pgvector's `halfvec`: half the size of `vector`, the same order of hits, and small enough to stay in the
row, which makes exact scans three to four times cheaper (docs/adr/0004-vectors-in-postgresql.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson
from sqlalchemy import Dialect, Float
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import UserDefinedType

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    FloatArray: TypeAlias = NDArray[np.float32]

TEXT_DIMENSIONS = 1536
IMAGE_DIMENSIONS = 768


class Vector(UserDefinedType["FloatArray"]):
    """A `halfvec(dimensions)` column that takes and gives float32 arrays of shape (dimensions,).

    The literal is written by orjson straight from the array's memory: 0.03 ms for 1536 numbers, where pgvector's
    own type needs 0.6 ms and is the largest single cost of a search (measured).
    Raises ValueError for another shape or dtype: a vector of the other space can't be compared by accident.
    """

    cache_ok = True

    def __init__(self, dimensions: int) -> None:
        self.dimensions = dimensions

    def get_col_spec(self, **_: Any) -> str:
        return f"halfvec({self.dimensions})"

    def bind_processor(self, dialect: Dialect) -> Callable[[FloatArray | None], str | None]:  # noqa: ARG002
        def to_literal(value: FloatArray | None) -> str | None:
            if value is None:
                return None
            if value.shape != (self.dimensions,) or value.dtype.name != "float32":
                raise ValueError(
                    f"expected {self.dimensions} float32 numbers, not {value.dtype} of shape {value.shape}"
                )
            return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY).decode()

        return to_literal

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], Any]:  # noqa: ARG002
        def to_array(value: str | None) -> FloatArray | None:
            if value is None:
                return None
            import numpy as np

            return np.array(orjson.loads(value), dtype=np.float32)

        return to_array

    class comparator_factory(UserDefinedType.Comparator["FloatArray"]):  # noqa: N801  # SQLAlchemy's own name
        def cosine_distance(self, other: Any) -> ColumnElement[float]:
            """1 - cosine similarity, in [0, 2]; the operator that the HNSW indexes are built for."""
            return self.op("<=>", return_type=Float())(other)
