"""Times of searches: through the layer, and of the same statements sent by psycopg2 alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import psycopg2
from sqlalchemy import Engine, event

from benchmarks.vectors.bands import ALL, Band, K, Truth
from benchmarks.vectors.crowd import Questions
from benchmarks.vectors.store import EMBEDDER, TENANT
from roomlens.db import SessionFactory
from roomlens.models import TextVector
from roomlens.search.nearest import nearest_rows
from roomlens.tenancy import acting_for


@dataclass
class Times:
    """Milliseconds of searches in the order they ran."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)  # the server's processor time; empty where it is not told
    own_cpu: list[float] = field(default_factory=list)  # this process's

    def quantile(self, q: float) -> float:
        return float(np.quantile(self.wall, q))

    @property
    def server_cpu(self) -> float:
        """The median."""
        return float(np.median(self.cpu)) if self.cpu else float("nan")


@dataclass
class Searched:
    """How one band went: times, and what was found of what there is."""

    times: Times
    recall: float
    missing: int  # rows that exist and were not returned, over all questions


@dataclass
class Compared:
    """The same statements by two doors, in turn, and how often each was sent."""

    layer: Times
    bare: Times


class Clock:
    """Runs searches on one connection and takes their times."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with engine.connect() as connection:
            self._backend = _backend(connection.connection.driver_connection)

    def search(self, questions: Questions, number: int, band: Band, times: Times) -> list[int]:
        """The photos that the layer finds, nearest first; its whole transaction is on the clock."""
        where = band.where(questions, number)
        vector = questions.vectors[number]
        with self._taken(times), acting_for(TENANT), SessionFactory(bind=self._engine) as session:
            found = nearest_rows(session, TextVector, vector, embedder=EMBEDDER, k=K, where=where, narrow=band.narrow)
        return [near.image_id for near in found]

    def band(
        self, questions: Questions, band: Band, truth: Truth, rounds: int, on_search: Callable[[], None]
    ) -> Searched:
        """Every question `rounds` times, after once that does not count."""
        right = wanted = missing = 0
        for number in range(len(questions.vectors)):
            found, real = self.search(questions, number, band, Times()), truth.of(number)
            right += len(real.intersection(found))
            wanted += len(real)
            missing += len(real) - len(found)
            on_search()
        times = Times()
        for _ in range(rounds):
            for number in range(len(questions.vectors)):
                self.search(questions, number, band, times)
                on_search()
        return Searched(times, right / max(1, wanted), missing)

    def against_psycopg2(
        self, questions: Questions, band: Band, rounds: int, on_search: Callable[[], None]
    ) -> Compared:
        """The layer and psycopg2 take turns; the latter gets each statement as text that is ready to be sent."""
        compared = Compared(Times(), Times())
        bare = self._bare_connection()
        backend = _backend(bare)
        for turn in range(rounds):
            for number in range(len(questions.vectors)):
                with self._sent() as statements:
                    self.search(questions, number, band, Times())
                counted = turn > 0  # the first one warms both
                layer, alone = (compared.layer, compared.bare) if counted else (Times(), Times())
                self.search(questions, number, band, layer)
                with _taken(alone, backend):
                    _send(bare, statements)
                on_search()
        bare.close()
        return compared

    def _bare_connection(self) -> Any:
        with self._engine.connect() as connection:
            dsn = connection.connection.driver_connection.dsn  # type: ignore[union-attr]
        return psycopg2.connect(dsn, password=self._engine.url.password)

    @contextmanager
    def _sent(self) -> Iterator[list[tuple[str, Any]]]:
        """The statements that the layer sends, with their parameters."""
        statements: list[tuple[str, Any]] = []

        def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
            statements.append((statement, parameters))

        event.listen(self._engine, "before_cursor_execute", note)
        yield statements
        event.remove(self._engine, "before_cursor_execute", note)

    @contextmanager
    def _taken(self, times: Times) -> Iterator[None]:
        with _taken(times, self._backend):
            yield


def in_turn(
    small: Clock,
    asked_small: Questions,
    large: Clock,
    asked_large: Questions,
    rounds: int,
    on_search: Callable[[], None],
) -> tuple[Times, Times]:
    """Two crowds asked without a filter, question by question: what else the machine does is the same for both."""
    both = Times(), Times()
    for turn in range(rounds + 1):
        for number in range(len(asked_small.vectors)):
            for clock, asked, times in ((small, asked_small, both[0]), (large, asked_large, both[1])):
                clock.search(asked, number, ALL, times if turn else Times())  # the first one warms both
            on_search()
    return both


def _send(connection: Any, statements: Sequence[tuple[str, Any]]) -> None:
    cursor = connection.cursor()
    for statement, parameters in statements:
        cursor.execute(statement, parameters)
        cursor.fetchall()
    connection.rollback()
    cursor.close()


@contextmanager
def _taken(times: Times, backend: Path | None) -> Iterator[None]:
    server = _cpu(backend) if backend else 0.0
    own, wall = time.process_time(), time.perf_counter()
    yield
    times.wall.append(1e3 * (time.perf_counter() - wall))
    times.own_cpu.append(1e3 * (time.process_time() - own))
    if backend:
        times.cpu.append(_cpu(backend) - server)


def _backend(connection: Any) -> Path | None:
    """Where the kernel tells the processor time of a connection's server process; None when it is elsewhere."""
    path = Path("/proc") / str(connection.info.backend_pid) / "schedstat"
    local = connection.info.host.startswith("/")
    return path if local and path.exists() else None


def _cpu(backend: Path) -> float:
    """Milliseconds on a processor so far."""
    return int(backend.read_text().split()[0]) / 1e6
