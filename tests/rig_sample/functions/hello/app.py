"""Answers HTTP: tells what it sees, or fails as it is told to."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from sample_shared import VERSION, HopelessError

EDITION = "first"


def handler(event: dict[str, Any], context: Any) -> Any:
    """What to do stands in the event's body (`{"do": …}`)."""
    body = event.get("body") or "{}"
    wish = {} if event.get("isBase64Encoded") else json.loads(body)
    match wish.get("do"):
        case "fail":
            raise HopelessError("told to fail")
        case "sleep":
            time.sleep(wish["seconds"])
        case "exit":
            os._exit(3)
        case "answer":
            return wish["answer"]
        case "log":
            print("a line of the log")  # noqa: T201 - it is what a function's log is made of
    seen = {
        "event": event,
        "edition": EDITION,
        "shared": VERSION,
        "function": context.function_name,
        "request_id": context.aws_request_id,
        "remaining": context.get_remaining_time_in_millis(),
        "pid": os.getpid(),
        "environment": {name: os.environ.get(name) for name in ("GREETING", "ONLY_HELLO", "AWS_ENDPOINT_URL")},
        "extra_layer": any(path.endswith("layers/extra") for path in sys.path),
        "path": sys.path,
    }
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(seen)}
