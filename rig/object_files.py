"""Objects in files, without S3: a folder for each bucket, a file for each object.

One file holds one object: a line of JSON about it, then its bytes. A file is complete or absent, because it is
written beside its place and then moved there; what a crash tore apart is found by its length and checksum.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

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


class ObjectFiles:
    """The folder of all buckets."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

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
