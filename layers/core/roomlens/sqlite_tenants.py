"""What row-level security does on PostgreSQL, on SQLite: a table that is read is its rows of the tenant, and triggers
refuse to write any other. Only engines of SQLite import this."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, MetaData, Table
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler

from roomlens.isolation import EVERY, is_owned


class TenantCompiler(SQLiteCompiler):
    """Writes `(select * from images where …) as images` where a statement reads from `images`."""

    def visit_table(self, table: Any, **options: Any) -> Any:  # type: ignore[override]
        name = super().visit_table(table, **options)  # type: ignore[no-untyped-call]
        if not options.get("asfrom") or options.get("iscrud") or not is_owned(table):
            return name
        own = f"(select * from {name} where tenant() in ('{EVERY}', tenant_id))"  # noqa: S608 - a table of ours
        alias = options.get("enclosing_alias")
        return own if alias is not None and alias.element is table else f"{own} as {name}"


def tell_tenant(connection: Any, record: Any) -> None:
    """The function `tenant()` of a connection. Where a transaction names none, as a test that looks at what was stored,
    every row is there."""
    connection.create_function("tenant", 0, lambda: record.info.get("tenant", EVERY))


def create_triggers(connection: Connection, metadata: MetaData) -> None:
    """Others' rows are not there to be changed, none can be made, and nobody's own is given away."""
    for table in filter(is_owned, metadata.sorted_tables):
        for name, what, condition, refused in (
            ("insert", "insert", _foreign("new"), _ABORTED),
            ("update", "update", _foreign("old") + _unless_let_go(table), "ignore"),
            ("move", "update", f"{_foreign('new')} and tenant() = old.tenant_id", _ABORTED),
            ("delete", "delete", _foreign("old"), "ignore"),
        ):
            trigger = f"create trigger {table.name}_{name} before {what} on {table.name}"
            connection.exec_driver_sql(f"{trigger} when {condition} begin select raise({refused}); end")


_ABORTED: Final = "abort, 'a row of another tenant'"


def _foreign(row: str) -> str:
    return f"tenant() not in ('{EVERY}', {row}.tenant_id)"


def _unless_let_go(table: Table) -> str:
    """What a row referred to may be deleted by its own tenant, whosever the row is: a photo that a backfill names. For
    PostgreSQL `on delete set null` is no update that a policy is asked about; SQLite asks triggers."""
    columns = [key.parent.name for key in table.foreign_keys if key.ondelete == "SET NULL"]
    return "".join(f" and not (old.{name} is not null and new.{name} is null)" for name in columns)
