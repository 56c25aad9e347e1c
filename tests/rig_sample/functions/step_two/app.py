"""The second step: takes its time when it is told to."""

from __future__ import annotations

import time
from typing import Any


def handler(event: dict[str, Any], context: Any) -> str:
    """Sleeps for `sleep` seconds."""
    time.sleep(event.get("sleep", 0))
    return "done"
