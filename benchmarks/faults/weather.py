"""What goes wrong, and when: outages when a share of the work is done, and a kill in the middle of each step."""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol

POLL: Final = 0.002
"""Seconds between two looks at what is running."""
PAUSE: Final = 5.0
"""Seconds between two kills of a step: else both of its processes are gone at once, and the second kill says little."""
SOONER: Final = 0.9
"""By how much of its time the next invocation is given, when one was over before it could be killed."""

Event = Mapping[str, Any]


@dataclass(frozen=True)
class Target:
    """A step to be killed in the middle, some `seconds` after its function was given the work.

    `machine` is the file in statemachines/, empty for what an event starts; `of` knows the step's events among all of
    the function's. `long` ones can be killed more than once.
    """

    function: str
    step: str
    machine: str
    seconds: tuple[float, float]
    of: Callable[[Event], bool] = lambda _: True
    long: bool = False

    def __str__(self) -> str:
        return f"{self.step} of {self.machine}" if self.machine else self.step


def _of_an_item(event: Event) -> bool:
    return "-i" in str(event.get("task_id"))


def _finishing(*, item: bool, failure: bool) -> Callable[[Event], bool]:
    """The function that finishes tasks does so at the end of every machine, for better or for worse."""
    return lambda event: _of_an_item(event) is item and ("error" in event) is failure


TARGETS: Final = (
    Target("UploadArrivedFunction", "the event of an upload", "", (0.0, 0.02)),
    Target("PlanItemsFunction", "PlanItems", "import_photos", (0.0, 0.02)),
    Target("ProcessItemsFunction", "ProcessItems", "import_photos", (0.5, 4.0), long=True),
    Target(
        "FinishTaskFunction", "RecordSuccess", "import_photos", (0.002, 0.01), _finishing(item=False, failure=False)
    ),
    Target("ReceiveUploadFunction", "ReceiveUpload", "receive_upload", (0.02, 0.15), long=True),
    Target("AnalyzePhotoFunction", "AnalyzePhoto", "receive_upload", (0.05, 0.4), long=True),
    Target(
        "FinishTaskFunction", "RecordSuccess", "receive_upload", (0.002, 0.03), _finishing(item=True, failure=False)
    ),
    Target("FinishTaskFunction", "RecordFailure", "receive_upload", (0.002, 0.02), _finishing(item=True, failure=True)),
)
"""The steps of both batches. The short ones are killed early: they must be hit before they are over."""


class System(Protocol):
    """What can break: `rig.system.System`."""

    @property
    def cloud(self) -> Any: ...

    def database_down(self) -> AbstractContextManager[None]: ...


@dataclass(frozen=True)
class Happening:
    """One fault: seconds since the drill began, what was done, and what it hit."""

    at: float
    what: str
    hit: str


@dataclass(frozen=True)
class Outage:
    """Something is down for some `seconds`, once this share of the photos is done."""

    what: str
    share: float
    seconds: float
    down: Callable[[], AbstractContextManager[None]]


class Weather:
    """Runs the faults beside the work; a context manager. `happened` is what came of them, in their order."""

    def __init__(self, system: System, seed: int, *, database: float, s3: float, kills: int) -> None:
        self.happened: list[Happening] = []
        self._cloud = system.cloud
        self._random = random.Random(seed)
        self._began = time.monotonic()
        self._outages = [
            Outage("PostgreSQL is stopped", 0.25, database, system.database_down),
            Outage("S3 answers 503 SlowDown", 0.5, s3, lambda: system.cloud.outage("s3")),
        ]
        self._kills = kills
        self._drawn: dict[Target, dict[str, tuple[float, float]]] = {target: {} for target in TARGETS}
        self._draws = dict.fromkeys(TARGETS, 0)
        self._next = dict.fromkeys(TARGETS, 0.0)
        self._hits = dict.fromkeys(TARGETS, 0)
        self._stopping = threading.Event()
        self._outside = threading.Lock()
        self._threads = [threading.Thread(target=self._kill, name="killer", daemon=True)]
        self._problems: list[BaseException] = []

    @property
    def missed(self) -> list[str]:
        """What was to go wrong, and did not."""
        steps = [f"{target} was never hit" for target, hits in self._hits.items() if hits == 0]
        return [*steps, *(f"{outage.what}: never came to it" for outage in self._outages)]

    def __enter__(self) -> Weather:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        """Returns when everything that was down is up again."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()
        if self._problems:
            raise self._problems[0]

    def work_is_done(self, share: float) -> None:
        """Tells it how much is done, by which it knows when an outage is due. One comes after the other."""
        outage = self._outages[0] if self._outages else None
        if outage is None or share < outage.share or self._outside.locked():
            return
        self._outages.pop(0)
        self._outside.acquire()
        self._threads.append(threading.Thread(target=self._break, args=[outage], name="outage", daemon=True))
        self._threads[-1].start()

    def _break(self, outage: Outage) -> None:
        try:
            with self._noting(outage), outage.down():
                time.sleep(outage.seconds)
        except Exception as error:  # noqa: BLE001 - told at the end, in the thread that others wait for
            self._problems.append(error)
        finally:
            self._outside.release()

    @contextmanager
    def _noting(self, outage: Outage) -> Iterator[None]:
        began = time.monotonic()
        yield
        self._note(began, outage.what, f"for {time.monotonic() - began:.1f} s")

    def _kill(self) -> None:
        """Waits until each step is at work, and kills it at a moment that was drawn for it."""
        while not self._stopping.wait(POLL):
            for target in TARGETS:
                if self._hits[target] < (self._kills if target.long else 1) and time.monotonic() > self._next[target]:
                    self._hits[target] += self._killed(target)

    def _killed(self, target: Target) -> int:
        """How many of its processes were killed, one at most."""
        found: list[str] = []

        def due(event: Event, seconds: float) -> bool:
            if found or not target.of(event) or seconds < self._moment(target, event, seconds):
                return False
            found.append(f"{seconds * 1000:.0f} ms after it began")
            return True

        killed: int = self._cloud.kill(target.function, due)
        if killed:
            self._next[target] = time.monotonic() + PAUSE
            self._note(time.monotonic(), f"kill -9 in {target}", found[0])
        return killed

    def _moment(self, target: Target, event: Event, seconds: float) -> float:
        """When an invocation is killed; one after the other is sooner, until one is not over before."""
        work, drawn = str(event), self._drawn[target]
        moment, seen = drawn.get(work, (0.0, math.inf))
        if seconds < seen:  # it is another invocation
            moment = self._random.uniform(*target.seconds) * SOONER ** self._draws[target]
            self._draws[target] += 1
        drawn[work] = moment, seconds
        return moment

    def _note(self, when: float, what: str, hit: str) -> None:
        self.happened.append(Happening(when - self._began, what, hit))


def in_order(happened: Sequence[Happening]) -> list[Happening]:
    """By the time when they began."""
    return sorted(happened, key=lambda happening: happening.at)
