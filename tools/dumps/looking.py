"""What a database holds: rows by table, its schema's revision, and what a few searches find in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from tools.dumps.manifest import Probe

if TYPE_CHECKING:
    from sqlalchemy import Connection

QUERIES: Final = ("bright kitchen", "bathtub", "living room with a sofa", "front of the house")
K: Final = 10
TENANTS: Final = 3
"""The tenants with the most photos: the searches are made for each of them."""
_DIGITS: Final = 4  # of a score: another order of adding changes what comes after

_TABLES: Final = """
    select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema') order by 1
"""
_INVALID: Final = "select indexrelid::regclass::text from pg_index where not (indisvalid and indisready)"
_INDEXES: Final = "select count(*) from pg_indexes where schemaname not in ('pg_catalog', 'information_schema')"
_ROLES: Final = """
    select distinct role from (
        select unnest(roles)::text as role from pg_policies
        union select grantee::text from information_schema.role_table_grants
         where table_schema not in ('pg_catalog', 'information_schema')
    ) named
     where role not in ('public', 'PUBLIC')
       and role not in (select pg_get_userbyid(relowner) from pg_class where relnamespace = 'public'::regnamespace)
     order by role
"""
_HAS_TENANTS: Final = (
    "select count(*) from information_schema.columns where table_name = 'images' and column_name = 'tenant_id'"
)
_LARGEST: Final = (
    "select tenant_id from images where status = 'analyzed' group by 1 order by count(*) desc, 1 limit :limit"
)
ONLY_TENANT: Final = "local"
"""Whose searches they are in a schema that is older than tenants."""


def rows_by_table(connection: Connection) -> dict[str, int]:
    names = list(connection.scalars(text(_TABLES)))
    return {name: int(connection.scalar(text(f"select count(*) from {name}")) or 0) for name in names}  # noqa: S608


def revision(connection: Connection) -> str:
    """Empty when nothing was ever migrated here."""
    if connection.scalar(text("select to_regclass('alembic_version')")) is None:
        return ""
    return str(connection.scalar(text("select version_num from alembic_version")) or "")


def roles(connection: Connection) -> list[str]:
    """Those that policies and grants name, but for whoever owns the tables."""
    return list(connection.scalars(text(_ROLES)))


def indexes(connection: Connection) -> tuple[int, list[str]]:
    """How many there are, and those that no query would use."""
    return int(connection.scalar(text(_INDEXES)) or 0), list(connection.scalars(text(_INVALID)))


def probes(connection: Connection) -> list[Probe]:
    """The searches of the layer, in the transaction of this connection."""
    found = []
    for tenant in _tenants(connection):
        with _searching_for(connection, tenant):
            found += [_probe(connection, tenant, query) for query in QUERIES]
    return found


def _tenants(connection: Connection) -> Sequence[str]:
    if not connection.scalar(text(_HAS_TENANTS)):
        return [ONLY_TENANT]
    return list(connection.scalars(text(_LARGEST), {"limit": TENANTS}))


@contextmanager
def _searching_for(connection: Connection, tenant: str) -> Iterator[None]:
    """As a call of this tenant sees the rows. Every row is compared: indexes of vectors are built anew by a restore,
    and which few of the nearest they miss is left to chance."""
    from roomlens.tenancy import acting_for

    connection.execute(text("select set_config('roomlens.tenant', :tenant, true)"), {"tenant": tenant})
    connection.execute(text("select set_config('enable_indexscan', 'off', true)"))
    with acting_for(tenant):
        yield


def _probe(connection: Connection, tenant: str, query: str) -> Probe:
    from roomlens.db import SessionFactory
    from roomlens.schemas import QueryRequest
    from roomlens.search import search
    from roomlens.versions import one_version

    with SessionFactory(bind=connection) as session, one_version(session):
        found = search(session, QueryRequest(query=query, k=K))
        hits = [(hit.image.id, round(float(hit.score), _DIGITS)) for hit in found.hits]
    return Probe(tenant, query, found.model, sorted(hits, key=lambda hit: (-hit[1], hit[0])))
