"""Objects of S3 on disk: written when they change, read back at the next start."""

from __future__ import annotations

import errno
import logging
import os
import threading
from pathlib import Path

from rig import moto_state
from rig.engine import StorageFullError
from rig.object_files import ObjectFiles, StoredObject, read

logger = logging.getLogger("rig.s3")


class ObjectStore(ObjectFiles):
    """Files that follow what S3 holds."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._lock = threading.Lock()

    def restore(self, bucket: str) -> int:
        """Puts all stored objects back into the bucket, without events; returns how many there are."""
        count = 0
        for stored in self.read_all(bucket):
            moto_state.restore_object(
                bucket, stored.key, stored.body, stored.etag, stored.modified, stored.metadata
            )
            count += 1
        return count

    def sync(self, bucket: str, key: str) -> None:
        """Makes the file of one object agree with what S3 now holds.

        Raises:
            StorageFullError: it could not be written; S3 holds again what the file holds.
        """
        with self._lock:
            current = moto_state.find_object(bucket, key)
            path = self.path(bucket, key)
            if current is None or not hasattr(current, "value"):  # absent, or a delete marker
                path.unlink(missing_ok=True)
                return
            stored = StoredObject(
                key, current.value, current.etag.strip('"'), current.last_modified, dict(current.metadata)
            )
            try:
                self.write(bucket, stored)
            except OSError as error:
                self._undo(bucket, key)
                reason = os.strerror(error.errno or errno.EIO)
                logger.error("could not store %s/%s in %s: %s", bucket, key, self._folder, reason)
                raise StorageFullError(f"The object could not be stored: {reason}") from error

    def _undo(self, bucket: str, key: str) -> None:
        before = read(self.path(bucket, key)) if self.path(bucket, key).exists() else None
        if before is None:
            moto_state.forget_object(bucket, key)
        else:
            moto_state.restore_object(
                bucket, key, before.body, before.etag, before.modified, before.metadata
            )
