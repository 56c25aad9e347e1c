"""Sees whether a function's code has changed since its environment was started."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from rig.stack import Function

Fingerprint = Mapping[str, tuple[int, int]]
"""From each file to its time of change in nanoseconds and its size."""


def fingerprint(function: Function) -> Fingerprint:
    """The state of all files that the function's code and layers consist of."""
    return {
        entry.path: (status.st_mtime_ns, status.st_size)
        for folder in (function.code, *function.layers)
        for entry in _files(folder)
        if (status := _status(entry)) is not None
    }


def forget_bytecode(before: Fingerprint, after: Fingerprint) -> None:
    """Removes the compiled form of changed modules. Python tells a stale one by the second of the change and
    the size; a quick edit of the same length would go unseen."""
    for path in before.keys() | after.keys():
        if path.endswith(".py") and before.get(path) != after.get(path):
            Path(importlib.util.cache_from_source(path)).unlink(missing_ok=True)


def _files(folder: Path | str) -> Iterator[os.DirEntry[str]]:
    try:
        entries = list(os.scandir(folder))
    except OSError:  # removed meanwhile
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name == "__pycache__" or entry.name.endswith(("~", ".pyc")):
            continue
        if entry.is_dir():
            yield from _files(entry.path)
        else:
            yield entry


def _status(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        return entry.stat()
    except OSError:
        return None
