"""The first step: fails as often as it is told to."""

from __future__ import annotations

from typing import Any

from sample_shared import HopelessError, TransientError

attempts: dict[str, int] = {}


def handler(event: dict[str, Any], context: Any) -> Any:
    """`fail` is the number of failing attempts of this `id`; `hopeless` raises what the machine catches."""
    name = event.get("id", "")
    attempts[name] = attempts.get(name, 0) + 1
    if event.get("hopeless"):
        raise HopelessError("nothing to be done")
    if attempts[name] <= event.get("fail", 0):
        raise TransientError("try again")
    return {"attempts": attempts[name]}
