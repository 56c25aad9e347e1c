"""moto's state, read and written directly where its API would send events or take too long."""

from __future__ import annotations

from typing import Any

from moto.awslambda.models import lambda_backends
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.s3.models import S3Backend, s3_backends
from moto.sqs.models import sqs_backends
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from rig.stack import ACCOUNT, PARTITION, REGION, Stack

put_object = S3Backend.put_object
"""The one that notes nothing: `rig.moto_patches` puts another in its place."""


def has(stack: Stack) -> bool:
    """Whether moto still has the stack: `mock_aws` of another test forgets everything."""
    functions = {function.function_name for function in lambda_backends[ACCOUNT][REGION].list_functions()}
    buckets = s3_backends[ACCOUNT][PARTITION].buckets
    return all(function.name in functions for function in stack.functions.values()) and all(
        bucket.name in buckets for bucket in stack.buckets.values()
    )


def forget_everything() -> None:
    """A new account: no bucket, no queue, no function."""
    BackendDict.reset()
    reset_model_data()


def empty_queue(name: str) -> None:
    """Removes all messages at once; SQS itself refuses to do it twice in a minute, and so does moto."""
    queue = sqs_backends[ACCOUNT][REGION].get_queue(name)
    queue.last_purged_at = None
    sqs_backends[ACCOUNT][REGION].purge_queue(name)


def empty_bucket(name: str) -> None:
    """Removes all objects and unfinished uploads at once, without events."""
    bucket = s3_backends[ACCOUNT][PARTITION].buckets[name]
    for key in list(bucket.keys):
        bucket.keys.pop(key)
    bucket.multiparts.clear()


def forget_executions() -> None:
    """Stops the running executions of all state machines and forgets all."""
    machines: list[Any] = stepfunctions_parser_backends[ACCOUNT][REGION].state_machines
    for machine in machines:
        for execution in machine.executions:
            if execution.status == "RUNNING" and execution.exec_worker.env is not None:
                execution.stop(stop_date=execution.start_date, error=None, cause="reset")
        machine.executions.clear()


def find_object(bucket: str, key: str) -> Any | None:
    """moto's own object, or None when there is none."""
    found = s3_backends[ACCOUNT][PARTITION].buckets.get(bucket)
    return None if found is None else found.keys.get(key)


def restore_object(bucket: str, key: str, body: bytes, etag: str, modified: Any, metadata: dict[str, str]) -> None:
    """Puts an object back as it was, without an event."""
    backend = s3_backends[ACCOUNT][PARTITION]
    restored = put_object(backend, bucket, key, body, etag=etag, disable_notification=True)
    restored.set_metadata(metadata, replace=True)
    restored.last_modified = modified


def forget_object(bucket: str, key: str) -> None:
    """Removes one object without an event."""
    keys = s3_backends[ACCOUNT][PARTITION].buckets[bucket].keys
    if key in keys:
        keys.pop(key)
