"""From the resolved properties of one CloudFormation resource to the dataclass of `rig.stack`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from rig.intrinsics import Json, TemplateError
from rig.stack import (
    ACCOUNT,
    PARTITION,
    REGION,
    Bucket,
    Function,
    Notification,
    Queue,
    Role,
    Schedule,
    StateMachine,
    Statement,
)
from rig.template_source import parse

KINDS: Final = frozenset(
    {
        "AWS::ApiGatewayV2::Api",
        "AWS::Events::Rule",
        "AWS::Lambda::Function",
        "AWS::S3::Bucket",
        "AWS::SQS::Queue",
        "AWS::Scheduler::Schedule",
        "AWS::StepFunctions::StateMachine",
    }
)
"""The types that the rig runs; of the rules, those that are rates of functions."""

ATTRIBUTES: Final[Mapping[str, tuple[str, ...]]] = {
    "AWS::ApiGatewayV2::DomainName": ("RegionalDomainName", "RegionalHostedZoneId"),
    "AWS::CloudFront::Distribution": ("DomainName",),
    "AWS::CloudFront::Function": ("FunctionARN",),
    "AWS::CloudFront::OriginAccessControl": ("Id",),
    "AWS::EC2::EIP": ("AllocationId",),
    "AWS::EC2::VPC": ("CidrBlock",),
    "AWS::Lambda::Version": ("Version",),
    "AWS::RDS::DBCluster": ("DBClusterResourceId", "Endpoint.Address", "MasterUserSecret.SecretArn"),
    "AWS::RDS::DBProxy": ("DBProxyArn", "Endpoint"),
}
"""What else a template may ask of resources that the rig does not run."""

MAX_BUCKET_NAME: Final = 63

_UNRESOLVED = "{{resolve:"


def identity(
    kind: str, logical_id: str, given: Json, stack_name: str, *, aws_url: str, api_url: str
) -> tuple[Json, Mapping[str, Json]]:
    """What `!Ref` and `!GetAtt` give for a resource: a physical name that follows from its logical one."""
    name = str(given) if isinstance(given, str) else f"{stack_name}-{logical_id}"

    def arn(service: str, rest: str) -> str:
        return f"arn:{PARTITION}:{service}:{REGION}:{ACCOUNT}:{rest}"

    match kind:
        case "AWS::Lambda::Function":
            return name, {"Arn": arn("lambda", f"function:{name}")}
        case "AWS::Lambda::Alias":  # it is given the name of its function, whose one state is all that the rig has
            return arn("lambda", f"function:{name}:{logical_id}"), {}
        case "AWS::Lambda::LayerVersion":
            return arn("lambda", f"layer:{logical_id}:1"), {}
        case "AWS::S3::Bucket":
            bucket_name = name.lower()[:MAX_BUCKET_NAME]
            return bucket_name, {
                "Arn": f"arn:{PARTITION}:s3:::{bucket_name}",
                "DomainName": f"{bucket_name}.s3.amazonaws.com",
                "RegionalDomainName": f"{bucket_name}.s3.{REGION}.amazonaws.com",
            }
        case "AWS::SQS::Queue":
            url = f"{aws_url}/{ACCOUNT}/{name}"
            return url, {"Arn": arn("sqs", name), "QueueName": name, "QueueUrl": url}
        case "AWS::StepFunctions::StateMachine":
            return arn("states", f"stateMachine:{name}"), {
                "Arn": arn("states", f"stateMachine:{name}"),
                "Name": name,
            }
        case "AWS::IAM::Role":
            return name, {"Arn": f"arn:{PARTITION}:iam::{ACCOUNT}:role/{name}", "RoleId": name}
        case "AWS::ApiGatewayV2::Api":
            return "localapi", {"ApiEndpoint": api_url, "ApiId": "localapi"}
        case _:  # nothing of the rig's own reads these; a name that can be told apart is enough
            service = kind.split("::")[1].lower()
            others = {key: arn(service, f"{name}:{key}") for key in ATTRIBUTES.get(kind, ())}
            return name, {"Arn": arn(service, name), "Name": name} | others


def function(
    logical_id: str,
    name: str,
    properties: Mapping[str, Any],
    code: Path,
    layer_paths: Mapping[str, Path],
    retries: Mapping[str, Mapping[str, Any]],
) -> Function:
    """A Lambda function with the folders of its own layers, each once."""
    variables = properties.get("Environment", {}).get("Variables", {})
    environment = {key: str(value) for key, value in variables.items()}
    for key, value in environment.items():
        if _UNRESOLVED in value:
            raise TemplateError(f"the variable {key} needs a secret of the cloud: override its parameter")
    unknown = [layer for layer in properties.get("Layers", []) if layer not in layer_paths]
    if unknown:
        raise TemplateError(f"the layer {unknown[0]} is not in this template")
    retry = retries.get(name, {})
    return Function(
        logical_id=logical_id,
        name=name,
        handler=properties["Handler"],
        code=code,
        layers=tuple(dict.fromkeys(layer_paths[layer] for layer in properties.get("Layers", []))),
        environment=environment,
        runtime=properties.get("Runtime", "python3.11"),
        timeout=int(properties.get("Timeout", 3)),
        memory=int(properties.get("MemorySize", 128)),
        role=properties["Role"],
        log_format=properties.get("LoggingConfig", {}).get("LogFormat", "Text"),
        retry_attempts=int(retry.get("MaximumRetryAttempts", 2)),
        failure_queue=properties.get("DeadLetterConfig", {}).get("TargetArn"),
        destination=retry.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"),
        reserved_concurrency=int(properties.get("ReservedConcurrentExecutions", 0)) or None,
    )


def bucket(logical_id: str, name: str, properties: Mapping[str, Any]) -> Bucket:
    """A bucket with its notifications and the CORS rules in the API's spelling."""
    configuration = properties.get("NotificationConfiguration", {})
    notifications = [_notification(c, "Function") for c in configuration.get("LambdaConfigurations", [])]
    notifications += [_notification(c, "Queue") for c in configuration.get("QueueConfigurations", [])]
    unsupported = set(configuration) - {"LambdaConfigurations", "QueueConfigurations"}
    if unsupported:
        raise TemplateError(f"notifications by {', '.join(sorted(unsupported))} can't run here")
    return Bucket(
        logical_id=logical_id,
        name=name,
        notifications=tuple(notifications),
        cors_rules=tuple(_cors_rule(r) for r in properties.get("CorsConfiguration", {}).get("CorsRules", [])),
        versioned=properties.get("VersioningConfiguration", {}).get("Status") == "Enabled",
    )


def _notification(configuration: Mapping[str, Any], target: str) -> Notification:
    rules = configuration.get("Filter", {}).get("S3Key", {}).get("Rules", [])
    filters = {str(rule["Name"]).lower(): str(rule["Value"]) for rule in rules}
    return Notification(
        target=configuration[target],
        events=(configuration["Event"],),
        prefix=filters.get("prefix", ""),
        suffix=filters.get("suffix", ""),
    )


def _cors_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """CloudFormation and the S3 API spell three of these keys differently."""
    spelling = {"ExposedHeaders": "ExposeHeaders", "Id": "ID", "MaxAge": "MaxAgeSeconds"}
    return {spelling.get(key, key): value for key, value in rule.items()}


def queue(logical_id: str, name: str, url: str, properties: Mapping[str, Any]) -> Queue:
    """A queue; CloudFormation's properties carry the names of the API's attributes."""
    wanted = {
        "ContentBasedDeduplication", "DelaySeconds", "FifoQueue", "MaximumMessageSize", "MessageRetentionPeriod",
        "ReceiveMessageWaitTimeSeconds", "RedriveAllowPolicy", "RedrivePolicy", "VisibilityTimeout",
    }  # fmt: skip
    attributes = {key: _attribute(value) for key, value in properties.items() if key in wanted}
    return Queue(logical_id=logical_id, name=name, url=url, attributes=attributes)


def _attribute(value: Json) -> str:
    return json.dumps(value) if isinstance(value, dict | bool) else str(value)


def state_machine(logical_id: str, name: str, properties: Mapping[str, Any], source: Path | None) -> StateMachine:
    """A state machine; its definition comes from a file (JSON or YAML) or stands in the template."""
    if source is not None:
        definition = parse(source.read_text(encoding="utf-8"))
    elif "DefinitionString" in properties:
        definition = json.loads(properties["DefinitionString"])
    else:
        definition = properties["Definition"]
    text = json.dumps(definition)
    for key, value in properties.get("DefinitionSubstitutions", {}).items():
        text = text.replace("${" + key + "}", json.dumps(str(value))[1:-1])
    left = re.findall(r"\$\{\w+\}", text)
    if left:
        raise TemplateError(f"{left[0]} in the definition has no DefinitionSubstitution")
    return StateMachine(
        logical_id=logical_id,
        name=name,
        definition=text,
        role=properties["RoleArn"],
        kind=properties.get("StateMachineType", "STANDARD"),
    )


def role(logical_id: str, name: str, properties: Mapping[str, Any], policies: Mapping[str, Mapping[str, Any]]) -> Role:
    """A role with the statements of its own policies, and of those in the template that are attached to it.

    `policies` holds the properties of `AWS::IAM::Policy` and `AWS::IAM::ManagedPolicy` by what `!Ref` gives for them.
    """
    managed = properties.get("ManagedPolicyArns", [])
    attached = [policy for ref, policy in policies.items() if ref in managed or name in policy.get("Roles", [])]
    documents = [policy["PolicyDocument"] for policy in [*properties.get("Policies", []), *attached]]
    return Role(
        logical_id=logical_id,
        name=name,
        statements=tuple(_statement(found) for document in documents for found in _listed(document["Statement"])),
        managed_policies=tuple(arn for arn in managed if arn not in policies),
    )


def _statement(statement: Mapping[str, Any]) -> Statement:
    other_actions, other_resources = "NotAction" in statement, "NotResource" in statement
    return Statement(
        effect=statement["Effect"],
        actions=tuple(_listed(statement["NotAction" if other_actions else "Action"])),
        resources=tuple(_listed(statement["NotResource" if other_resources else "Resource"])),
        other_actions=other_actions,
        other_resources=other_resources,
        conditional=bool(statement.get("Condition")),
    )


def _listed(value: Json) -> list[Any]:
    return value if isinstance(value, list) else [value]


def rule(logical_id: str, name: str, properties: Mapping[str, Any]) -> Schedule:
    """A rule of EventBridge. Of one with a pattern, which the rig never runs, only that it is there."""
    targets = properties.get("Targets", [])
    if "ScheduleExpression" in properties and len(targets) > 1:
        raise TemplateError("a schedule with several targets can't run here")
    return _schedule(logical_id, f"arn:{PARTITION}:events:{REGION}:{ACCOUNT}:rule/{name}", properties, *targets[:1])


def schedule(logical_id: str, name: str, properties: Mapping[str, Any]) -> Schedule:
    """A schedule of EventBridge's Scheduler."""
    group = properties.get("GroupName", "default")
    arn = f"arn:{PARTITION}:scheduler:{REGION}:{ACCOUNT}:schedule/{group}/{name}"
    return _schedule(logical_id, arn, properties, properties["Target"])


def _schedule(
    logical_id: str, arn: str, properties: Mapping[str, Any], target: Mapping[str, Any] | None = None
) -> Schedule:
    target = target or {}
    if shaped := {"InputPath", "InputTransformer"} & set(target):
        raise TemplateError(f"a schedule with {', '.join(sorted(shaped))} can't run here")
    return Schedule(
        logical_id=logical_id,
        arn=arn,
        expression=str(properties.get("ScheduleExpression", "")),
        target=str(target.get("Arn", "")),
        input=target.get("Input"),
        enabled=properties.get("State", "ENABLED") != "DISABLED",
    )
