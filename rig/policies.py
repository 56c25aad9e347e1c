"""What a role allows, and what its template shows that it must allow. Pure: nothing here calls AWS.

Of IAM's rules these hold: what no statement allows is denied, a Deny beats every Allow, `*` stands for any characters
and `?` for one, in actions (whose case doesn't count) and in resources. Only a role's own statements are read:

- Managed policies of AWS are left out. Those that SAM attaches (AWSLambdaBasicExecutionRole for logs,
  AWSLambdaVPCAccessExecutionRole for network interfaces, AWSXRayDaemonWriteAccess for traces) serve Lambda itself,
  not the calls of a handler. What another one would allow must stand in the template to be allowed here.
- Conditions are not evaluated: a conditional Allow allows, a conditional Deny doesn't deny.
- Policies of buckets, queues and keys are left out: within one account a role's own Allow is enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rig.definitions import called_functions
from rig.stack import Function, Role, Stack, StateMachine, Statement

INVOKE: Final = "lambda:InvokeFunction"
SEND: Final = "sqs:SendMessage"


@dataclass(frozen=True, order=True)
class Access:
    """One thing done to one thing: an IAM action, such as `s3:GetObject`, and the ARN of the resource."""

    action: str
    resource: str

    def __str__(self) -> str:
        return f"{self.action} on {self.resource}"


def refusal(role: Role, access: Access) -> str | None:
    """Why the role may not do this, in AWS's words; None when it may."""
    about = [statement for statement in role.statements if _is_about(statement, access)]
    if any(statement.effect == "Deny" and not statement.conditional for statement in about):
        return "with an explicit deny in an identity-based policy"
    if any(statement.effect == "Allow" for statement in about):
        return None
    return f"because no identity-based policy allows the {access.action} action"


def unused(role: Role, accesses: Iterable[Access]) -> list[Access]:
    """The pairs of patterns (action, resource) that the role allows and that none of the accesses needed."""
    done = list(accesses)
    return [
        granted
        for statement in role.statements
        if statement.effect == "Allow"
        for granted in _grants(statement)
        if not any(_covers(statement, granted, access) for access in done)
    ]


def faults(stack: Stack) -> list[str]:
    """What the template's roles lack, or allow too much, as far as the template alone shows it."""
    return [*_faults_of_failure_queues(stack), *_faults_of_state_machines(stack)]


def needed_by_lambda(function: Function) -> list[Access]:
    """What Lambda itself does in the function's name: it buries the events that failed."""
    return [Access(SEND, queue) for queue in (function.failure_queue, function.destination) if queue]


def needed_by_state_machine(machine: StateMachine) -> list[Access]:
    """The invocations in its definition; not those whose function comes from the execution's input."""
    return [Access(INVOKE, arn) for arn in sorted({arn for _, arn in called_functions(machine.definition)})]


def role_of(stack: Stack, arn: str) -> Role | None:
    """The role with this ARN; None when it stands outside of the template."""
    return next((role for role in stack.roles.values() if role.arn == arn), None)


# ---------------------------------------------------------------------------------------------------- matching


def _is_about(statement: Statement, access: Access) -> bool:
    action = any(_matches(pattern.lower(), access.action.lower()) for pattern in statement.actions)
    resource = any(_matches(pattern, access.resource) for pattern in statement.resources)
    return action != statement.other_actions and resource != statement.other_resources


def _grants(statement: Statement) -> Iterator[Access]:
    """One for each pair of its patterns; what is named by exception can't be taken apart, and counts as one."""
    actions = statement.actions if not statement.other_actions else ("everything but " + ", ".join(statement.actions),)
    resources = statement.resources
    if statement.other_resources:
        resources = ("everything but " + ", ".join(statement.resources),)
    return (Access(action, resource) for action in actions for resource in resources)


def _covers(statement: Statement, granted: Access, access: Access) -> bool:
    return (
        _is_about(statement, access)
        and (statement.other_actions or _matches(granted.action.lower(), access.action.lower()))
        and (statement.other_resources or _matches(granted.resource, access.resource))
    )


def _matches(pattern: str, value: str) -> bool:
    return _compiled(pattern).fullmatch(value) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    wild = {"*": ".*", "?": "."}
    return re.compile("".join(wild.get(character) or re.escape(character) for character in pattern), re.DOTALL)


# ---------------------------------------------------------------------------------- what the template alone shows


def _faults_of_failure_queues(stack: Stack) -> Iterator[str]:
    for function in stack.functions.values():
        role = role_of(stack, function.role)
        for access in needed_by_lambda(function):
            if role is not None and refusal(role, access):
                yield f"{function.logical_id} may not bury its failed events: {access} is not allowed"


def _faults_of_state_machines(stack: Stack) -> Iterator[str]:
    for machine in stack.state_machines.values():
        role = role_of(stack, machine.role)
        if role is None:
            continue
        needed = needed_by_state_machine(machine)
        for access in needed:
            if refusal(role, access):
                yield f"{machine.logical_id} may not do what its definition says: {access} is not allowed"
        for function in stack.functions.values():
            access = Access(INVOKE, function.arn)
            if access not in needed and not refusal(role, access):
                yield f"{machine.logical_id} may invoke {function.logical_id}, and its definition never does"
