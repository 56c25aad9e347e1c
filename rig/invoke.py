"""`rig invoke`: `sam local invoke` without Docker."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rig import aws
from rig.data_folder import DataFolder, RigState
from rig.errors import RigError
from rig.runtimes import InvokeResult
from rig.stack import Function


class EventError(RigError):
    """The event can't be read."""


def read_event(source: str | None) -> Any:
    """The event in a file, on stdin for `-`, or an empty one.

    Raises:
        EventError: it is not there or not JSON.
    """
    if source is None:
        return {}
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
        return json.loads(text)
    except OSError as error:
        raise EventError(f"the event {source} can't be read: {error.strerror}") from None
    except ValueError as error:
        raise EventError(f"the event {source} is not JSON: {error}") from None


def invoke_once(template: Path, data: DataFolder, name: str, event: Any, parameters: Mapping[str, str]) -> int:
    """Runs one function and prints what it gave; returns the exit status. The parameters are for a system that is
    started for this call: one that runs already has its own."""
    from rig.system import System, read_stack

    state = data.read_state()
    function = read_stack(template, state.parameters if state else parameters).function(name)
    if state:
        result = _in_running(state, function, event)
    else:
        with data.held(), System(template, data, parameters) as system:
            result = system.cloud.invoke(function.logical_id, event)
            system.finish_work()
    if result.log:
        sys.stderr.write(result.log.rstrip("\n") + "\n")
    sys.stdout.write(json.dumps(result.payload, indent=2, ensure_ascii=False) + "\n")
    return 1 if result.error else 0


def _in_running(state: RigState, function: Function, event: Any) -> InvokeResult:
    answer = aws.new_client("lambda", state.s3_url).invoke(
        FunctionName=function.name, Payload=json.dumps(event).encode(), LogType="Tail"
    )
    log = base64.b64decode(answer.get("LogResult", "")).decode("utf-8", "replace")
    return InvokeResult(json.loads(answer["Payload"].read()), "FunctionError" in answer, log)
