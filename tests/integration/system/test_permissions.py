"""The template's policies: what no role allows is refused, and what the template alone shows of them holds."""

from pathlib import Path
from typing import Any

import boto3
import pytest

from rig.cloud import Cloud
from rig.policies import Access, faults, refusal, role_of
from rig.stack import Stack
from rig.template import load_stack

TEMPLATE = Path(__file__).parents[3] / "template.yaml"
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:database-AbCdEf"


def test_a_call_that_no_policy_allows_is_refused_inside_the_handler(
    system: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    system.invoke("HealthFunction", {})
    from health import app

    def curious(event: Any, context: Any) -> Any:
        return boto3.client("s3").list_objects_v2(Bucket=event["bucket"])["KeyCount"]

    monkeypatch.setattr(app, "handler", curious)
    result = system.invoke("HealthFunction", {"bucket": system.bucket("PhotoBucket")})
    assert (result.error, result.payload["errorType"]) == (True, "ClientError")
    assert "(AccessDenied)" in result.payload["errorMessage"]
    assert "local-HealthFunction is not authorized to perform: s3:ListBucket" in result.payload["errorMessage"]


# ----------------------------------------------------------------------------------- what the template alone shows


@pytest.fixture(scope="module")
def with_secret() -> Stack:
    return load_stack(TEMPLATE, {"DatabaseSecretArn": SECRET})


def test_each_function_that_is_told_of_the_secret_may_read_it_and_no_other_may(with_secret: Stack) -> None:
    told = {name for name, f in with_secret.functions.items() if "DATABASE_SECRET_ARN" in f.environment}
    assert {name for name in with_secret.functions if may_read_secret(with_secret, name)} == told
    assert told == set(with_secret.functions) - {"HealthFunction"}


def may_read_secret(stack: Stack, name: str) -> bool:
    role = role_of(stack, stack.functions[name].role)
    assert role is not None
    return refusal(role, Access("secretsmanager:GetSecretValue", SECRET)) is None


def test_health_is_not_told_where_the_database_is() -> None:
    stack = load_stack(TEMPLATE, {"DatabaseUrl": "postgresql+psycopg2://user:password@host/name"})
    told = {name for name, function in stack.functions.items() if "DATABASE_URL" in function.environment}
    assert told == set(stack.functions) - {"HealthFunction"}


def test_state_machines_may_invoke_their_steps_and_failed_events_can_be_buried(with_secret: Stack) -> None:
    assert faults(with_secret) == []
