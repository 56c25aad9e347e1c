"""Recorded steps, run again in this process: how each ended then, and how it ends now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rig.comparing import differences
from rig.definitions import called_functions
from rig.execution_history import Execution, HistoryError, Outcome, Step
from rig.runtimes import InvokeResult
from rig.stack import Function, Stack, UnknownNameError

Invoke = Callable[[str, Any], InvokeResult]
"""Runs the function of a logical id with an event."""


@dataclass(frozen=True)
class Fact:
    """Something that the product itself keeps about the work: a few words for a table, and its whole value."""

    summary: str
    value: Any


@dataclass(frozen=True)
class RerunStep:
    """A step and how it ends now; None when it was not run. `trace` is the handler's, when it failed."""

    recorded: Step
    now: Outcome | None
    trace: str = ""

    @property
    def took_the_same_way(self) -> bool:
        """Whether the state machine would go on as it did: it knows success, and errors by their name."""
        return self.now is not None and self.now.error == self.recorded.outcome.error

    @property
    def differences(self) -> list[str]:
        """What is different now; the wording of an error is not."""
        if self.now is None:
            return []
        if self.took_the_same_way:
            return [] if self.now.error else differences(self.recorded.outcome.output, self.now.output)
        return [f"{_told(self.recorded.outcome)} is now {_told(self.now)}"]


@dataclass(frozen=True)
class Rerun:
    """All steps, and what the product kept of the work: `recorded` then, `now` when every step was run."""

    steps: tuple[RerunStep, ...]
    recorded: Mapping[str, Fact]
    now: Mapping[str, Fact] | None

    @property
    def same(self) -> bool:
        told = [*(step.differences for step in self.steps), *(lines for _, lines in self.differences_of_facts())]
        return self.now is not None and not any(told)

    def differences_of_facts(self) -> Iterator[tuple[str, list[str]]]:
        """What is different in each thing that the product kept."""
        for name, fact in self.recorded.items():
            yield name, [] if self.now is None else differences(fact.value, self.now[name].value)


def function_of(stack: Stack, step: Step) -> Function:
    """The function that a step called. A deployed one has a name that CloudFormation made up; it is the one that the
    template's state of the same name calls.

    Raises:
        HistoryError: the template has neither.
    """
    name = step.function.rpartition(":function:")[2].partition(":")[0]  # without its version or alias
    machines = stack.state_machines.values()
    called = (arn for machine in machines for state, arn in called_functions(machine.definition) if state == step.state)
    for known in (name, *called):
        try:
            return stack.function(known)
        except UnknownNameError:
            continue
    raise HistoryError(f"the template has no function {name!r} and no state {step.state!r}: is it of another system?")


def rerun(execution: Execution, functions: list[Function], invoke: Invoke) -> tuple[RerunStep, ...]:
    """Runs the steps in their order, each with its recorded input, once: retries are the state machine's.

    Once a step takes another way the rest is not run: what it would be given is no longer what was recorded.
    """
    done: list[RerunStep] = []
    for step, function in zip(execution.steps, functions, strict=True):
        if done and not done[-1].took_the_same_way:
            done.append(RerunStep(step, None))
        else:
            done.append(_run(step, function, invoke))
    return tuple(done)


def _run(step: Step, function: Function, invoke: Invoke) -> RerunStep:
    result = invoke(function.logical_id, step.input)
    if not result.error:
        return RerunStep(step, Outcome(result.payload))
    document = result.payload if isinstance(result.payload, dict) else {}
    now = Outcome(error=str(document.get("errorType", "")), message=str(document.get("errorMessage", "")))
    return RerunStep(step, now, "".join(document.get("stackTrace") or []).rstrip())


def report(rerun: Rerun) -> str:
    """A table of what was and is, then each difference in full, and where each failure of now comes from."""
    rows = [("step", "recorded", "now", "")]
    rows += [_step_row(step) for step in rerun.steps]
    rows += [_fact_row(rerun, name) for name in {**rerun.recorded, **(rerun.now or {})}]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    for step in rerun.steps:
        told = step.differences or [_told(step.now)] if step.now and step.now.error else step.differences
        lines += [f"\n{step.recorded.state}: {line}" for line in told]
        lines += [step.trace] if step.trace else []
    for name, different in rerun.differences_of_facts():
        lines += [f"\n{name}: {line}" for line in different]
    return "\n".join((*lines, "", _verdict(rerun)))


def _step_row(step: RerunStep) -> tuple[str, str, str, str]:
    recorded = _label(step.recorded.outcome)
    if step.recorded.attempts > 1:
        recorded += f" ({step.recorded.attempts} attempts)"
    if step.now is None:
        return step.recorded.state, recorded, "not run", ""
    return step.recorded.state, recorded, _label(step.now), "different" if step.differences else "same"


def _fact_row(rerun: Rerun, name: str) -> tuple[str, str, str, str]:
    recorded = rerun.recorded.get(name)
    if rerun.now is None:
        return name, recorded.summary if recorded else "", "not reached", ""
    now = rerun.now[name]
    if recorded is None:  # a history alone does not tell
        return name, "unknown", now.summary, ""
    return name, recorded.summary, now.summary, "different" if differences(recorded.value, now.value) else "same"


def _verdict(rerun: Rerun) -> str:
    if rerun.same:
        return "The same as recorded."
    if rerun.now is None:
        turn = next(step.recorded.state for step in rerun.steps if not step.took_the_same_way)
        return f"{turn} took another way than recorded; what came after it was not run."
    return "Not the same as recorded."


def _label(outcome: Outcome) -> str:
    return outcome.error or "success"


def _told(outcome: Outcome) -> str:
    return f"{outcome.error} ({outcome.message.partition(chr(10))[0]})" if outcome.error else "success"
