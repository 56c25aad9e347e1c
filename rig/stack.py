"""What a template says, as plain data: every reference resolved, every path absolute."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rig.errors import RigError

_RATE = re.compile(r"rate\(([1-9]\d*) (minute|hour|day)s?\)")
_SECONDS = {"minute": 60.0, "hour": 3600.0, "day": 86_400.0}

ACCOUNT = "123456789012"
REGION = "us-east-1"
PARTITION = "aws"


HARMLESS = frozenset(
    {
        "AWS::CloudWatch::Alarm",
        "AWS::CloudWatch::Dashboard",
        "AWS::Cognito::UserPool",  # the rig signs tokens in its place
        "AWS::Cognito::UserPoolClient",
        "AWS::Cognito::UserPoolDomain",
        "AWS::Cognito::UserPoolGroup",
        "AWS::Cognito::UserPoolResourceServer",
        "AWS::IAM::InstanceProfile",
        "AWS::IAM::ServiceLinkedRole",
        "AWS::Lambda::Alias",
        "AWS::Lambda::LayerVersionPermission",
        "AWS::Lambda::Version",
        "AWS::Logs::LogGroup",
        "AWS::Logs::MetricFilter",
        "AWS::SNS::TopicPolicy",
        "AWS::SQS::QueuePolicy",
        "Custom::Migration",  # of the function MigrateFunction, which the rig invokes by itself
    }
)
"""Types that the rig does not run and that nobody misses on one machine."""


class UnknownNameError(RigError, LookupError):
    """No resource has this name; the message lists those that exist."""


class AmbiguousNameError(UnknownNameError):
    """Several resources may be meant; the message lists them."""


@dataclass(frozen=True)
class Function:
    """One Lambda function.

    `timeout` is in seconds, `memory` in MB. `failure_queue` is the ARN of the queue that gets the event
    when every attempt of an asynchronous invocation failed, and `destination` the one of
    `EventInvokeConfig.DestinationConfig.OnFailure`, which gets an envelope around the event.
    """

    logical_id: str
    name: str
    handler: str
    code: Path
    layers: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    runtime: str = "python3.11"
    timeout: int = 3
    memory: int = 128
    role: str = ""
    log_format: str = "Text"
    retry_attempts: int = 2
    failure_queue: str | None = None
    destination: str | None = None
    reserved_concurrency: int | None = None

    @property
    def arn(self) -> str:
        return f"arn:{PARTITION}:lambda:{REGION}:{ACCOUNT}:function:{self.name}"


@dataclass(frozen=True)
class Cors:
    """What an HTTP API answers to browsers of other origins; `max_age` is in seconds."""

    allow_origins: tuple[str, ...] = ()
    allow_methods: tuple[str, ...] = ()
    allow_headers: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ()
    max_age: int | None = None
    allow_credentials: bool = False


@dataclass(frozen=True)
class Authorizer:
    """An authorizer of an HTTP API, as one route asks for it. A token is taken from the first source that is there,
    such as `$request.header.Authorization`; it comes from `issuer`, is for one of `audience`, and allows one of
    `scopes`, where there are any. Without an issuer it is none that checks tokens."""

    name: str
    issuer: str
    audience: tuple[str, ...]
    sources: tuple[str, ...]
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Notification:
    """A bucket tells a function or a queue (by ARN) of its events, for keys with this prefix and suffix."""

    target: str
    events: tuple[str, ...]
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True)
class Bucket:
    """One S3 bucket; `cors_rules` are in the S3 API's own spelling."""

    logical_id: str
    name: str
    notifications: tuple[Notification, ...] = ()
    cors_rules: tuple[Mapping[str, Any], ...] = ()
    versioned: bool = False


@dataclass(frozen=True)
class Queue:
    """One SQS queue; `attributes` are in the SQS API's own spelling, with the redrive policy among them."""

    logical_id: str
    name: str
    url: str
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        return f"arn:{PARTITION}:sqs:{REGION}:{ACCOUNT}:{self.name}"


@dataclass(frozen=True)
class StateMachine:
    """One state machine; `definition` is Amazon States Language as JSON, substitutions done."""

    logical_id: str
    name: str
    definition: str
    role: str
    kind: str = "STANDARD"

    @property
    def arn(self) -> str:
        return f"arn:{PARTITION}:states:{REGION}:{ACCOUNT}:stateMachine:{self.name}"


@dataclass(frozen=True)
class Schedule:
    """A rule of EventBridge, or a schedule of its Scheduler, that invokes a target regularly. `target` is an ARN;
    `input` is what the target gets as JSON, None for EventBridge's own event."""

    logical_id: str
    arn: str
    expression: str
    target: str
    input: str | None = None
    enabled: bool = True

    @property
    def period(self) -> float | None:
        """The seconds of a rate such as `rate(5 minutes)`; None of anything else, as `cron(…)`."""
        rate = _RATE.fullmatch(self.expression)
        return None if rate is None else int(rate[1]) * _SECONDS[rate[2]]


@dataclass(frozen=True)
class Statement:
    """One statement of a policy. The patterns are IAM's, with `*` and `?`; `other_actions` and `other_resources` say
    that it is about all that the patterns don't match (`NotAction`, `NotResource`), `conditional` that it has a
    `Condition`."""

    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    other_actions: bool = False
    other_resources: bool = False
    conditional: bool = False


@dataclass(frozen=True)
class Role:
    """What a function or a state machine may do. `managed_policies` are those that stand outside of the template,
    by ARN."""

    logical_id: str
    name: str
    statements: tuple[Statement, ...] = ()
    managed_policies: tuple[str, ...] = ()

    @property
    def arn(self) -> str:
        return f"arn:{PARTITION}:iam::{ACCOUNT}:role/{self.name}"


@dataclass(frozen=True)
class Stack:
    """A whole template. The mappings go by logical id; `routes` by route key, such as `GET /api/images/{id}`,
    to the logical id of the function; `authorizers` by route key, without the routes that are open to everybody;
    `ignored` by logical id to the type that the rig doesn't run."""

    path: Path
    parameters: Mapping[str, Any]
    functions: Mapping[str, Function]
    routes: Mapping[str, str]
    cors: Cors | None
    buckets: Mapping[str, Bucket]
    queues: Mapping[str, Queue]
    state_machines: Mapping[str, StateMachine]
    schedules: Mapping[str, Schedule]
    outputs: Mapping[str, str]
    roles: Mapping[str, Role]
    ignored: Mapping[str, str]
    authorizers: Mapping[str, Authorizer] = field(default_factory=dict)

    @property
    def left_out(self) -> list[str]:
        """What would do something in AWS and does nothing here, such as `Table (AWS::DynamoDB::Table)`."""
        ignored = [f"{name} ({kind})" for name, kind in sorted(self.ignored.items()) if kind not in HARMLESS]
        return ignored + [
            f"{name} ({schedule.expression or 'a rule with a pattern'})"
            for name, schedule in sorted(self.schedules.items())
            if schedule.enabled and not self.runs(schedule)
        ]

    def runs(self, schedule: Schedule) -> bool:
        """Whether the rig can run a schedule: a rate, of a function."""
        functions = {function.arn for function in self.functions.values()}
        return schedule.period is not None and schedule.target in functions

    def function(self, name: str) -> Function:
        """The function of this logical id, physical name or ARN; else of this logical id without `Function`, or
        whose handler lies in this folder.

        Raises:
            UnknownNameError: none has it.
            AmbiguousNameError: several have.
        """
        wanted = name.rpartition(":function:")[2]
        for function in self.functions.values():
            if wanted in (function.logical_id, function.name):
                return function
        found = [function for function in self.functions.values() if wanted in _short_names(function)]
        if len(found) > 1:
            candidates = ", ".join(sorted(function.logical_id for function in found))
            raise AmbiguousNameError(f"{name!r} may be {candidates}: give one of these")
        if found:
            return found[0]
        known = ", ".join(sorted(self.functions)) or "none"
        raise UnknownNameError(f"no function is called {name!r}; the template has: {known}")


def named(resources: Mapping[str, Any], logical_id: str) -> Any:
    """Raises UnknownNameError when there is none of this kind that is called so."""
    if logical_id not in resources:
        known = ", ".join(sorted(resources)) or "none"
        raise UnknownNameError(f"{logical_id!r} is not in the template; of this kind it has: {known}")
    return resources[logical_id]


def _short_names(function: Function) -> tuple[str, str]:
    return function.logical_id.removesuffix("Function"), function.handler.partition(".")[0]
