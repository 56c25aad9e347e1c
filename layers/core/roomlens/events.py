"""What AWS sends, as plain dataclasses. Pure: no client, no settings, no model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote_plus

from roomlens.errors import ValidationError
from roomlens.fields import LARGEST_ID

_UPLOAD_KEY = re.compile(r"uploads/[^/]+/(?P<task_id>tsk_[0-9a-z-]{1,76})")
ANYONE: Final = "anyone"
_OF_LISTING = re.compile(r"(?P<listing_id>[0-9]{1,10})/(?P<name>[^/].*)", re.DOTALL)


Clock = Callable[[], float]
"""Seconds that are left to an invocation."""


@dataclass(frozen=True)
class ObjectCreated:
    """One "object created" record of an S3 notification; `key` is decoded. `sequencer` puts the events of one key in
    their order (`order_of`), `etag` and `version_id` name what was put; not every store tells all of them."""

    bucket: str
    key: str
    sequencer: str | None = None
    etag: str | None = None
    version_id: str | None = None


@dataclass(frozen=True)
class WorkflowStep:
    """What a state of a workflow hands to its function. `first` and `last` are the places of the items of a chunk."""

    task_id: str
    run: int = 1
    error: dict[str, str] | None = None
    first: int = 0
    last: int = 0
    tenant_id: str = field(kw_only=True)


def objects_created(event: dict[str, Any]) -> Iterator[ObjectCreated]:
    """The created objects of an S3 event; records of other kinds (test messages, removals) are passed over, and
    so are folders, as the S3 console makes them.

    S3 encodes keys as in a form: a space comes as `+`, and other signs as `%XX`.
    """
    for record in event.get("Records", ()):
        if record.get("eventSource") != "aws:s3" or not record.get("eventName", "").startswith("ObjectCreated:"):
            continue
        s3, changed = record["s3"], record["s3"]["object"]
        key = unquote_plus(changed["key"])
        if key.endswith("/"):
            continue
        yield ObjectCreated(
            bucket=s3["bucket"]["name"],
            key=key,
            sequencer=changed.get("sequencer"),
            etag=changed.get("eTag"),
            version_id=changed.get("versionId"),
        )


def order_of(sequencer: str) -> str:
    """By what the sequencers of one key are compared. They are hexadecimal numbers of any length: AWS has the shorter
    one filled up with zeros at its right end, which is to say that zeros there count for nothing."""
    return sequencer.upper().rstrip("0")


def claims_of(event: dict[str, Any]) -> dict[str, Any]:
    """What the token says that the gateway's JWT authorizer has checked; nothing when there is none."""
    authorizer = event.get("requestContext", {}).get("authorizer") or {}
    return (authorizer.get("jwt") or {}).get("claims") or {}


def caller_of(event: dict[str, Any]) -> str:
    """Who calls the API, as its authorizer (JWT, IAM or Lambda) says; ANYONE when there is none that names them."""
    authorizer = event.get("requestContext", {}).get("authorizer") or {}
    told = {
        "jwt": ((authorizer.get("jwt") or {}).get("claims") or {}).get("sub"),
        "iam": (authorizer.get("iam") or {}).get("userArn"),
        "lambda": (authorizer.get("lambda") or {}).get("principalId"),
    }
    return next((f"{kind}:{name}" for kind, name in told.items() if name), ANYONE)


def listing_of(key: str, door: str) -> int:
    """The listing that a key of the S3 door names: `{door}{listing_id}/{name}`, where `door` ends in a slash.

    Raises ValidationError when the key has another form.
    """
    match = _OF_LISTING.fullmatch(key.removeprefix(door)) if key.startswith(door) else None
    if match is None or not 0 < int(match["listing_id"]) <= LARGEST_ID:
        raise ValidationError(f"The key does not name a listing; put photos under {door}{{listing_id}}/{{name}}.")
    return int(match["listing_id"])


def workflow_step(event: dict[str, Any]) -> WorkflowStep:
    return WorkflowStep(
        task_id=event["task_id"],
        tenant_id=event["tenant_id"],
        run=int(event.get("run", 1)),
        error=event.get("error"),
        first=int(event.get("first", 0)),
        last=int(event.get("last", 0)),
    )


def task_of_upload(key: str) -> str | None:
    """The task that a presigned upload's key names: `uploads/{tenant}/{task_id}`; None when it has another form."""
    match = _UPLOAD_KEY.fullmatch(key)
    return match["task_id"] if match else None


def clock_of(context: Any) -> Clock:
    """Tells the seconds that are left to the invocation that Lambda gave this context."""
    return lambda: context.get_remaining_time_in_millis() / 1000
