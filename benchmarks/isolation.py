"""What it costs to give each test an untouched database: by a transaction, and by making all tables anew."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.pytest_runs import ROOT, OnProgress

TRANSACTIONS = 200
REBUILDS = 5


@dataclass(frozen=True)
class Isolation:
    """Milliseconds for one test, the median."""

    transaction: float
    tables: float


def measure(progress: OnProgress) -> Isolation:
    """Times the context manager of the fixture `db`, with a row that is committed in it, on a server of its own."""
    import sys

    sys.path[:0] = [str(ROOT / "layers" / "core")]
    from rig.database_server import DatabaseServer
    from rig.postgres import Postgres
    from roomlens.models import Base, Listing
    from tests.databases import isolated, migrated

    with Postgres(durable=False) as postgres:
        engine = migrated(DatabaseServer(postgres.url(), "benchmark"), "isolation")

        def transaction() -> None:
            with isolated(engine) as session:
                session.add(Listing(title="a test's own row"))
                session.commit()

        def tables() -> None:
            Base.metadata.drop_all(engine)
            Base.metadata.create_all(engine)

        transaction()  # the first one opens the connection
        found = Isolation(_median(transaction, TRANSACTIONS), _median(tables, REBUILDS))
        progress(1, 1)
        engine.dispose()
    return found


def _median(work: Callable[[], None], times: int) -> float:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(1e3 * (time.perf_counter() - started))
    return statistics.median(taken)
