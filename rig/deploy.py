"""Puts a stack into the local AWS through its public APIs, in the order of its dependencies."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from rig.stack import REGION, Bucket, Function, Queue, Stack

ClientFactory = Callable[[str], Any]
"""From a service's name to its boto3 client."""


def deploy(stack: Stack, client: ClientFactory) -> None:
    """Makes the stack's queues, buckets, functions, state machines and notifications."""
    for queue in stack.queues.values():
        _create_queue(client("sqs"), queue)
    for bucket in stack.buckets.values():
        _create_bucket(client("s3"), bucket)
    for role in {f.role for f in stack.functions.values()} | {m.role for m in stack.state_machines.values()}:
        _create_role(client("iam"), role)
    for function in stack.functions.values():
        _create_function(client("lambda"), function)
    for machine in stack.state_machines.values():
        client("stepfunctions").create_state_machine(
            name=machine.name, definition=machine.definition, roleArn=machine.role, type=machine.kind
        )
    for bucket in stack.buckets.values():  # the functions must exist before a bucket may name them
        _notify(client("s3"), bucket)


def _create_queue(sqs: Any, queue: Queue) -> None:
    sqs.create_queue(QueueName=queue.name, Attributes=dict(queue.attributes))


def _create_bucket(s3: Any, bucket: Bucket) -> None:
    location = {} if REGION == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": REGION}}
    s3.create_bucket(Bucket=bucket.name, **location)
    if bucket.cors_rules:
        s3.put_bucket_cors(Bucket=bucket.name, CORSConfiguration={"CORSRules": [dict(r) for r in bucket.cors_rules]})
    if bucket.versioned:
        s3.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration={"Status": "Enabled"})


def _create_role(iam: Any, arn: str) -> None:
    trust = {"Version": "2012-10-17", "Statement": []}
    iam.create_role(RoleName=arn.rpartition("/")[2], AssumeRolePolicyDocument=json.dumps(trust))


def _create_function(lambda_: Any, function: Function) -> None:
    """Registers a function; its code stays where it is, the archive is only what the API asks for."""
    lambda_.create_function(
        FunctionName=function.name,
        Runtime=function.runtime,
        Role=function.role,
        Handler=function.handler,
        Timeout=function.timeout,
        MemorySize=function.memory,
        Environment={"Variables": dict(function.environment)},
        Code={"ZipFile": _EMPTY_ARCHIVE},
    )


def _notify(s3: Any, bucket: Bucket) -> None:
    functions, queues = [], []
    for notification in bucket.notifications:
        rules = [
            {"Name": name, "Value": value}
            for name, value in (("prefix", notification.prefix), ("suffix", notification.suffix))
            if value
        ]
        entry: dict[str, Any] = {"Events": list(notification.events)}
        if rules:
            entry["Filter"] = {"Key": {"FilterRules": rules}}
        if ":sqs:" in notification.target:
            queues.append({**entry, "QueueArn": notification.target})
        else:
            functions.append({**entry, "LambdaFunctionArn": notification.target})
    if functions or queues:
        configuration = {"LambdaFunctionConfigurations": functions, "QueueConfigurations": queues}
        s3.put_bucket_notification_configuration(Bucket=bucket.name, NotificationConfiguration=configuration)


def _empty_archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("README", "The code runs from the folder that the template names.")
    return buffer.getvalue()


_EMPTY_ARCHIVE = _empty_archive()


