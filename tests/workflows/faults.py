"""What can befall a state: its function fails, before its work or after, is late, or is held until it is let go."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

import pytest

if TYPE_CHECKING:
    from rig.chaos import Call, Step
    from rig.cloud import Cloud
    from rig.runtimes import InvokeResult
    from rig.stack import Function

When = Literal["before", "after"]
"""A function dies before it has done anything, or when its work is committed and nobody has heard of it."""

TIMEOUT: Final = "States.Timeout"
_SOON: Final = 0.05
"""Seconds after which a state that is held is late."""
_PATIENCE: Final = 20.0


@dataclass
class Plan:
    """The errors of a state's attempts, one after the other; `for_good`: the last one never stops."""

    errors: Sequence[str]
    when: When
    for_good: bool = False

    def error(self, attempt: int) -> str | None:
        if attempt < len(self.errors):
            return self.errors[attempt]
        return self.errors[-1] if self.for_good else None


@dataclass
class Hold:
    """Attempts that wait to be let go; `late`: their state does not wait for them."""

    when: When
    late: bool
    attempts: int = 1
    free: threading.Event = field(default_factory=threading.Event)


class Faults:
    """Stands where the rig runs a step, before its own chaos: what the weather does to a try comes on top.

    `met`: which errors came at which state; `calls`: the tries, in their order.
    """

    def __init__(self, system: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
        self._system = system
        self._run_step = system.chaos.run_step
        self._changed = threading.Condition()
        self._plans: dict[str, Plan] = {}
        self._holds: dict[str, Hold] = {}
        self._held: list[str] = []
        self._inside = 0
        self.met: list[tuple[str, str]] = []
        self.calls: list[str] = []
        monkeypatch.setattr(system.chaos, "run_step", self.run_step)
        from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import TimeoutSeconds

        self._seconds = TimeoutSeconds._eval_seconds
        monkeypatch.setattr(TimeoutSeconds, "_eval_seconds", lambda timeout, env: self._seconds_of(timeout, env))

    # ------------------------------------------------------------------------------------------ what a test says

    def fail(self, state: str, *errors: str, when: When = "before", for_good: bool = False) -> None:
        """The attempts at a state end with these errors, one each."""
        self._plans[state] = Plan(errors, when, for_good)

    def hold(self, state: str, when: When = "before", *, late: bool = False, attempts: int = 1) -> None:
        """The first attempts at a state wait for `let_go`."""
        self._holds[state] = Hold(when, late, attempts)

    def hurry(self, state: str) -> None:
        """The first attempt at a state is late at once, whatever its function does."""
        self.hold(state, late=True)
        self._holds[state].free.set()

    def wait_for(self, state: str, count: int = 1) -> None:
        """Returns when so many tries at a state are held."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._held.count(state) >= count, _PATIENCE), self.calls

    def let_go(self) -> None:
        """Those that were held go on, and come to their end."""
        for hold in list(self._holds.values()):
            hold.free.set()
        with self._changed:
            assert self._changed.wait_for(lambda: not self._inside, _PATIENCE)
        self._holds.clear()
        self._system.wait()

    @property
    def fails(self) -> bool:
        """Whether anything fails now."""
        return bool(self._plans)

    def mend(self) -> None:
        """From now on nothing fails."""
        self._plans.clear()
        self.let_go()

    # ------------------------------------------------------------------------------------------ what the rig does

    def run_step(self, call: Call, function: Function, step: Step) -> InvokeResult:
        """In the place of `Chaos.run_step`."""
        with self._changed:
            self.calls.append(step.state)
        plan, hold = self._plans.get(step.state), self._hold_of(step.state, step.retries)
        error = plan.error(step.retries) if plan else None
        if error is not None:
            self.met.append((step.state, error))
        if hold is not None:
            return self._wait_inside(hold, call, function, step)
        if plan is None or error is None:
            return self._run_step(call, function, step)
        if plan.when == "after":
            self._run_step(call, function, step)
        return _failed(error, function)

    def _wait_inside(self, hold: Hold, call: Call, function: Function, step: Step) -> InvokeResult:
        with self._changed:
            self._inside += 1
        try:
            result = self._run_step(call, function, step) if hold.when == "after" else None
            with self._changed:
                self._held.append(step.state)
                self._changed.notify_all()
            assert hold.free.wait(_PATIENCE), f"{step.state} was never let go"
            return result or self._run_step(call, function, step)
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def _hold_of(self, state: str, attempt: int) -> Hold | None:
        if state in self._holds and attempt < self._holds[state].attempts:
            return self._holds[state]
        plan = self._plans.get(state)
        if plan and plan.error(attempt) == TIMEOUT:
            return self._holds.setdefault(f"{state} {attempt}", Hold(plan.when, late=True, attempts=0))
        return None

    def _seconds_of(self, timeout: Any, env: Any) -> float:
        """A state that is held is late at once, where a test wants it so."""
        state = env.states.context_object.context_object_data["State"]
        hold = self._hold_of(state["Name"], state["RetryCount"])
        return _SOON if hold is not None and hold.late else self._seconds(timeout, env)


def _failed(error: str, function: Function) -> InvokeResult:
    """What the interpreter sees of an error of this name. Raises what Lambda's own API refuses a call with."""
    from rig.chaos import ThrottledError
    from rig.runtimes import InvokeResult, error_document, exited, timed_out

    service, _, code = error.partition(".")
    if error == "Lambda.TooManyRequestsException":
        raise ThrottledError
    if service == "Lambda":
        from moto.awslambda.exceptions import LambdaClientError

        raise LambdaClientError(code, "Not now.")
    if error == "Runtime.ExitError":
        return exited("-", "signal: killed")
    if error == "Sandbox.Timedout":
        return timed_out("-", function.timeout)
    return InvokeResult(error_document(error, "It says why.", "-"), error=True)
