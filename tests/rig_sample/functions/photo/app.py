"""Takes S3 events: writes what it saw to `seen/`, or fails for keys that say so."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any
from urllib.parse import unquote_plus

import boto3
import sample_extra  # noqa: F401 - proves that its layer is there
from sample_shared import TransientError


@cache
def _s3() -> Any:
    return boto3.client("s3")


def handler(event: dict[str, Any], context: Any) -> None:
    """Every attempt leaves `seen/{key}/{request id}` with the event and the object's content type."""
    record = event["Records"][0]
    key = unquote_plus(record["s3"]["object"]["key"])
    head = _s3().head_object(Bucket=os.environ["BUCKET"], Key=key)
    seen = {"event": event, "content_type": head["ContentType"], "metadata": head["Metadata"]}
    name = f"seen/{key}/{context.aws_request_id}"
    _s3().put_object(Bucket=os.environ["BUCKET"], Key=name, Body=json.dumps(seen).encode())
    if "broken" in key:
        raise TransientError("can't read this photo")
