"""The running cloud holds handlers to their roles, and can be told not to."""

from typing import Any

import boto3
import pytest

from rig.cloud import Cloud


def wishes(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Makes `hello`, whose role allows nothing, put an object; returns the event that names the bucket."""
    cloud.invoke("hello", {})
    import hello.app

    def put(event: Any, context: Any) -> None:
        boto3.client("s3").put_object(Bucket=event["bucket"], Key="a", Body=b"x")

    monkeypatch.setattr(hello.app, "handler", put)
    return {"bucket": cloud.bucket("Inbox")}


def test_a_handler_is_refused_what_its_role_does_not_allow(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    result = cloud.invoke("hello", wishes(cloud, monkeypatch))
    assert (result.error, result.payload["errorType"]) == (True, "ClientError")
    assert "local-HelloFunction is not authorized to perform: s3:PutObject" in result.payload["errorMessage"]
    assert "HelloFunction: s3:PutObject on arn:aws:s3:::local-inbox/a" in map(str, cloud.permissions.refused)


def test_the_functions_of_a_bucket_and_of_a_workflow_do_what_they_may(cloud: Cloud) -> None:
    cloud.client("s3").put_object(Bucket=cloud.bucket("Inbox"), Key="incoming/a.jpg", Body=b"x")
    cloud.wait(10)
    assert cloud.permissions.refused == []
    assert cloud.permissions.unused() == []


class TestTurnedOff:
    """Tests that override the fixture, as a class or a folder of them may."""

    @pytest.fixture
    def enforce_permissions(self) -> bool:
        return False

    def test_nothing_is_refused_and_all_is_noted(self, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
        result = cloud.invoke("hello", wishes(cloud, monkeypatch))
        assert not result.error, result.payload
        assert [use.access.action for use in cloud.permissions.refused] == ["s3:PutObject"]
