"""What the clients saw: every call with its time, and every photo that the system said it has."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Call:
    """One call: its kind, its seconds, and what was wrong with its answer (nothing: empty)."""

    kind: str
    seconds: float
    error: str = ""


@dataclass(frozen=True)
class Taken:
    """An upload that was answered: the photo's digest and listing, the id it was given, and the task to wait for."""

    sha256: str
    listing_id: int
    image_id: int
    task_id: str | None = None


@dataclass
class Ledger:
    """Everything that happened, in the order in which it ended; safe to share between threads."""

    calls: list[Call] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    unanswered: set[str] = field(default_factory=set)
    """Digests of photos whose upload was not answered well: they may be there, or not."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def note(self, call: Call) -> None:
        with self._lock:
            self.calls.append(call)

    def note_taken(self, taken: Taken) -> None:
        with self._lock:
            self.taken.append(taken)

    def note_unanswered(self, sha256: str) -> None:
        with self._lock:
            self.unanswered.add(sha256)

    def errors(self) -> Counter[str]:
        """How often each kind of error came, by `kind: what`."""
        with self._lock:
            return Counter(f"{call.kind}: {call.error}" for call in self.calls if call.error)


@dataclass(frozen=True)
class Line:
    """One kind of call in the report; times in milliseconds."""

    kind: str
    calls: int
    errors: int
    p50: float
    p95: float
    p99: float
    longest: float
    rate: float
    """Answers without error a second."""


def percentile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all does not exceed (nearest rank): a time that really was."""
    if not ordered:
        return float("nan")
    rank = -(-len(ordered) * round(share * 1000) // 1000)  # rounded up, without the errors of floats
    return ordered[max(rank, 1) - 1]


def summed(kind: str, calls: Sequence[Call], seconds: float) -> Line:
    """The line of these calls, which took place within so many seconds. A call that failed has a time too: who waited
    30 s for a 503 has waited."""
    times = sorted(1e3 * call.seconds for call in calls)
    failed = sum(bool(call.error) for call in calls)
    p50, p95, p99, longest = (percentile(times, share) for share in (0.5, 0.95, 0.99, 1.0))
    return Line(kind, len(calls), failed, p50, p95, p99, longest, (len(calls) - failed) / seconds)


def by_kind(calls: Sequence[Call], kinds: Sequence[str], seconds: float) -> list[Line]:
    """A line for each kind, and one for all together."""
    lines = [summed(kind, [call for call in calls if call.kind == kind], seconds) for kind in kinds]
    return [*lines, summed("all", calls, seconds)]
