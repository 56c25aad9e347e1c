"""What is in flight: events, retries, invocations, executions. `wait` returns when there is nothing left."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rig import patience


class StillBusyError(TimeoutError):
    """Something was still in flight when the time was over; the message says what."""


class Activity:
    """Counts what is in flight. Whoever hands work on begins the next piece before it ends its own,
    so the count never touches zero in the middle of a chain."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running: dict[int, str] = {}
        self._tokens = itertools.count(1)

    def begin(self, what: str) -> int:
        """Notes the start of a piece of work; the token ends it."""
        with self._changed:
            token = next(self._tokens)
            self._running[token] = what
            return token

    def end(self, token: int) -> None:
        """Notes the end of a piece of work; ending it twice is harmless."""
        with self._changed:
            self._running.pop(token, None)
            self._changed.notify_all()

    @contextmanager
    def during(self, what: str) -> Iterator[None]:
        """The body of the `with` is a piece of work."""
        token = self.begin(what)
        try:
            yield
        finally:
            self.end(token)

    def wait(self, timeout: float) -> None:
        """Returns as soon as nothing is in flight; a person who looks with a debugger has all the time.

        Raises:
            StillBusyError: after `timeout` seconds.
        """
        end = time.monotonic() + timeout
        with self._changed:
            while self._running:
                left = end - time.monotonic()
                if left <= 0 and patience.is_unlimited():
                    left = patience.UNLIMITED
                elif left <= 0:
                    running = ", ".join(sorted(set(self._running.values())))
                    raise StillBusyError(f"after {timeout:g} s still in flight: {running}")
                self._changed.wait(left)
