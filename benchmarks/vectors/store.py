"""A database with a crowd in Roomlens' own tables, on a server of the benchmark's own with a real server's memory."""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, NullPool, create_engine, make_url, text

from benchmarks.vectors.crowd import ROOMS, TAGS, Chunk, Crowd
from rig.postgres import Postgres
from roomlens.dialects import new_engine
from roomlens.models import TextVector

OnProgress = Callable[[str, int, int], None]  # what is being done, how much of it is done, of how much

TENANT: Final = "local"  # whose all photos are
EMBEDDER: Final = "benchmark@2"
OLD_EMBEDDER: Final = "benchmark@1"
# A server of 16 GB, with most of it for PostgreSQL, as managed ones are set up.
SETTINGS: Final = {
    "shared_buffers": "5GB",
    "effective_cache_size": "10GB",
    "maintenance_work_mem": "5GB",
    "max_parallel_maintenance_workers": "2",
    "max_wal_size": "16GB",
    "checkpoint_timeout": "30min",
}
_TABLE: Final = TextVector.__tablename__
_COLUMNS: Final = (
    "tenant_id",
    "analysis_id",
    "image_id",
    "listing_id",
    "room_type",
    "embedder",
    "tags",
    "condition_score",
    "natural_light_score",
    "captured_at",
    "vector",
)
_DAY: Final = 86_400_000_000  # microseconds; PostgreSQL counts them from 2000 on


@contextmanager
def server(folder: Path | None) -> Iterator[str]:
    """A server with SETTINGS, and its address; its data is kept in `folder`, or nowhere."""
    with Postgres(folder) as first:
        _configure(first.url())
        if folder is not None:
            first.stop()  # shared_buffers is read at a start
            with Postgres(folder) as second:
                yield second.url()
            return
        yield first.url()


def _configure(url: str) -> None:
    with create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        for name, value in SETTINGS.items():
            connection.execute(text(f"alter system set {name} = '{value}'"))


def filled(url: str, crowd: Crowd, progress: OnProgress, *, old: bool = False) -> Engine:
    """An engine for a database that holds the crowd; one that a former run left is taken as it is.

    Args:
        url: any database of the server.
        old: every photo also has a row of an older version's, which no search may see.
    """
    name = f"vectors_{crowd.rows}" + ("_old" if old else "")
    address = make_url(url).set(database=name)
    if not _exists(url, name):
        half = f"{name}_unfinished"  # so that a database is whole, or not there
        _run(url, f"drop database if exists {half} with (force)", f"create database {half}")
        _fill(new_engine(make_url(url).set(database=half), poolclass=NullPool), crowd, progress, old=old)
        _run(url, f"alter database {half} rename to {name}")
    _migrate(new_engine(address, poolclass=NullPool))
    return new_engine(address, pool_size=1, max_overflow=0)


def _migrate(engine: Engine) -> None:
    from migrations.migrate import upgrade  # Alembic: unit tests import this module and need no database

    with engine.begin() as connection:
        upgrade(connection)


def _exists(url: str, name: str) -> bool:
    with create_engine(url, poolclass=NullPool).connect() as connection:
        found = connection.scalar(text("select 1 from pg_database where datname = :name"), {"name": name})
        return found is not None


def _run(url: str, *statements: str) -> None:
    with create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        for statement in statements:
            connection.execute(text(statement))


def _fill(engine: Engine, crowd: Crowd, progress: OnProgress, *, old: bool) -> None:
    """Rows first, indexes after: an HNSW index that grows row by row takes ten times as long."""
    _migrate(engine)
    with engine.begin() as connection:
        found = connection.execute(
            text(
                "select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index"
                " where indrelid = cast(:table as regclass) and not indisprimary"
            ),
            {"table": _TABLE},
        ).all()
        for name, _ in found:
            connection.execute(text(f"drop index {name}"))
    _load(engine, crowd, progress, old=old)
    for number, (name, definition) in enumerate(sorted(found, key=lambda index: "hnsw" in index[1]), 1):
        with _watched(engine, f"index {number} of {len(found)}, {name}", progress), engine.begin() as connection:
            connection.execute(text(definition))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))  # as autovacuum would in its own time
        connection.execute(text("checkpoint"))


def _load(engine: Engine, crowd: Crowd, progress: OnProgress, *, old: bool) -> None:
    with engine.begin() as connection:
        # who points to whom is right by construction: not checked row by row
        connection.execute(text("set local session_replication_role = replica"))
        about = {"rows": crowd.rows, "tenant": TENANT}
        connection.execute(text(_PHOTOS), about)
        connection.execute(text(_ANALYSES), about | {"version": "2", "first": 0})
        if old:
            connection.execute(text(_ANALYSES), about | {"version": "1", "first": crowd.rows})
        cursor: Any = connection.connection.cursor()
        for chunk in crowd.chunks():
            _copy(cursor, chunk, EMBEDDER, 0)
            if old:
                _copy(cursor, chunk, OLD_EMBEDDER, crowd.rows)
            progress("rows", int(chunk.ids[-1]), crowd.rows)


_PHOTOS: Final = (
    "insert into images (id, tenant_id, status, s3_key, filename, sha256, listing_id)"
    " select n, :tenant, 'analyzed', 'photos/' || n, n || '.jpg', lpad(to_hex(n), 64, '0'), null"
    " from generate_series(1, :rows) n"
)
_ANALYSES: Final = (
    "insert into analyses (id, tenant_id, image_id, model, version, weights_sha256, scene, room_type, room_confidence,"
    " alternatives, features, components, caption, duration_ms)"
    " select :first + n, :tenant, n, 'benchmark', :version, '', 'interior', 'kitchen', 0.9,"
    " '[]', '[]', '{}', 'A kitchen.', 1"
    " from generate_series(1, :rows) n"
)


def _copy(cursor: Any, chunk: Chunk, embedder: str, offset: int) -> None:
    file = BytesIO(copied(chunk, embedder, offset))
    cursor.copy_expert(f"copy {_TABLE} ({', '.join(_COLUMNS)}) from stdin (format binary)", file)


def copied(chunk: Chunk, embedder: str, offset: int) -> bytes:
    """A chunk as PostgreSQL's binary COPY takes it: no number is written as text, and none is parsed.

    `offset`: how much the ids of analyses are above those of photos.
    """
    return b"".join([b"PGCOPY\n\xff\r\n\0" + bytes(8), *_rows(chunk, embedder, offset), b"\xff\xff"])


def _rows(chunk: Chunk, embedder: str, offset: int) -> Iterator[bytes]:
    halves = chunk.vectors.astype(">f2")
    dimensions = struct.pack(">HH", halves.shape[1], 0)  # halfvec_recv: how many, and two unused bytes
    names = [room.value.encode() for room in ROOMS]
    for row, number in enumerate(chunk.ids.tolist()):
        tags = [f'"{tag}"' for (tag, _), there in zip(TAGS, chunk.tags[row], strict=True) if there]
        score = struct.pack(">d", chunk.scores[row])
        values = (
            TENANT.encode(),
            struct.pack(">i", offset + number),
            struct.pack(">i", number),
            struct.pack(">i", int(chunk.listings[row])),
            names[chunk.rooms[row]],
            embedder.encode(),
            b"\x01" + f"[{', '.join(tags)}]".encode(),  # jsonb_recv: version 1, then its text
            score,
            score,
            struct.pack(">q", (9_000 + number % 365) * _DAY),
            dimensions + halves[row].tobytes(),
        )
        yield struct.pack(">h", len(values)) + b"".join(struct.pack(">i", len(value)) + value for value in values)


@contextmanager
def _watched(engine: Engine, what: str, progress: OnProgress) -> Iterator[None]:
    """Tells how far an index is, from a connection of its own."""
    done = threading.Event()
    statement = text(
        "select coalesce(max(tuples_done), 0), coalesce(max(blocks_done), 0),"
        " coalesce(max(blocks_total), 0) from pg_stat_progress_create_index"
    )

    def watch() -> None:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while not done.wait(2):
                _, blocks, total = connection.execute(statement).one()
                progress(what, blocks, total or 1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
        progress(what, 1, 1)


def sizes(engine: Engine) -> dict[str, int]:
    """Bytes of the table and of each of its indexes."""
    statement = text(
        "select 'table', pg_table_size(cast(:table as regclass)) union all"
        " select indexrelid::regclass::text, pg_relation_size(indexrelid) from pg_index"
        " where indrelid = cast(:table as regclass)"
    )
    with engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(statement, {"table": _TABLE})}
