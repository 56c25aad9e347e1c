"""Fixtures of the tests that run the rig's own small template, the quick ones and the slow ones."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rig.cloud import Cloud

SAMPLE = Path(__file__).parent / "rig_sample"


@pytest.fixture(scope="session")
def template_path() -> Path:
    return SAMPLE / "template.yaml"


@pytest.fixture
def chaos_kinds() -> tuple[str, ...]:
    """None: these tests say what a calm cloud does, or switch the chaos that they are about."""
    return ()


@pytest.fixture
def put(cloud: Cloud) -> Callable[..., Any]:
    def put(key: str, **options: Any) -> Any:
        return cloud.client("s3").put_object(Bucket=cloud.bucket("Inbox"), Key=key, **{"Body": b"x", **options})

    return put


@pytest.fixture
def seen(cloud: Cloud) -> Callable[[], list[dict[str, Any]]]:
    """What the photo function noted, once nothing is in flight."""

    def seen() -> list[dict[str, Any]]:
        cloud.wait(10)
        s3, bucket = cloud.client("s3"), cloud.bucket("Inbox")
        keys = [found["Key"] for found in s3.list_objects_v2(Bucket=bucket, Prefix="seen/").get("Contents", [])]
        return [json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys]

    return seen


@pytest.fixture
def execute(cloud: Cloud) -> Callable[..., Any]:
    """Runs the state machine to its end."""

    def execute(event: Any, **options: Any) -> Any:
        machine = cloud.client("stepfunctions")
        arn = machine.start_execution(
            stateMachineArn=cloud.state_machine("WorkStateMachine"), input=json.dumps(event), **options
        )["executionArn"]
        cloud.wait(20)
        return machine.describe_execution(executionArn=arn)

    return execute
