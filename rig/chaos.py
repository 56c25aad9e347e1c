"""The cloud on a bad day: what AWS says may happen to an event or to a workflow's step, made to happen.

    with Cloud(Path("template.yaml"), chaos=Chaos("duplicate", "reorder")) as cloud:
        ...
        cloud.chaos.switch("late")  # from now on this, and only this
        cloud.chaos.switch()        # calm again

Events are what a function gets asynchronously, from S3 or by an invocation of the kind `Event`; steps are what a state
machine invokes. Each of them meets each failure once, so that whoever retries as AWS does comes through. Requests
over HTTP and direct invocations are left alone: nobody retries for their caller. So are messages to queues.
"""

from __future__ import annotations

import copy
import logging
import random
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar
from urllib.parse import unquote_plus

from rig.errors import RigError
from rig.runtimes import InvokeResult, exited, timed_out
from rig.s3_events import encode_key
from rig.stack import Function

logger = logging.getLogger("rig.chaos")

Item = TypeVar("Item")
Call = Callable[[], InvokeResult]

LATENESS = 0.3
"""Seconds by which a late event comes late."""


class Kind(StrEnum):
    """What can go wrong."""

    DUPLICATE = "duplicate"
    """S3 and Lambda deliver at least once: each event comes twice, at the same time. A state machine that loses
    an answer asks again: each step runs twice, one after the other, and the second answer counts.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html"""
    REORDER = "reorder"
    """Events come in any order: those of one moment are handed out one by one, in an order made of the seed.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html (`sequencer`)"""
    LATE = "late"
    """S3 tells of most changes within seconds, and of some after a minute or longer."""
    ENCODED_KEYS = "encoded_keys"
    """Keys are encoded as in a form, and S3 does not say which signs it leaves: here all but letters, digits and
    `-._~` are encoded, the slashes too, as in Lambda's own sample event (`test%2Fkey`). A space stays `+`, as S3
    documents it."""
    THROTTLE = "throttle"
    """No room to run in: the first try is refused. Lambda keeps the event and tries again, and does not count it;
    a state machine sees `Lambda.TooManyRequestsException`.
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    TIMEOUT = "timeout"
    """The first try takes too long and has done nothing: `Sandbox.Timedout`, as Lambda and state machines see it.
    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"""
    CRASH_AFTER_COMMIT = "crash_after_commit"
    """The first try does all its work, and dies before it can say so: `Runtime.ExitError`. Only its answer is taken
    away: a process that ran it is kept, and may run the next try."""


FAILURES: Final = (Kind.THROTTLE, Kind.TIMEOUT, Kind.CRASH_AFTER_COMMIT)
"""In this order an event or step meets those that are switched on, one a try. A function that is retried less often
than that ends where it would end in AWS: in its dead-letter queue, or its state's Catch."""


class UnknownKindError(RigError, ValueError):
    """There is no such kind of chaos; the message lists those that exist."""


class ThrottledError(Exception):
    """A function was not run, for want of room."""


@dataclass(frozen=True)
class Step:
    """One try of a state machine's state; `retries` is how often it was tried before."""

    execution: str
    state: str
    retries: int


def parse_kinds(text: str) -> tuple[Kind, ...]:
    """`duplicate,reorder` as a person writes it; `all` is all of them, an empty text none.

    Raises:
        UnknownKindError: the message lists the kinds.
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    return tuple(Kind) if names == ["all"] else tuple(_kind(name) for name in names)


def _kind(name: str) -> Kind:
    try:
        return Kind(name.replace("-", "_"))
    except ValueError:
        known = ", ".join(Kind)
        raise UnknownKindError(f"there is no chaos called {name!r}; there are {known}, and all") from None


class Chaos:
    """The switch. Whatever it does is logged in one line, which pytest shows with a test that fails.

    Args:
        kinds: what goes wrong, see `Kind`; nothing at first when there are none.
        seed: of the order of events.
        lateness: the seconds by which a late event comes late.
    """

    def __init__(self, *kinds: str, seed: int = 0, lateness: float = LATENESS) -> None:
        self.seed = seed
        self._lateness = lateness
        self._lock = threading.Lock()
        self.switch(*kinds)

    @property
    def kinds(self) -> frozenset[Kind]:
        """What goes wrong now."""
        return self._kinds

    def switch(self, *kinds: str) -> None:
        """From now on these go wrong and no others; the order of events begins anew with the seed.

        Raises:
            UnknownKindError: the message lists the kinds.
        """
        self._kinds = frozenset(_kind(name) for name in kinds)
        self._random = random.Random(self.seed)  # noqa: S311 - it shuffles, it protects nothing

    # ---------------------------------------------------------------------------------- what happens to an event

    def copies(self, function: Function, event: Any) -> list[Any]:
        """The event as often as it is delivered, and as it is written."""
        if Kind.ENCODED_KEYS in self._kinds:
            event = _with_encoded_keys(event)
        if Kind.DUPLICATE not in self._kinds:
            return [event]
        _log(Kind.DUPLICATE, f"{describe(function, event)} comes twice")
        return [event, copy.deepcopy(event)]

    def delay(self, function: Function, event: Any) -> float:
        """The seconds until the event comes."""
        if Kind.LATE not in self._kinds:
            return 0.0
        _log(Kind.LATE, f"{describe(function, event)} comes {self._lateness:g} s late")
        return self._lateness

    @property
    def reorders(self) -> bool:
        """Whether events that come at the same moment are to be collected for `reordered`."""
        return Kind.REORDER in self._kinds

    def reordered(self, burst: Sequence[Item]) -> list[Item]:
        """The same items in another order."""
        places = list(range(len(burst)))
        with self._lock:
            self._random.shuffle(places)
        if places == sorted(places):
            places.reverse()
        if len(burst) > 1:
            order = ", ".join(str(place + 1) for place in places)
            _log(Kind.REORDER, f"{len(burst)} events come in the order {order}")
        return [burst[place] for place in places]

    # ------------------------------------------------------------------------------------- what happens to a try

    def run_event(self, call: Call, function: Function, event: Any, earlier: int) -> InvokeResult:
        """One try at an event that was tried `earlier` times.

        Raises:
            ThrottledError: there is no room; it was not run.
        """
        return self._run(call, function, describe(function, event), earlier)

    def run_step(self, call: Call, function: Function, step: Step) -> InvokeResult:
        """One try at a workflow's step. Raises as `run_event`."""
        what = f"the step {step.state} of {step.execution}"

        def twice() -> InvokeResult:
            _log(Kind.DUPLICATE, f"{what} runs twice")
            call()
            return call()

        return self._run(twice if Kind.DUPLICATE in self._kinds else call, function, what, step.retries)

    def _run(self, call: Call, function: Function, what: str, earlier: int) -> InvokeResult:
        failures = [kind for kind in FAILURES if kind in self._kinds]
        failure = failures[earlier] if earlier < len(failures) else None
        if failure is Kind.THROTTLE:
            _log(failure, f"{what} is refused")
            raise ThrottledError
        request_id = str(uuid.uuid4())
        if failure is Kind.TIMEOUT:
            _log(failure, f"{what} times out before it has done anything")
            return timed_out(request_id, function.timeout)
        result = call()
        if failure is Kind.CRASH_AFTER_COMMIT and not result.error:
            _log(failure, f"{what} is done, and its environment dies before it can say so")
            return exited(request_id, "exit status 1", result.log)
        return result


def describe(function: Function, event: Any) -> str:
    """An event in few words: whose it is, and of which objects it tells."""
    keys = [described["key"] for described in _objects(event)]
    return f"an event for {function.logical_id}" + (f" ({', '.join(keys)})" if keys else "")


def _with_encoded_keys(event: Any) -> Any:
    event = copy.deepcopy(event)
    for described in _objects(event):
        written = described["key"]
        described["key"] = encode_key(unquote_plus(written), keep="")
        if described["key"] != written:
            _log(Kind.ENCODED_KEYS, f"{written} is written {described['key']}")
    return event


def _objects(event: Any) -> list[dict[str, Any]]:
    """The descriptions of the objects that an event of S3 tells of; one of anything else, or misshapen, has none."""
    try:
        found = [record["s3"]["object"] for record in event["Records"] if record["eventSource"] == "aws:s3"]
    except (KeyError, TypeError):
        return []
    return [described for described in found if isinstance(described, dict) and isinstance(described.get("key"), str)]


def _log(kind: Kind, what: str) -> None:
    logger.warning("chaos %s: %s", kind, what)
