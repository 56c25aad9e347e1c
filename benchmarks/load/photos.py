"""Photos for the clients to send: renders of the samples, each upload a photo that nobody has sent before."""

from __future__ import annotations

import itertools
import queue
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from benchmarks.ingest.photos import SAMPLES, listing_photo

if TYPE_CHECKING:
    from PIL import Image

WIDTH: Final = 1024
"""Pixels: what a web page sends that shrinks photos first; some 0.2 MB. `benchmarks.ingest` measures large ones."""


class Photos:
    """Photos made before the clock runs, and more of them when they are used up; safe to share between threads."""

    def __init__(self, seed: int = 0) -> None:
        from PIL import Image

        self._renders: list[Image.Image] = []
        for path in sorted(SAMPLES.glob("*/*.jpg")):
            with Image.open(path) as render:
                self._renders.append(render.convert("RGB"))
        self._numbers = itertools.count(seed * 1_000_000)
        self._made: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._making = threading.Lock()
        self.late = 0
        """How many were made while the clock ran, which takes time from what is measured."""

    def make(self, count: int, on_photo: Callable[[], None]) -> None:
        """Makes so many in advance."""
        for _ in range(count):
            self._made.put(self._new())
            on_photo()

    def take(self) -> bytes:
        """A JPEG whose bytes are no other's."""
        try:
            return self._made.get_nowait()
        except queue.Empty:
            with self._making:
                self.late += 1
                return self._new()

    def _new(self) -> bytes:
        number = next(self._numbers)
        return listing_photo(self._renders[number % len(self._renders)], WIDTH, number)
