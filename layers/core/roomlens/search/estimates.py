"""How many rows a statement will find, by PostgreSQL's own statistics: what its planner expects. Nothing is read."""

from __future__ import annotations

from typing import Any, cast

import orjson
from sqlalchemy import ClauseElement, Connection, Executable, Select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.visitors import InternalTraversal


class _Explain(Executable, ClauseElement):
    """EXPLAIN of a statement; compiled once for statements of one shape, as the statement itself would be."""

    inherit_cache = True
    _traverse_internals = [("statement", InternalTraversal.dp_clauseelement)]  # noqa: RUF012 - SQLAlchemy declares it so

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement


@compiles(_Explain)
def _as_explain(element: Any, compiler: Any, **options: Any) -> str:
    return f"EXPLAIN (FORMAT JSON) {compiler.process(element.statement, **options)}"


def estimated_rows(connection: Connection, statement: Select[Any]) -> int:
    """How many rows PostgreSQL expects of a statement.

    Its statistics come from ANALYZE, which autovacuum runs; they are a sample's, and filters count as independent. So
    this says which way is likely to be cheaper, never how many rows there are.
    """
    found = cast("Any", connection.execute(_Explain(statement)).scalar_one())
    plan = orjson.loads(found) if isinstance(found, str) else found  # psycopg2 reads JSON by itself
    return int(plan[0]["Plan"]["Plan Rows"])
