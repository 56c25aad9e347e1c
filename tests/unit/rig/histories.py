"""Histories of executions, as AWS would give them."""

import json
from typing import Any

DEPLOYED = "arn:aws:lambda:eu-west-1:111122223333:function:roomlens-PreparePhotoFunction-1A2B3C4D5E6F:live"


class History:
    """Grows by one event after the other; each method returns the id of its event."""

    def __init__(self, given: Any = None) -> None:
        self.events: list[dict[str, Any]] = []
        self.add("ExecutionStarted", 0, input=json.dumps({} if given is None else given))

    @property
    def document(self) -> dict[str, Any]:
        return {"events": self.events}

    def add(self, kind: str, previous: int, **details: Any) -> int:
        name = "stateEntered" if kind.endswith("StateEntered") else kind[0].lower() + kind[1:]
        event = {
            "timestamp": "2026-11-23T07:03:36.938000+00:00",
            "type": kind,
            "id": len(self.events) + 1,
            "previousEventId": previous,
            f"{name}EventDetails": details,
        }
        self.events.append(event)
        return len(self.events)

    def enter(self, state: str, previous: int = 1) -> int:
        return self.add("TaskStateEntered", previous, name=state, input="{}")

    def call(self, previous: int, payload: Any = None, function: str = DEPLOYED) -> int:
        parameters = json.dumps({"FunctionName": function, "Payload": payload})
        about = {"resourceType": "lambda", "resource": "invoke"}
        scheduled = self.add("TaskScheduled", previous, parameters=parameters, region="eu-west-1", **about)
        return self.add("TaskStarted", scheduled, **about)

    def succeed(self, previous: int, payload: Any = None) -> int:
        output = json.dumps({"ExecutedVersion": "$LATEST", "Payload": payload, "StatusCode": 200})
        return self.add("TaskSucceeded", previous, resourceType="lambda", resource="invoke", output=output)

    def fail(self, previous: int, error: str, message: str = "no") -> int:
        document = {"errorMessage": message, "errorType": error, "requestId": "r", "stackTrace": ["  a line\n"]}
        about = {"resourceType": "lambda", "resource": "invoke"}
        return self.add("TaskFailed", previous, error=error, cause=json.dumps(document), **about)
