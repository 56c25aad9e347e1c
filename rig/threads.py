"""Threads that never hold up the end of the process, each with an event loop of its own."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

Result = TypeVar("Result")


class ThreadPool:
    """Runs calls in daemon threads and keeps idle ones for the next call.

    Every thread has an event loop: Mangum asks for the current one, and outside the main thread Python makes none.
    Without `limit` there is one thread for each call at a time.
    """

    def __init__(self, name: str, limit: int | None = None) -> None:
        self._name = name
        self._limit = limit
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads: set[threading.Thread] = set()
        self._pending = 0
        self._closed = False

    def submit(self, call: Callable[[], Result]) -> Future[Result]:
        """Runs the call in a thread; after `close` the future is cancelled."""
        future: Future[Result] = Future()

        def job() -> None:
            if self._closed:
                future.cancel()
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(call())
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever reads the future
                future.set_exception(error)

        with self._lock:
            if self._closed:
                future.cancel()
                return future
            self._pending += 1
            if self._pending > len(self._threads) and (self._limit is None or len(self._threads) < self._limit):
                thread = threading.Thread(target=self._work, name=f"{self._name}-{len(self._threads)}", daemon=True)
                self._threads.add(thread)
                thread.start()
        self._jobs.put(job)
        return future

    def close(self, timeout: float = 1.0) -> None:
        """Lets running calls end, for at most `timeout` seconds each; drops the waiting ones."""
        with self._lock:
            self._closed = True
            threads = list(self._threads)
        for _ in threads:
            self._jobs.put(None)
        for thread in threads:
            if thread is not threading.current_thread():
                thread.join(timeout)

    def _work(self) -> None:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            while (job := self._jobs.get()) is not None:
                job()
                with self._lock:
                    self._pending -= 1
        finally:
            asyncio.set_event_loop(None)
            loop.close()
