"""Vectors in the database: the column type and "how far apart", written once.

Stored as pgvector's `halfvec`: half the size of `vector`, the same order of hits, and small enough to stay in the
row, which makes exact scans three to four times cheaper (docs/adr/0004-vectors-in-postgresql.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import Dialect

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    FloatArray: TypeAlias = NDArray[np.float32]

TEXT_DIMENSIONS = 1536
IMAGE_DIMENSIONS = 768


class Vector(HALFVEC):
    """A `halfvec(dim)` column that takes and gives float32 arrays of shape (dim,); `cosine_distance` is pgvector's own.

    The literal is written by orjson straight from the array's memory: 0.03 ms for 1536 numbers, where pgvector's
    type needs 0.6 ms and would be the largest single cost of a search (docs/adr/0004-vectors-in-postgresql.md).
    Raises ValueError for another shape or dtype: a vector of the other space can't be compared by accident.
    """

    cache_ok = True  # not inherited: without it each statement would be compiled anew

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str | None]:  # noqa: ARG002
        def to_literal(value: FloatArray | None) -> str | None:
            if value is None:
                return None
            if value.shape != (self.dim,) or value.dtype.name != "float32":
                raise ValueError(f"expected {self.dim} float32 numbers, not {value.dtype} of shape {value.shape}")
            return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY).decode()

        return to_literal

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], Any]:  # noqa: ARG002
        def to_array(value: str | None) -> FloatArray | None:
            if value is None:
                return None
            import numpy as np

            return np.array(orjson.loads(value), dtype=np.float32)

        return to_array
