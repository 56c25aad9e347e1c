"""What the patches of moto call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rig.activity import Activity
from rig.chaos import Step
from rig.engine import AfterRequest
from rig.runtimes import InvokeResult


@dataclass(frozen=True)
class Hooks:
    """What the patches call. Functions go by their physical name; `object_changed` gets bucket and key;
    `invoke` gets the step of a workflow that asks, if one does, and may raise ThrottledError; `execution_ended` gets
    the execution's name, its state machine's, its status and the events of its history."""

    invoke: Callable[[str, Any, Step | None], InvokeResult]
    invoke_async: Callable[[str, Any], None]
    object_changed: Callable[[str, str], None]
    execution_ended: Callable[[str, str, str, list[Any]], None]
    activity: Activity
    after_request: AfterRequest
