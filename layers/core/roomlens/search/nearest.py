"""The photos whose vectors lie nearest to a question's.

Two ways, and a router between them (measured: docs/adr/0013-vector-router.md):
* exact: the indexes of the filtered columns find the rows, and every one is compared; nothing is missed;
* approximate: the HNSW index, asked for more than is wanted and sorted again.

The exact way's cost grows with the rows that match, the other's with the share that does not. The router takes the
one that PostgreSQL's statistics say is cheaper. Statistics can be wrong, so each way notices when it is not its turn:
the exact one stops at a number of rows, and an index that gave fewer rows than it was asked for is not believed.
"""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, select
from sqlalchemy.orm import Session

from roomlens.isolation import searching
from roomlens.search.estimates import estimated_rows
from roomlens.search.kinds import Conditions, VectorTable
from roomlens.search.ways import NO_END, Way, by_index, way_for
from roomlens.tenancy import current_tenant, is_everywhere
from roomlens.vectors import cosine_distance, widen_the_scan

if TYPE_CHECKING:
    from roomlens.vectors import FloatArray


class Near(NamedTuple):
    """A photo, and the cosine distance of its vector: from 0, the same direction, to 2, the opposite one."""

    analysis_id: int
    image_id: int
    distance: float


# How long the number of rows of a table and of one model's version is remembered, in seconds.
REMEMBERED: Final = 60.0


def nearest_rows(
    session: Session,
    table: VectorTable,
    vector: FloatArray,
    *,
    embedder: str,
    k: int,
    where: Conditions = (),
    narrow: bool = False,
) -> list[Near]:
    """The k nearest photos, nearest first, or all when fewer match; equal distances are ordered by photo.

    Args:
        vector: (1536,) for TextVector, (768,) for ImageVector.
        embedder: the model and version that made it; rows of any other are not seen.
        where: conditions on the table's columns.
        narrow: they are known to leave few rows, as one listing's; saves the question to the statistics.
    """
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        return _look(connection, table, vector, embedder, k, where, Way(NO_END))[0]
    total, matching = _expected(connection, table, embedder, where, narrow)
    way = way_for(total, matching, k)
    found, seen = _look(connection, table, vector, embedder, k, where, way)
    if way.exact and seen > way.rows:  # more match than was thought
        way = by_index(max(total, seen), seen, k)
        found, seen = _look(connection, table, vector, embedder, k, where, way)
    if not way.exact and seen < way.rows:  # fewer match than was thought, or they lie where the index did not look
        found, _ = _look(connection, table, vector, embedder, k, where, Way(NO_END))
    return found


def exact_statement(table: VectorTable, where: Conditions = ()) -> Select[Any]:
    """(analysis_id, image_id, distance, seen), nearest first; `seen` is how many rows were compared. Pure.

    Parameters: embedder, vector, k, and rows + 1 as `most`.
    """
    few = _materialized(_candidates(table, where).limit(bindparam("most")), "candidates")
    return _best(few, few.c.distance)


def wide_statement(table: VectorTable, where: Conditions = ()) -> Select[Any]:
    """The same by the index; `seen` is how many rows it gave. Pure.

    Always `order by vector <=> query`: an expression on it (such as 1 - distance) would not use the index.
    """
    rows = _candidates(table, where)
    near = _materialized(rows.order_by(rows.selected_columns.distance).limit(bindparam("most")), "near")
    # "+ 0" keeps the planner from taking the inner order for the outer one: relaxed order is only nearly sorted
    return _best(near, near.c.distance + 0)


def _candidates(table: VectorTable, where: Conditions) -> Select[Any]:
    columns = _columns(table)
    distance = cosine_distance(columns.vector, bindparam("vector", type_=columns.vector.type)).label("distance")
    rows = select(columns.analysis_id, columns.image_id, distance).where(columns.embedder == bindparam("embedder"))
    return rows.where(*where)


def _materialized(statement: Select[Any], name: str) -> Any:
    return statement.cte(name).prefix_with("materialized", dialect="postgresql")


def _best(rows: Any, order: ColumnElement[float]) -> Select[Any]:
    seen = select(func.count()).select_from(rows).scalar_subquery()
    statement = select(rows.c.analysis_id, rows.c.image_id, rows.c.distance, seen.label("seen"))
    return statement.order_by(order, rows.c.image_id).limit(bindparam("k"))


@cache
def _columns(table: VectorTable) -> Any:
    """The columns themselves: what a mapped class has in their place costs a search a third of its time."""
    return table.metadata.tables[table.__tablename__].c


@cache
def _unfiltered(table: VectorTable, exact: bool) -> Select[Any]:
    return exact_statement(table) if exact else wide_statement(table)


def _look(
    connection: Connection, table: VectorTable, vector: FloatArray, embedder: str, k: int, where: Conditions, way: Way
) -> tuple[list[Near], int]:
    """What was found, and how many rows were seen on the way."""
    if where:
        statement = exact_statement(table, where) if way.exact else wide_statement(table, where)
    else:
        statement = _unfiltered(table, way.exact)
    if not way.exact:
        widen_the_scan(connection, way.ef_search)
    most = min(NO_END, way.rows + way.exact)
    asked = {"vector": vector, "embedder": embedder, "k": k, "most": most}
    found = connection.execute(statement, asked, execution_options=searching(connection)).all()
    return [Near(*row[:3]) for row in found], found[0].seen if found else 0


def _expected(
    connection: Connection, table: VectorTable, embedder: str, where: Conditions, narrow: bool
) -> tuple[int, int]:
    """About how many rows the table has, and how many of them match. What a filter does not change is asked once in a
    while, and remembered with the connection."""
    remembered = connection.info.setdefault("vector_rows", {})
    key = (table, embedder, None if is_everywhere() else current_tenant())
    total, of_version, until = remembered.get(key, (0, 0, 0.0))
    if time.monotonic() >= until:
        total = estimated_rows(connection, _columns(table).analysis_id)
        of_version = _estimate(connection, table, embedder, ())
        remembered[key] = total, of_version, time.monotonic() + REMEMBERED
    if narrow:
        return total, 0
    return total, _estimate(connection, table, embedder, where) if where else of_version


def _estimate(connection: Connection, table: VectorTable, embedder: str, where: Conditions) -> int:
    columns = _columns(table)
    return estimated_rows(connection, columns.analysis_id, columns.embedder == embedder, *where)
