"""Which of two ways a search for the nearest takes, by how many rows are expected to match. Pure.

What each way is, and what was measured: roomlens.search.nearest and docs/adr/0013-vector-router.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

# What a row costs that the index looks at, by one that the exact way compares: 15 us of CPU time to 1.5 us and more.
COST: Final = 10
# How many rows the index keeps in mind without a filter: 100 up to 100,000 rows, 280 for 1,000,000.
EF_SEARCH: Final = 100
EF_SEARCH_BY_ROOT: Final = 0.28
# With a filter it is asked for more rows than are wanted, and keeps so many in mind that twice as many may match: it
# stops in the order of its graph once it has enough, and the nearest may be among those that it had not come to.
EXTRA_ROWS: Final = 20
ROOM_FOR: Final = 2
# The exact way gives up above so many times the rows up to which it is cheaper.
TOLERANCE: Final = 2
LARGEST_EF: Final = 1_000  # pgvector takes no more
_NEARLY_ALL: Final = 0.9
NO_END: Final = 2**31 - 1  # of rows


@dataclass(frozen=True)
class Way:
    """How to look: at every row that matches but at most `rows` of them, or at `rows` that the index gives.

    `ef_search`: how many rows the index keeps in mind; 0 for the exact way.
    """

    rows: int
    ef_search: int = 0

    @property
    def exact(self) -> bool:
        return not self.ef_search


def way_for(total: int, matching: int, k: int) -> Way:
    """Which way is cheaper when `matching` of a table's `total` rows are expected to match. Pure.

    The exact way compares `matching` rows; the index looks at `wanted * total / matching`, each COST times as dear.
    """
    border = math.isqrt(COST * _wanted(k) * total)
    return Way(TOLERANCE * border) if matching <= border else by_index(total, matching, k)


def by_index(total: int, matching: int, k: int) -> Way:
    """How to ask the index. Pure.

    What it gives first is in order, so when nearly all rows match k are enough. Else it has to keep so many in mind
    that enough of them match, or it starts again and again.
    """
    ef_search = max(EF_SEARCH, round(EF_SEARCH_BY_ROOT * math.sqrt(total)), 2 * k)
    if matching >= _NEARLY_ALL * total:
        return Way(k, min(LARGEST_EF, ef_search))
    rows = _wanted(k)
    return Way(rows, min(LARGEST_EF, max(ef_search, ROOM_FOR * rows * total // max(1, matching))))


def _wanted(k: int) -> int:
    return 2 * k + EXTRA_ROWS
