"""The histories of executions on disk, one file each, as `aws stepfunctions get-execution-history` would save them.

A recording is a convenience: what goes wrong with it is logged, and never reaches the execution that it is of.
"""

from __future__ import annotations

import json
import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from rig.errors import RigError

logger = logging.getLogger("rig.recorder")

KEEP = 1000
"""Recordings that stay when a rig starts: the newest. One takes some ten kilobytes."""


class RecordingError(RigError):
    """There is no such recording, or it can't be read."""


class Recorder:
    """The folder of all recordings, whether it exists yet or not; a file is named by its execution.

    Two state machines may run executions of one name: the later one's recording replaces the other's.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def record(self, name: str, events: list[Any]) -> None:
        """Keeps an execution's history; a file is whole or absent."""
        path = self._path(name)
        try:
            text = json.dumps({"events": events}, indent=1)
            self._folder.mkdir(parents=True, exist_ok=True)
            beside = path.with_suffix(".tmp")
            try:
                beside.write_text(text, encoding="utf-8")
                beside.replace(path)
            except OSError:
                beside.unlink(missing_ok=True)
                raise
        except (OSError, TypeError, ValueError) as error:
            reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else error
            logger.warning("the execution %s was not recorded: %s", name, reason)

    def names(self) -> list[str]:
        """The executions that are recorded, the newest first."""
        return [path.stem for path in self._newest_first()]

    def read(self, name: str) -> Any:
        """An execution's history.

        Raises:
            RecordingError: it is not recorded, or its file is torn.
        """
        if name not in (known := self.names()):
            newest = f", the newest is {known[0]}" if known else ""
            raise RecordingError(f"{name} is not recorded: {self._folder} holds {_count(len(known))}{newest}")
        return read_history(self._path(name))

    def prune(self, keep: int = KEEP) -> None:
        """Forgets all but the newest recordings."""
        for path in self._newest_first()[keep:]:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                logger.warning("the old recording %s stays: %s", path, error.strerror)

    def _newest_first(self) -> list[Path]:
        found = []
        for path in self._folder.glob("*.json"):
            with suppress(OSError):  # another process may prune
                found.append((path.stat().st_mtime_ns, path))
        return [path for _, path in sorted(found, reverse=True)]

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"  # the names of executions hold no slash


def read_history(path: Path) -> Any:
    """The JSON document in a file.

    Raises:
        RecordingError: it is not there, or holds no JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RecordingError(f"the history {path} can't be read: {error.strerror}") from None
    except ValueError as error:
        raise RecordingError(f"the history {path} is not JSON: {error}") from None


def _count(number: int) -> str:
    return f"{number or 'no'} recording{'' if number == 1 else 's'}"
