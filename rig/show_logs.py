"""`rig logs`: what functions wrote, and what they go on to write."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from rig.errors import RigError


class NoLogsError(RigError):
    """There is nothing to show."""


INTERVAL = 0.2
"""Seconds between two looks at the files."""


def show_logs(folder: Path, function: str | None, *, lines: int, follow: bool) -> int:
    """Prints the last lines of one function's log or of all, each then with its function's name before it.

    Raises:
        NoLogsError: there is nothing to show.
    """
    if not _files(folder, function) and not follow:
        what = f"{function} has" if function else "the functions have"
        raise NoLogsError(f"{what} written nothing in {folder}")
    positions: dict[Path, int] = {}
    try:
        while True:
            for path in _files(folder, function):
                is_first_look = path not in positions
                new = _new_text(path, positions)
                _print(path, new[len(new) - min(lines, len(new)) :] if is_first_look else new, function is None)
            if not follow:
                return 0
            time.sleep(INTERVAL)
    except KeyboardInterrupt:
        return 0


def _files(folder: Path, function: str | None) -> list[Path]:
    if function is not None:
        path = folder / f"{function}.log"
        return [path] if path.exists() else []
    return sorted(p for p in folder.glob("*.log") if not p.name.endswith(".1.log") and p.name != "rig.log")


def _new_text(path: Path, positions: dict[Path, int]) -> list[str]:
    """The whole lines since the last look; a file that became shorter was turned over and is read from its start."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            start = positions.get(path, 0)
            file.seek(start if start <= size else 0)
            data = file.read()
    except OSError:
        return []
    whole = data[: data.rfind(b"\n") + 1]
    positions[path] = (start if start <= size else 0) + len(whole)
    return whole.decode("utf-8", "replace").splitlines()


def _print(path: Path, lines: list[str], named: bool) -> None:
    prefix = f"{path.stem}  " if named else ""
    for line in lines:
        sys.stdout.write(f"{prefix}{line}\n")
    sys.stdout.flush()
