"""Calls of every route of docs/openapi.json that schemathesis makes, valid and malformed: with a tenant's token and its
own ids, the same with the ids of another tenant, and without a good token.

They go through the rig's gateway, which checks tokens, to the handlers, with real models and PostgreSQL. Nothing may be
a server error or an answer outside of the document. No answer may show a text or an id of the other tenant, and in the
end its rows are what they were. The same seed makes the same calls. The exit status is 1 when something is wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
PATHS: Final = (ROOT, ROOT / "functions", ROOT / "layers" / "core", ROOT / "layers" / "models")
sys.path[:0] = map(str, PATHS[1:])

from rich.console import Console  # noqa: E402 - after the path
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: E402

from rig.errors import RigError  # noqa: E402
from tools.fuzz.judging import Tally, changed, statuses, verdict  # noqa: E402
from tools.fuzz.worker import Plan, as_line  # noqa: E402

CALLS: Final = 20_000


class BrokenOffError(Exception):
    """A worker ended before its end; the message is what it said last."""


class Crew:
    """The workers, each a process with a database of its own on one server, and what they told."""

    def __init__(self, plans: Sequence[Plan], on_calls: Callable[[int], None]) -> None:
        self.tally = Tally()
        self.tables: set[str] = set()
        self.moved: set[str] = set()
        self._on_calls = on_calls
        self._lock = threading.Lock()
        self._problems: list[str] = []
        self._plans = plans

    def work(self) -> None:
        """Returns when all are done. Raises BrokenOffError."""
        threads = [threading.Thread(target=self._follow, args=[plan], daemon=True) for plan in self._plans]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._problems:
            raise BrokenOffError(self._problems[0])

    def _follow(self, plan: Plan) -> None:
        from rig import lifeline

        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, PATHS)), "OPENBLAS_NUM_THREADS": "1"}
        process = lifeline.spawn(
            [sys.executable, "-m", "tools.fuzz.worker"],
            signal_number=signal.SIGKILL,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env=environment,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        said: list[bytes] = []
        reader = threading.Thread(target=lambda: said.extend(process.stderr or ()), daemon=True)
        reader.start()
        process.stdin.write(as_line(plan))
        process.stdin.close()
        for line in process.stdout:
            self._hear(json.loads(line))
        reader.join()
        if process.wait():
            self._problems.append(b"".join(said[-12:]).decode(errors="replace").strip())

    def _hear(self, told: dict[str, Any]) -> None:
        with self._lock:
            if "before" in told:
                self.tables.update(told["before"])
                self.moved.update(changed(told["before"], told["after"]))
                return
            before = self.tally.calls
            self.tally.add(told)
            self._on_calls(self.tally.calls - before)


def run(asked: argparse.Namespace, console: Console) -> bool:
    """The whole of it; whether all is well."""
    from migrations.migrate import upgrade
    from rig.database_server import DatabaseServer
    from rig.postgres import Postgres
    from roomlens.dialects import new_engine
    from tests.openapi_calls import OPERATIONS

    def migrate(url: str) -> None:
        engine = new_engine(url)
        with engine.begin() as connection:
            upgrade(connection)
        engine.dispose()

    labels = [label for label in OPERATIONS if not asked.only or label in asked.only]
    if not labels:
        raise BrokenOffError(f"none of these is an operation: {', '.join(asked.only)}")
    workers = max(1, min(asked.workers, len(labels)))
    marker = f"zq{random.Random(asked.seed).getrandbits(48):012x}"
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Postgres(durable=False) as server, Progress(*columns, console=Console(stderr=True)) as progress:
        databases = DatabaseServer(server.url(), "fuzz")
        share = -(-asked.calls // workers)
        plans = [
            Plan(databases.copy(f"w{place}", "migrated", migrate), asked.seed, share, labels[place::workers], marker)
            for place in range(workers)
        ]
        bar = progress.add_task("calls", total=asked.calls)
        crew = Crew(plans, lambda calls: progress.advance(bar, calls))
        crew.work()
    show(console, crew.tally, asked.seed)
    well, told = verdict(crew.tally, asked.calls, crew.tables, crew.moved)
    console.print(
        f"[{'green' if well else 'red'}]{'ok' if well else 'FAILED'}[/] {told} (seed {asked.seed})", soft_wrap=True
    )
    return well


def show(console: Console, tally: Tally, seed: int) -> None:
    """The statuses of each route, and each kind of fault with the call that showed it first."""
    for label, counts in statuses(tally).items():
        told = "  ".join(f"{status}: {count}" for status, count in sorted(counts.items()))
        console.print(f"{label:<52}{counts.total():>7}   {told}", soft_wrap=True, markup=False, highlight=False)
    for kind, fault in tally.faults.items():
        told = f"{tally.seen[kind]} × {fault.label}, {fault.who}: {fault.what}"
        console.print(told, style="red", markup=False, soft_wrap=True)
        console.print(f"    {fault.call[:2000]}", style="dim", markup=False, soft_wrap=True)
    if tally.faults:
        console.print(f"Again: python -m tools.fuzz --seed {seed}, with --only ROUTE for one of them.", markup=False)


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz", description=__doc__)
    parser.add_argument("--calls", type=int, default=CALLS, help=f"how many, at the least ({CALLS})")
    parser.add_argument(
        "--seed", type=int, default=None, help="of the calls; another one each time when it is not given"
    )
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes (one for each processor)")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="ROUTE",
        help='a route, such as "GET /api/images"; may come again',
    )
    options = parser.parse_args(arguments)
    if options.calls < 1 or options.workers < 1:
        parser.error("--calls and --workers have to be 1 or more")
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1_000_000)
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the counts and the verdict; 1 when something is wrong."""
    asked, console = parsed(arguments), Console()
    try:
        return 0 if run(asked, console) else 1
    except (RigError, BrokenOffError) as error:
        console.print(f"FAILED {error}", style="red", markup=False, soft_wrap=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
