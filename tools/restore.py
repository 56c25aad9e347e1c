"""Restores a dump of `tools.backup` and proves that it is good: ``python -m tools.restore FILE``.

It goes into an embedded PostgreSQL of the command's own, which is gone afterwards, or stays as the database of a new
data folder (--into; `rig up --data` serves it). Then every table must have the rows that it had, every index must be in
use, and the searches that were made with the dump must find what they found. Prints one line for each; the exit status
is 1 when one is not so.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

ROOT: Final = Path(__file__).resolve().parents[1]
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path[:0] = [str(ROOT / "layers" / "core"), str(ROOT / "layers" / "models")]

from sqlalchemy import text  # noqa: E402 - after the path

from rig.data_folder import DataFolder  # noqa: E402
from rig.errors import RigError  # noqa: E402
from rig.postgres import Postgres, PostgresError, remove_cluster  # noqa: E402
from tools.dumps import DumpError, looking, manifest, programs  # noqa: E402
from tools.dumps.manifest import Manifest, Probe  # noqa: E402

if TYPE_CHECKING:
    from sqlalchemy import Connection

Say = Callable[[bool, str], None]


def revisions() -> list[str]:
    """Those that this release knows, the newest first."""
    from alembic.script import ScriptDirectory

    return [script.revision for script in ScriptDirectory(str(ROOT / "migrations")).walk_revisions()]


def restore(dump: Path, url: str, told: Manifest, say: Say) -> None:
    """Fills an empty database and holds it against the manifest; `say` hears of each proof whether it is so.

    Raises DumpError when nothing could be restored.
    """
    from migrations.migrate import upgrade
    from roomlens.dialects import new_engine

    engine = new_engine(url)
    try:
        with engine.begin() as connection:
            _make_roles(connection, told.roles)
        programs.restore(url, dump)
        with engine.connect() as connection:
            _prove_rows(connection, told, say)
        with engine.begin() as connection:
            upgrade(connection)  # searches are this release's: they need its schema
            connection.execute(text("analyze"))
        with engine.connect() as connection:
            _prove_indexes(connection, say)
            _prove_searches(connection, told.probes, say)
    finally:
        engine.dispose()


def _make_roles(connection: Connection, roles: Sequence[str]) -> None:
    """Roles are no part of a dump: they belong to the whole server."""
    there = set(connection.scalars(text("select rolname from pg_roles")))
    quoted = connection.dialect.identifier_preparer.quote
    for role in sorted(set(roles) - there):
        connection.execute(text(f"create role {quoted(role)} nologin"))


def _prove_rows(connection: Connection, told: Manifest, say: Say) -> None:
    found, schema = looking.rows_by_table(connection), looking.revision(connection)
    say(schema == told.schema, f"schema {schema}" + ("" if schema == told.schema else f", not {told.schema}"))
    wrong = manifest.differences(told.tables, found)
    for table in sorted(told.tables.keys() | found.keys()):
        expected, there = wrong.get(table, (found.get(table), found.get(table)))
        say(table not in wrong, f"{table}: {there} rows" + (f", not {expected}" if table in wrong else ""))


def _prove_indexes(connection: Connection, say: Say) -> None:
    count, invalid = looking.indexes(connection)
    say(not invalid, f"{count} indexes" + (f", not valid: {', '.join(invalid)}" if invalid else ", all valid"))


def _prove_searches(connection: Connection, probes: Sequence[Probe], say: Say) -> None:
    found = {(probe.tenant, probe.query): probe for probe in looking.probes(connection)}
    for before in probes:
        after = found.get((before.tenant, before.query))
        if after is None or after.model != before.model:
            seen = after.model if after else "nothing"
            say(False, f"{before.query!r} of {before.tenant}: found by {before.model}, and now by {seen}")
            continue
        same = list(after.hits) == list(before.hits)
        say(same, f"{before.query!r} of {before.tenant}: {'the same' if same else 'other'} {len(before.hits)} hits")


@contextmanager
def server(into: Path | None) -> Iterator[str]:
    """The address of an empty database. Raises DumpError when the folder is in use already, PostgresError."""
    if into is None:
        with Postgres(durable=False) as running:
            yield running.url()
        return
    folder = DataFolder(into)
    if folder.database.exists():
        raise DumpError(f"{folder.path} has a database already: nothing is put over it")
    with folder.held():
        try:
            with Postgres(folder.database) as running:
                yield running.url()
        except BaseException:  # half a database is none, and would be in the way of a second try
            remove_cluster(folder.database)
            raise


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the proofs; 1 when one fails, or nothing could be restored."""
    parser = argparse.ArgumentParser(prog="python -m tools.restore", description=__doc__)
    parser.add_argument("file", type=Path, help="a dump of tools.backup; FILE.json lies beside it")
    parser.add_argument(
        "--into", type=Path, metavar="DIR", help="keep it, as the database of a new data folder of the rig"
    )
    asked = parser.parse_args(arguments)
    wrong = 0

    def say(well: bool, what: str) -> None:
        nonlocal wrong
        wrong += not well
        print(f"{'ok    ' if well else 'FAILED'} {what}")

    try:
        told = manifest.read(asked.file)
        manifest.refuse_unless_whole(told, asked.file, revisions())
        say(True, f"{asked.file}: whole, of {told.made_at}, PostgreSQL {told.server}")
        with server(asked.into) as url:
            restore(asked.file, url, told, say)
    except (DumpError, RigError, PostgresError) as error:
        sys.stderr.write(f"restore: {error}\n")
        return 1
    rows = sum(told.tables.values())
    say(not wrong, f"{rows} rows in {len(told.tables)} tables and {len(told.probes)} searches: {wrong} are wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
