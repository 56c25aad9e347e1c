"""What functions write: a file for each, turned over when it grows, and the last lines at hand."""

from __future__ import annotations

import fcntl
import os
import select
import struct
import termios
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

MAX_BYTES = 5 * 2**20
TAIL_LINES = 200
PATIENCE = 2.0
"""Seconds that a caller waits for the last lines of a process that never stops writing."""


class FunctionLog:
    """The log of one function, shared by its environments. Without a file it keeps only the last lines."""

    def __init__(self, path: Path | None, max_bytes: int = MAX_BYTES) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._file: IO[bytes] | None = None

    def write(self, line: str) -> None:
        """Adds one line."""
        if self._path is None:
            return
        with self._lock:
            try:
                self._open(self._path).write(line.encode("utf-8", "replace") + b"\n")
            except OSError:  # a full disk must not stop the function whose log it is
                self._file = None

    def close(self) -> None:
        with self._lock:
            if self._file is not None:
                self._file.close()
            self._file = None

    def _open(self, path: Path) -> IO[bytes]:
        if self._file is not None and self._file.tell() > self._max_bytes:
            self._file.close()
            self._file = None
            path.replace(path.with_suffix(".1.log"))
        if self._file is None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("ab", buffering=0)
        return self._file


class LogReader:
    """Carries what one process writes, line by line, into its function's log; calls `ended` when it is gone.

    A line is in the pipe, or it is in the tail: the lock is held on the way from the one to the other.
    """

    def __init__(self, pipe: IO[bytes], log: FunctionLog, ended: Callable[[], None]) -> None:
        self._pipe = pipe
        self._log = log
        self._ended = ended
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._moving = threading.Lock()
        self._unfinished = b""
        self._thread = threading.Thread(target=self._carry, name="function-log", daemon=True)
        self._thread.start()

    def take(self) -> str:
        """The lines since the last call, those that are still on their way among them."""
        patience = time.monotonic() + PATIENCE
        while True:
            with self._moving:
                if self._waiting() == 0 or time.monotonic() > patience:
                    lines = list(self._tail)
                    self._tail.clear()
                    return "\n".join(lines)
            time.sleep(0.002)

    def note(self, line: str) -> None:
        """Adds a line of the platform's own."""
        self._log.write(line)

    def _waiting(self) -> int:
        try:
            answer = fcntl.ioctl(self._pipe.fileno(), termios.FIONREAD, b"\0\0\0\0")
        except (OSError, ValueError):  # the process is gone and the pipe closed
            return 0
        return int(struct.unpack("i", answer)[0])

    def _carry(self) -> None:
        descriptor, readable = self._pipe.fileno(), select.poll()
        readable.register(descriptor, select.POLLIN)
        with self._pipe:
            while True:
                readable.poll()  # waits without the lock
                with self._moving:
                    read = os.read(descriptor, 65_536)
                    *lines, self._unfinished = (self._unfinished + read).split(b"\n")
                    self._keep(lines if read else [self._unfinished] * bool(self._unfinished))
                if not read:
                    break
        self._ended()

    def _keep(self, lines: Iterable[bytes]) -> None:
        # a traceback comes as one line, its parts held together by carriage returns
        for line in (part for raw in lines for part in raw.decode("utf-8", "replace").split("\r")):
            self._tail.append(line)
            self._log.write(line)
