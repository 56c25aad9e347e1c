"""The states of the template's machines, read from the definitions: a state or an error that is new there is tested
without anybody thinking of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
UNFORESEEN: Final = "UnforeseenError"
"""An error that no Retry names; Step Functions knows errors by the names of their classes."""


@dataclass(frozen=True)
class State:
    """A state that calls a function. `inner`: it stands in a Map, and runs once for each of its items."""

    machine: str
    name: str
    inner: bool
    body: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.machine}-{self.name}"

    @property
    def gives_way_to(self) -> str | None:
        """The state that the last of its Catch leads to, which takes any error."""
        catchers = self.body.get("Catch") or [{}]
        return str(catchers[-1]["Next"]) if "Next" in catchers[-1] else None

    @property
    def rounds(self) -> list[tuple[str, ...]]:
        """All errors that its Retry names, so many at a time as it puts up with in one run."""
        lists = [(list(one["ErrorEquals"]), int(one["MaxAttempts"])) for one in self.body.get("Retry", ())]
        rounds = []
        while any(names for names, _ in lists):
            rounds.append(tuple(name for names, most in lists for name in names[:most]))
            lists = [(names[most:], most) for names, most in lists]
        return rounds

    @property
    def last_retried(self) -> str:
        """The last error that its Retry names."""
        return str(self.body["Retry"][-1]["ErrorEquals"][-1])

    @property
    def records(self) -> bool:
        """Whether it writes down how the work has ended, and does nothing else."""
        return self.name.startswith("Record")


@cache
def definitions() -> Mapping[str, dict[str, Any]]:
    """By the file's name in statemachines/."""
    from rig.template import load_stack

    machines = load_stack(ROOT / "template.yaml").state_machines.values()
    return {machine.name.partition("-")[2]: json.loads(machine.definition) for machine in machines}


@cache
def states() -> tuple[State, ...]:
    """Every state of every machine that calls a function, those of Maps too."""
    return tuple(
        State(machine, name, inner, body)
        for machine, definition in definitions().items()
        for name, body, inner in _all(definition, inner=False)
        if body["Type"] == "Task"
    )


def _all(definition: Mapping[str, Any], *, inner: bool) -> Iterator[tuple[str, dict[str, Any], bool]]:
    for name, body in definition["States"].items():
        yield name, body, inner
        if "ItemProcessor" in body:
            yield from _all(body["ItemProcessor"], inner=True)


def has_map(machine: str) -> bool:
    """Whether it goes through many photos."""
    return any(state.inner for state in states() if state.machine == machine)


def before(state: State) -> State | None:
    """The state that has to fail for this one to have its turn; None when its turn comes on a good day."""
    leading = [other for other in states() if other.machine == state.machine and other.gives_way_to == state.name]
    return leading[0] if leading else None
