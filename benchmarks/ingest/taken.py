"""What one photo took, on the wall and of the processor."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

Part = Callable[[str], AbstractContextManager[None]]


@dataclass
class Times:
    """Milliseconds: in all, of this process's processor time, and by part (on the wall)."""

    wall: float = 0.0
    cpu: float = 0.0
    parts: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@contextmanager
def of_one() -> Iterator[tuple[Times, Part]]:
    """Takes the times of one photo; what it yields second measures a part."""
    times = Times()

    @contextmanager
    def part(name: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            times.parts[name] = times.parts.get(name, 0.0) + 1e3 * (time.perf_counter() - started)

    wall, cpu = time.perf_counter(), time.process_time()
    yield times, part
    times.wall = 1e3 * (time.perf_counter() - wall)
    times.cpu = 1e3 * (time.process_time() - cpu)
