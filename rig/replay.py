"""`rig replay`: a recorded execution's steps again, in this process, where a breakpoint stops them.

They run in a cloud of their own that holds a copy of the data folder's objects, and in a transaction of the data
folder's database that is rolled back: nothing that they do stays.
"""

from __future__ import annotations

import importlib
import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from rig import replay_case
from rig.cloud import Cloud
from rig.data_folder import DataFolder
from rig.errors import RigError
from rig.execution_history import Execution, read_execution
from rig.recorder import Recorder, read_history
from rig.replay_case import Case, CaseParts
from rig.rerun import Fact, Rerun, function_of, report, rerun
from rig.stack import Stack
from rig.system import database, given_address, read_stack
from rig.template_source import DATABASE_PARAMETER

PRODUCTS = {"AnalyzePhotoStateMachine": "rig.replay_roomlens"}
"""From a state machine to the module that knows what its executions work on, and can put it back."""


class ReplayError(RigError):
    """It can't be run again here."""


@dataclass(frozen=True)
class ReplayOptions:
    """What `rig replay` was asked for.

    `history` is a file to read instead of the recording, `photo` what the task worked on when the database does not
    know it, and `as_test` a test to write.
    """

    name: str
    template: Path
    data: DataFolder
    history: Path | None = None
    photo: Path | None = None
    as_test: Path | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)


class World(Protocol):
    """What only the product knows: what it keeps about the work, which it has put back to before the execution."""

    @property
    def recorded(self) -> Mapping[str, Fact]:
        """What was kept, before it was put back."""

    def now(self) -> Mapping[str, Fact]:
        """What is kept under the same names after the steps."""

    def case(self) -> CaseParts:
        """What a test needs, to begin where the execution began and to see that it ends as recorded. Asked for
        before the steps are run."""


class BareWorld:
    """Of a template whose functions keep nothing but objects."""

    recorded: Mapping[str, Fact] = {}

    def now(self) -> Mapping[str, Fact]:
        return {}

    def case(self) -> CaseParts:
        return CaseParts()


def run(options: ReplayOptions) -> int:
    """Prints how each step ended and ends now; returns 0 when all is the same, else 1.

    Raises:
        RigError: in one line, why it can't be run again.
    """
    if options.as_test is not None:
        replay_case.check_new(options.as_test)
    recordings = Recorder(options.data.executions)
    history = recordings.read(options.name) if options.history is None else read_history(options.history)
    execution = read_execution(history)
    check_known(read_stack(options.template, options.parameters), options.name, execution)
    with _running(options) as cloud, redirect_stdout(sys.stderr):  # what functions log is not the result
        ended, case = replay(options.name, execution, cloud, options.photo)
    sys.stdout.write(report(ended) + "\n")
    if options.as_test is not None:
        for path in replay_case.write(options.as_test, case):
            sys.stdout.write(f"Wrote {path}.\n")
    return 0 if ended.same else 1


def check_known(stack: Stack, name: str, execution: Execution) -> None:
    """Whether the rig knows how to put back what an execution worked on, of a template whose product it knows.

    Raises:
        ReplayError: it is one of another state machine.
    """
    known = PRODUCTS.keys() & stack.state_machines.keys()
    first = {
        machine: json.loads(stack.state_machines[machine].definition)["StartAt"] for machine in stack.state_machines
    }
    if known and execution.first and execution.first not in {first[machine] for machine in known}:
        others = " or ".join(sorted(machine for machine in first if first[machine] == execution.first))
        raise ReplayError(
            f"{name} is an execution of {others or 'another state machine'}, and can't be run again: the rig knows "
            f"what those of {', '.join(sorted(known))} work on, one photo, and could not put back the rows of others"
        )


def replay(name: str, execution: Execution, cloud: Cloud, photo: Path | None = None) -> tuple[Rerun, Case]:
    """Runs an execution's steps in a running cloud; gives how they ended, and what a test of them needs.

    What they put into buckets stays in this cloud.
    """
    functions = [function_of(cloud.stack, step) for step in execution.steps]
    with _world(cloud.stack, name, execution, photo) as world:
        case = Case(name, tuple(zip(execution.steps, functions, strict=True)), world.case())
        steps = rerun(execution, functions, cloud.invoke)
        complete = all(step.now is not None for step in steps)
        return Rerun(steps, world.recorded, world.now() if complete else None), case


def _world(stack: Stack, name: str, execution: Execution, photo: Path | None) -> AbstractContextManager[World]:
    for machine, module in PRODUCTS.items():
        if machine in stack.state_machines:
            product = importlib.import_module(module)  # not before the functions' code can be imported
            world: AbstractContextManager[World] = product.put_back(name, execution, photo)
            return world
    if DATABASE_PARAMETER in stack.parameters:
        raise ReplayError(
            "the rig does not know how to put this template's database back: rig/replay_roomlens.py shows what it takes"
        )
    return nullcontext(BareWorld())


@contextmanager
def _running(options: ReplayOptions) -> Iterator[Cloud]:
    """A cloud in this process, with a copy of the data folder's objects, and with its database."""
    with ExitStack() as closing:
        parameters = dict(options.parameters)
        if address := closing.enter_context(_database(options)):
            parameters[DATABASE_PARAMETER] = address
        cloud = closing.enter_context(Cloud(options.template, parameters, enforce_timeouts=False))
        _copy_objects(cloud, options.data)
        logger, nowhere = logging.getLogger("rig"), logging.NullHandler()
        logger.addHandler(nowhere)  # a handler's failure is part of the report
        closing.callback(logger.removeHandler, nowhere)
        yield cloud


@contextmanager
def _database(options: ReplayOptions) -> Iterator[str]:
    """The address of the rig's database that runs on the data folder; of a new one on its files when none does."""
    stack = read_stack(options.template, options.parameters)
    state = options.data.read_state()
    if state is not None:
        yield state.database_url
        return
    there = given_address(options.parameters) or options.data.database.exists()
    if DATABASE_PARAMETER in stack.parameters and not there:
        raise ReplayError(f"{options.data.path} has no database yet: start `rig up` on it once")
    with options.data.held(), database(stack, options.data, options.parameters) as running:
        yield running.url


def _copy_objects(cloud: Cloud, data: DataFolder) -> None:
    from rig.object_store import ObjectStore

    store = ObjectStore(data.objects)
    for bucket in cloud.stack.buckets.values():
        # what a step puts here calls no other function, which would work beside it in the same transaction
        cloud.client("s3").put_bucket_notification_configuration(Bucket=bucket.name, NotificationConfiguration={})
        store.restore(bucket.name)
