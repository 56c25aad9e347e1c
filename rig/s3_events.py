"""S3 event notifications as AWS sends them.

Format: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
"""

from __future__ import annotations

import itertools
import threading
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

from rig.stack import ACCOUNT, PARTITION, REGION


@dataclass(frozen=True)
class ObjectChange:
    """What happened to which object; `event` is such as `s3:ObjectCreated:Put`, `size` is in bytes."""

    event: str
    bucket: str
    key: str
    size: int | None = None
    etag: str | None = None
    version_id: str | None = None


class Sequencer:
    """Hexadecimal values that only grow, for the events of one run and of the runs after it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> str:
        with self._lock:
            self._last = max(self._last + 1, time.time_ns())
            return f"{self._last:018X}"


_sequencer = Sequencer()
_requests = itertools.count(1)


def encode_key(key: str, keep: str = "/*") -> str:
    """The key as it stands in an event: form-encoded, but with its slashes (`a b/ü.jpg` → `a+b/%C3%BC.jpg`);
    `keep` are the signs that stay as they are beside letters, digits and `-._~`."""
    return quote_plus(key, safe=keep)


def s3_event(change: ObjectChange, configuration_id: str) -> dict[str, Any]:
    """The event that a function or queue gets for one change of one object."""
    described: dict[str, Any] = {"key": encode_key(change.key)}
    if change.size is not None:
        described["size"] = change.size
    if change.etag is not None:
        described["eTag"] = change.etag
    if change.version_id not in (None, "null"):
        described["versionId"] = change.version_id
    described["sequencer"] = _sequencer.next()
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": now,
        "eventName": change.event.removeprefix("s3:"),
        "userIdentity": {"principalId": f"AWS:{ACCOUNT}"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {
            "x-amz-request-id": f"{next(_requests):016X}",
            "x-amz-id-2": uuid.uuid4().hex,
        },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configuration_id,
            "bucket": {
                "name": change.bucket,
                "ownerIdentity": {"principalId": ACCOUNT},
                "arn": f"arn:{PARTITION}:s3:::{change.bucket}",
            },
            "object": described,
        },
    }
    return {"Records": [record]}
