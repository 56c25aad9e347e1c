"""What a cloud keeps in its data folder: the objects of its buckets, and what its executions did."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rig.data_folder import EXECUTIONS, OBJECTS
from rig.execution_history import why_ended
from rig.recorder import Recorder
from rig.stack import Stack

if TYPE_CHECKING:
    from rig.object_store import ObjectStore

logger = logging.getLogger("rig")


class Keeper:
    """Keeps what it is told of, from `restore` on; without a folder nothing. It logs executions that failed."""

    def __init__(self, stack: Stack, folder: Path | None) -> None:
        self._stack = stack
        self._folder = folder
        self._store: ObjectStore | None = None
        self._recorder: Recorder | None = None

    def restore(self) -> None:
        """Puts the objects of earlier runs back into their buckets, and forgets old recordings."""
        if self._folder is None:
            return
        from rig.object_store import ObjectStore

        store = ObjectStore(self._folder / OBJECTS)
        for bucket in self._stack.buckets.values():
            store.restore(bucket.name)
        self._store = store
        self._recorder = Recorder(self._folder / EXECUTIONS)
        self._recorder.prune()

    def object_changed(self, bucket: str, key: str) -> None:
        """Stores an object as it is now.

        Raises:
            StorageFullError: there is no room.
        """
        if self._store is not None:
            self._store.sync(bucket, key)

    def execution_ended(self, name: str, machine: str, status: str, events: list[Any]) -> None:
        """Records an execution; `machine` is the physical name of its state machine."""
        known = (found.logical_id for found in self._stack.state_machines.values() if found.name == machine)
        logical_id = next(known, machine)
        if status != "SUCCEEDED":
            why = why_ended(events)
            logger.error("execution %s of %s %s%s", name, logical_id, status, f": {why}" if why else "")
        if self._recorder is not None:
            self._recorder.record(name, events)
