"""Objects of S3 on disk: written when they change, read back at the next start.

One file holds one object: a line of JSON about it, then its bytes. A file is complete or absent, because it is
written beside its place and then moved there; what a crash tore apart is found by its length and checksum.
"""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rig import moto_state
from rig.engine import StorageFullError

logger = logging.getLogger("rig.s3")

SUFFIX = ".object"


@dataclass(frozen=True)
class StoredObject:
    """One object; `metadata` holds the headers that S3 keeps with it (content type, `x-amz-meta-…`)."""

    key: str
    body: bytes
    etag: str
    modified: datetime
    metadata: dict[str, str]


class ObjectStore:
    """The folder of all buckets."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
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

    def write(self, bucket: str, stored: StoredObject) -> None:
        """Writes one object's file, so that it is there as a whole or not at all."""
        path = self.path(bucket, stored.key)
        path.parent.mkdir(parents=True, exist_ok=True)
        about = {
            "key": stored.key,
            "size": len(stored.body),
            "sha256": hashlib.sha256(stored.body).hexdigest(),
            "etag": stored.etag,
            "modified": stored.modified.isoformat(),
            "metadata": stored.metadata,
        }
        beside = path.with_suffix(f".{threading.get_ident()}.tmp")
        try:
            with beside.open("wb") as file:
                file.write(json.dumps(about).encode() + b"\n" + stored.body)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise

    def read_all(self, bucket: str) -> Iterator[StoredObject]:
        """All whole objects of a bucket; a torn file is skipped with a warning."""
        for path in sorted((self._folder / bucket).glob(f"*{SUFFIX}")):
            stored = read(path)
            if stored is not None:
                yield stored

    def path(self, bucket: str, key: str) -> Path:
        """The object's file: keys may be longer and stranger than file names."""
        return self._folder / bucket / (hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest() + SUFFIX)

    def _undo(self, bucket: str, key: str) -> None:
        before = read(self.path(bucket, key)) if self.path(bucket, key).exists() else None
        if before is None:
            moto_state.forget_object(bucket, key)
        else:
            moto_state.restore_object(
                bucket, key, before.body, before.etag, before.modified, before.metadata
            )


def read(path: Path) -> StoredObject | None:
    """The object in a file, or None with a warning when the file is not whole."""
    try:
        line, _, body = path.read_bytes().partition(b"\n")
        about = json.loads(line)
        if len(body) != about["size"] or hashlib.sha256(body).hexdigest() != about["sha256"]:
            raise ValueError("its bytes are not those that were stored")
        modified = datetime.fromisoformat(about["modified"])
        return StoredObject(about["key"], body, about["etag"], modified, about["metadata"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        logger.warning("skipped the torn object %s: %s", path, error)
        return None
