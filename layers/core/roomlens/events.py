"""What AWS sends, as plain dataclasses. Pure: no client, no settings, no model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from roomlens.errors import ValidationError
from roomlens.fields import LARGEST_ID

_INCOMING_KEY = re.compile(r"incoming/(?P<listing_id>[0-9]{1,10})/(?P<name>[^/].*)", re.DOTALL)


@dataclass(frozen=True)
class ObjectCreated:
    """One "object created" record of an S3 notification; `key` is decoded."""

    bucket: str
    key: str


@dataclass(frozen=True)
class TaskStep:
    """What a state of the analysis workflow hands to its function."""

    task_id: str
    image_id: int
    error: dict[str, str] | None = None


def objects_created(event: dict[str, Any]) -> Iterator[ObjectCreated]:
    """The created objects of an S3 event; records of other kinds (test messages, removals) are passed over.

    S3 encodes keys as in a form: a space comes as `+`, and other signs as `%XX`.
    """
    for record in event.get("Records", ()):
        if record.get("eventSource") != "aws:s3" or not record.get("eventName", "").startswith("ObjectCreated:"):
            continue
        s3 = record["s3"]
        yield ObjectCreated(
            bucket=s3["bucket"]["name"],
            key=unquote_plus(s3["object"]["key"]),
        )


def listing_of(key: str) -> int:
    """The listing that a key of the S3 door names: `incoming/{listing_id}/{name}`.

    Raises ValidationError when the key has another form.
    """
    match = _INCOMING_KEY.fullmatch(key)
    if match is None or not 0 < int(match["listing_id"]) <= LARGEST_ID:
        raise ValidationError("The key does not name a listing; put photos under incoming/{listing_id}/{name}.")
    return int(match["listing_id"])


def task_step(event: dict[str, Any]) -> TaskStep:
    return TaskStep(task_id=event["task_id"], image_id=int(event["image_id"]), error=event.get("error"))
