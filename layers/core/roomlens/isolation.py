"""Rows of one tenant, held apart by the database itself (docs/adr/0026-tenants.md).

PostgreSQL does it by row-level security: each transaction works as a role that its policies hold to the tenant that was
named at its beginning. For SQLite, which serves tests, `roomlens.sqlite_tenants` does the same.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, Table, text

from roomlens.tenancy import is_everywhere

APP_ROLE: Final = "roomlens_app"
"""Sees the rows of the tenant that the transaction names; of nobody, when it names none."""
OPERATOR_ROLE: Final = "roomlens_operator"
"""Sees the rows of every tenant."""
SEARCHABLE: Final = "searchable"
"""The schema of views that search reads: `searching`."""

MINE: Final = "tenant_id = current_setting('roomlens.tenant', true)"
"""Of a row in PostgreSQL: nobody's when the transaction names no tenant."""
EVERY: Final = "*"
"""No tenant is called so: on SQLite it stands for all of them."""

# Of this transaction only: what a session keeps would pin a connection of RDS Proxy, and meet whoever has it next.
_HOLD: Final = text("select set_config('role', :role, true), set_config('roomlens.tenant', :tenant, true)")
_SEARCHING: Final = {"schema_translate_map": {None: SEARCHABLE}}


def hold_to(connection: Connection, tenant: str | None, *, everywhere: bool) -> None:
    """From here to the end of the transaction only the tenant's rows are there, or those of all."""
    if connection.dialect.name == "sqlite":
        connection.info["tenant"] = EVERY if everywhere else tenant or ""
        return
    role = OPERATOR_ROLE if everywhere else APP_ROLE
    connection.execute(_HOLD, {"role": role, "tenant": tenant or ""})


def searching(connection: Connection) -> dict[str, Any]:
    """Execution options of a statement that searches: it reads views that hold it to the tenant by a plain condition.

    Under row-level security PostgreSQL looks at no row that the policy has not let pass, so it uses no index of an
    operator that could tell of such a row, and those of full texts and of lists are such. What leaks that way is an
    error that a row's value causes; the operators of our statements cause none.
    """
    return {} if connection.dialect.name == "sqlite" or is_everywhere() else _SEARCHING


def is_owned(table: Table) -> bool:
    return "tenant_id" in table.c


def policies_of(table: str) -> tuple[str, ...]:
    """What makes row-level security hold a table to tenants, for its migration.

    Its owner is not held to them, so that dumps have all rows; sessions never work as the owner.
    """
    return (
        f"alter table {table} enable row level security",
        f"create policy tenant on {table} to {APP_ROLE} using ({MINE}) with check ({MINE})",
        f"create policy everywhere on {table} to {OPERATOR_ROLE} using (true) with check (true)",
    )
