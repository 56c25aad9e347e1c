"""State machines' definitions, as far as the rig reads them itself: which functions their states call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from rig.stack import ACCOUNT, PARTITION, REGION


def called_functions(definition: str) -> Iterator[tuple[str, str]]:
    """Each state that calls a function, by its name, with the function's ARN; those of branches and maps too, and none
    whose function comes from the execution's input. A version or an alias is left out."""
    for name, state in _states(json.loads(definition)):
        resource = str(state.get("Resource", ""))
        if ":states:::lambda:invoke" in resource:
            arguments = state.get("Parameters") or state.get("Arguments") or {}
            resource = function_arn(str(arguments.get("FunctionName", "")))
        if ":function:" in resource and not resource.endswith(":"):
            yield name, ":".join(resource.split(":")[:7])


def function_arn(name: str) -> str:
    """The ARN of a function that is named by its ARN, the end of it, or its physical name."""
    if name.startswith("arn:"):
        return name
    return f"arn:{PARTITION}:lambda:{REGION}:{ACCOUNT}:function:{name.rpartition('function:')[2]}"


def _states(part: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The states of a definition, or of a part of one; those of branches stand inside of others."""
    if isinstance(part, dict):
        if isinstance(part.get("States"), dict):
            yield from part["States"].items()
        for inner in part.values():
            yield from _states(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _states(inner)
