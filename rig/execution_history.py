"""What a Step Functions execution did, read from its history.

The history is AWS's own document, as GetExecutionHistory answers and `aws stepfunctions get-execution-history` prints
it, so one that was saved from a deployed stack is read like one that the rig recorded.
https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from rig.errors import RigError

NO_ANSWER: Final = "NoAnswer"
"""The error of a step whose execution ended before it did; no name of AWS's."""

_SCHEDULED: Final = ("TaskScheduled", "LambdaFunctionScheduled")
_SUCCEEDED: Final = ("TaskSucceeded", "LambdaFunctionSucceeded")
_FAILED: Final = (
    "TaskFailed", "TaskTimedOut", "TaskStartFailed", "TaskSubmitFailed",
    "LambdaFunctionFailed", "LambdaFunctionTimedOut", "LambdaFunctionScheduleFailed", "LambdaFunctionStartFailed",
)  # fmt: skip
# errors that Lambda or Step Functions report themselves, by how their names begin
_OF_THE_PLATFORM: Final = ("States.", "Sandbox.", "Runtime.", "Lambda.", NO_ANSWER)

_BAD_ENDS: Final = ("ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted")

Event = Mapping[str, Any]


class HistoryError(RigError):
    """The document is no history that could be run again."""


@dataclass(frozen=True)
class Outcome:
    """How a function answered: its output, or the error by which the state machine knew its failure."""

    output: Any = None
    error: str | None = None
    message: str = ""

    @property
    def of_the_platform(self) -> bool:
        """Whether Lambda or Step Functions ended the call: no handler says that by itself."""
        return self.error is not None and self.error.startswith(_OF_THE_PLATFORM)


@dataclass(frozen=True)
class Step:
    """One pass through a state that calls a function, its retries together: the last attempt is what counted.

    `function` is as the state machine names it, `input` is what the function was given.
    """

    state: str
    function: str
    input: Any
    attempts: int
    outcome: Outcome


@dataclass(frozen=True)
class Execution:
    """One execution's input, the calls of functions in the order in which they began, and the name of its first
    state; no history says which state machine it is of."""

    input: Any
    steps: tuple[Step, ...]
    first: str = ""


def read_execution(document: Any) -> Execution:
    """Reads a history.

    Raises:
        HistoryError: it is none, or it was saved without inputs and outputs.
    """
    try:
        events: list[Event] = sorted(document["events"], key=lambda event: int(event["id"]))
        started = next(event for event in events if event["type"] == "ExecutionStarted")
        entered = (event["stateEnteredEventDetails"]["name"] for event in events if _enters(event))
        given = _json(started["executionStartedEventDetails"]["input"])
        return Execution(given, tuple(_steps(events)), next(entered, ""))
    except StopIteration:
        raise HistoryError("the history does not begin with ExecutionStarted: save all its pages") from None
    except (KeyError, TypeError, ValueError) as error:
        raise HistoryError(f"this is no execution's history with inputs and outputs: {error!r}") from None


def why_ended(events: Iterable[Event]) -> str:
    """What the end of an execution says that did not succeed, such as `ValueError, no words`; may be nothing."""
    for event in events:
        if event["type"] in _BAD_ENDS:
            details = _details(event)
            return ", ".join(filter(None, [details.get("error"), _message(details)]))
    return ""


def _steps(events: list[Event]) -> Iterator[Step]:
    by_id = {event["id"]: event for event in events}
    calls: dict[int, list[Event]] = {}  # from the entry into a state to its attempts
    answers: dict[int, Event] = {}  # ... and to the last answer
    for event in events:
        if event["type"] in _SCHEDULED and _calls_a_function(event):
            calls.setdefault(_entry(event, by_id)["id"], []).append(event)
        elif event["type"] in (*_SUCCEEDED, *_FAILED):
            answers[_entry(event, by_id)["id"]] = event
    for entry, attempts in calls.items():
        function, payload = _call(attempts[-1])
        state = by_id[entry]["stateEnteredEventDetails"]["name"]
        yield Step(state, function, payload, len(attempts), _outcome(answers.get(entry)))


def _entry(event: Event, by_id: Mapping[int, Event]) -> Event:
    """Where the state began that an event belongs to; branches run at once, so the event before may be another's."""
    while not _enters(event):
        event = by_id[event["previousEventId"]]
    return event


def _enters(event: Event) -> bool:
    return bool(event["type"].endswith("StateEntered"))


def _calls_a_function(event: Event) -> bool:
    details = _details(event)
    return event["type"] == "LambdaFunctionScheduled" or details.get("resourceType") == "lambda"


def _call(event: Event) -> tuple[str, Any]:
    """The function and its payload: `arn:aws:states:::lambda:invoke` wraps them, a function's own ARN does not."""
    details = _details(event)
    if event["type"] == "LambdaFunctionScheduled":
        return details["resource"], _json(details.get("input", "{}"))
    parameters = _json(details["parameters"])
    return parameters["FunctionName"], parameters.get("Payload", {})


def _outcome(event: Event | None) -> Outcome:
    if event is None:
        return Outcome(error=NO_ANSWER, message="the execution ended first")
    details = _details(event)
    if event["type"] == "TaskSucceeded":
        return Outcome(_json(details["output"]).get("Payload"))
    if event["type"] == "LambdaFunctionSucceeded":
        return Outcome(_json(details["output"]))
    timed_out = event["type"].endswith("TimedOut")
    return Outcome(error=details.get("error") or ("States.Timeout" if timed_out else ""), message=_message(details))


def _message(details: Event) -> str:
    """A function's error comes as its error document; what AWS itself says, as plain text."""
    cause = str(details.get("cause", ""))
    try:
        return str(json.loads(cause)["errorMessage"])
    except (KeyError, TypeError, ValueError):
        return cause


def _details(event: Event) -> Event:
    """The part of an event that its type names: `taskScheduledEventDetails` of a `TaskScheduled`."""
    kind: str = event["type"]
    details: Event = event.get(f"{kind[0].lower()}{kind[1:]}EventDetails", {})
    return details


def _json(text: str) -> Any:
    return json.loads(text)
