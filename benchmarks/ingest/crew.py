"""The workers, seen from the process that gives them their events."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self

from benchmarks.ingest.taken import Times
from rig import lifeline

ROOT: Final = Path(__file__).resolve().parents[2]
_INHERITED: Final = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "TMPDIR")
Event = Mapping[str, Any]


class Worker:
    """One process on one core; with one thread for its matrix products, as a function with one vCPU has."""

    def __init__(self, kind: str, core: int, variables: Mapping[str, str]) -> None:
        path = (ROOT, ROOT / "functions", ROOT / "layers" / "core", ROOT / "layers" / "models")
        environment = {
            **{name: os.environ[name] for name in _INHERITED if name in os.environ},
            "PYTHONPATH": os.pathsep.join(map(str, path)),
            **variables,
            "OPENBLAS_NUM_THREADS": "1",
        }
        with on_cores([core]):  # a process that is started has the cores of the one that starts it
            self._process = lifeline.spawn(
                [sys.executable, "-P", "-m", "benchmarks.ingest.worker", kind],
                signal_number=signal.SIGKILL,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment,
                cwd=ROOT,
            )

    def take_in(self, event: Event) -> Times:
        """Raises RuntimeError when the worker is gone; what it said stands on standard error."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(event).encode() + b"\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"a worker ended with {self._process.wait()}")
        return Times(**json.loads(answer))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process.wait()


def in_turn(
    product: Worker, naive: Worker, events: Sequence[Event], on_photo: Callable[[], None]
) -> list[tuple[Times, Times]]:
    """Each photo by both, one right after the other: what else the machine does hurts both alike. Who is first
    changes, since the second finds the bytes in the caches."""
    pairs: list[tuple[Times, Times]] = []
    for number, event in enumerate(events):
        first, second = (product, naive) if number % 2 else (naive, product)
        one, other = first.take_in(event), second.take_in(event)
        pairs.append((one, other) if number % 2 else (other, one))
        on_photo()
    return pairs


def together(workers: Sequence[Worker], events: Sequence[Event], on_photo: Callable[[], None]) -> float:
    """The seconds from the first event to the last row; whoever is free takes the next event."""
    waiting: queue.SimpleQueue[Event] = queue.SimpleQueue()
    for event in events:
        waiting.put(event)
    failed: list[Exception] = []

    def work(worker: Worker) -> None:
        try:
            while True:
                worker.take_in(waiting.get_nowait())
                on_photo()
        except queue.Empty:
            return
        except RuntimeError as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in workers]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return time.perf_counter() - started


def cores() -> list[int]:
    """The cores that this process may use; one of no number where the system does not tell."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count() or 1))


@contextmanager
def on_cores(chosen: Collection[int]) -> Iterator[None]:
    """Threads and processes that are started inside run on these cores alone, where the system allows it."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, chosen)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
