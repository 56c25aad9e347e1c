"""The photos whose vectors lie nearest to a question's.

Two ways, chosen by how many rows a filter leaves (measured: docs/adr/0004-vectors-in-postgresql.md):
* exact, for a listing or any small set: a B-tree finds the rows, and every one is compared; nothing is missed;
* approximate, for everything else: the HNSW index, asked for more than is wanted and sorted again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sqlalchemy import Select, Subquery, func, select, text
from sqlalchemy.orm import Session

from roomlens.models import ImageVector, TextVector
from roomlens.vectors import widen_the_scan

if TYPE_CHECKING:
    from roomlens.vectors import FloatArray

VectorTable: TypeAlias = type[TextVector] | type[ImageVector]

# Up to this many rows the exact way costs about 5 ms and misses nothing; the index would be slower and wrong.
EXACT_ROWS: Final = 3_000
# `relaxed_order` stops in graph order once it has enough rows, so asking for more is what raises recall.
OVERFETCH: Final = 8
EF_SEARCH: Final = 100


def nearest_rows(
    session: Session,
    table: VectorTable,
    vector: FloatArray,
    *,
    embedder: str,
    k: int,
    listing_id: int | None = None,
    but_not: int | None = None,
) -> Subquery:
    """(analysis_id, image_id, distance) of the k nearest photos, by whichever way suits their number."""
    rows = candidates(table, embedder=embedder, listing_id=listing_id, but_not=but_not)
    exact = listing_id is not None or _is_small(session, rows)
    if not exact:
        widen_the_scan(session, EF_SEARCH)
    return nearest(rows, table, vector, k, exact=exact).subquery()


def candidates(
    table: VectorTable, *, embedder: str, listing_id: int | None = None, but_not: int | None = None
) -> Select[tuple[int, int, Any]]:
    """The rows that may be hits: (analysis_id, image_id, vector). Pure."""
    statement = select(table.analysis_id, table.image_id, table.vector).where(table.embedder == embedder)
    if listing_id is not None:
        statement = statement.where(table.listing_id == listing_id)
    if but_not is not None:
        statement = statement.where(table.image_id != but_not)
    return statement


def nearest(
    rows: Select[tuple[int, int, Any]], table: VectorTable, vector: FloatArray, k: int, *, exact: bool
) -> Select[Any]:
    """(analysis_id, image_id, distance), nearest first. Pure.

    Always `order by vector <=> query`: an expression on it (such as 1 - distance) would not use the index. Equal
    distances are ordered by image, so that the same question gives the same answer.
    """
    if exact:
        few = rows.cte("candidates").prefix_with("materialized", dialect="postgresql")
        distance = few.c.vector.cosine_distance(vector).label("distance")
        return select(few.c.analysis_id, few.c.image_id, distance).order_by(distance, few.c.image_id).limit(k)
    distance = table.vector.cosine_distance(vector).label("distance")
    wide = rows.with_only_columns(table.analysis_id, table.image_id, distance).order_by(distance).limit(k * OVERFETCH)
    near = _materialized(wide)
    # "+ 0" keeps the planner from taking the inner order for the outer one: relaxed order is only nearly sorted
    return (
        select(near.c.analysis_id, near.c.image_id, near.c.distance)
        .order_by(near.c.distance + 0, near.c.image_id)
        .limit(k)
    )


def _materialized(statement: Select[Any]) -> Any:
    return statement.cte("near").prefix_with("materialized", dialect="postgresql")


def _is_small(session: Session, rows: Select[Any]) -> bool:
    """Whether at most EXACT_ROWS rows match; counts no further than that."""
    some = rows.with_only_columns(text("1")).limit(EXACT_ROWS + 1).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) <= EXACT_ROWS
