"""The whole sample template in this process: requests, events and state between tests."""

import json
import logging
from pathlib import Path
from typing import Any

import boto3
import pytest
from aws_lambda_powertools.utilities.parser.models import APIGatewayProxyEventV2Model
from moto import mock_aws

from rig.cloud import Cloud, CloudError
from rig.pytest_plugin import CloudPool, loaded, messages
from rig.runtimes.inprocess import ConflictingEnvironmentError
from rig.stack import Stack, UnknownNameError


def wish(**what: Any) -> dict[str, Any]:
    return {"body": json.dumps(what)}


def test_a_request_becomes_an_event_that_validates(api: Any) -> None:
    answer = api.get("/hello/bob%20b?x=1", headers={"Cookie": "a=1"})
    assert answer.status_code == 200
    event = answer.json()["event"]
    APIGatewayProxyEventV2Model.model_validate(event)
    assert event["routeKey"] == "GET /hello/{name}"
    assert event["pathParameters"] == {"name": "bob b"}
    assert event["cookies"] == ["a=1"]


def test_the_more_specific_route_answers(api: Any) -> None:
    assert api.get("/hello/special").json()["event"]["routeKey"] == "GET /hello/special"
    assert api.put("/any/where/ever").json()["event"]["routeKey"] == "ANY /any/{rest+}"
    assert api.get("/hello").status_code == 404


def test_a_function_knows_its_context_and_environment(api: Any) -> None:
    seen = api.get("/hello/bob").json()
    assert seen["function"] == "local-HelloFunction"
    assert seen["environment"]["GREETING"] == "hello"
    assert seen["environment"]["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
    assert 0 < seen["remaining"] <= 5000


def test_a_failure_is_500_outside_and_a_traceback_in_the_log(api: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "rig"):
        answer = api.post("/hello", json={"do": "fail"})
    assert (answer.status_code, answer.json()) == (500, {"message": "Internal Server Error"})
    assert "HelloFunction failed with HopelessError: told to fail" in caplog.text
    assert 'raise HopelessError("told to fail")' in caplog.text


def test_an_answer_that_is_no_json_is_a_marshal_error(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.invoke("hello", {})
    import hello.app

    monkeypatch.setattr(hello.app, "handler", lambda *_: {"not": {1, 2}})
    result = cloud.invoke("hello", {})
    assert (result.error, result.payload["errorType"]) == (True, "Runtime.MarshalError")


def test_a_handler_may_be_replaced_and_gets_plain_json(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.invoke("hello", {})
    import hello.app

    monkeypatch.setattr(hello.app, "handler", lambda event, context: [event, context.function_name])
    result = cloud.invoke("hello", {"pair": (1, 2)})
    assert result.payload == [{"pair": [1, 2]}, "local-HelloFunction"]


def test_a_handler_that_exits_fails_its_invocation_only(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.invoke("hello", {})
    import hello.app

    def leave(event: Any, context: Any) -> None:
        raise SystemExit(3)

    monkeypatch.setattr(hello.app, "handler", leave)
    assert cloud.invoke("hello", {}).payload["errorType"] == "Runtime.ExitError"


def test_a_function_that_takes_too_long_is_given_up(cloud: Cloud) -> None:
    result = cloud.invoke("step_two", {"sleep": 1.2})
    assert (result.error, result.payload["errorType"]) == (True, "Sandbox.Timedout")
    assert result.payload["errorMessage"].endswith("Task timed out after 1.00 seconds")


def test_unknown_names_list_what_there_is(cloud: Cloud) -> None:
    with pytest.raises(UnknownNameError, match="HelloFunction"):
        cloud.invoke("nobody", {})
    with pytest.raises(UnknownNameError, match="Inbox"):
        cloud.bucket("Outbox")


def test_a_reset_empties_buckets_queues_and_executions(cloud: Cloud) -> None:
    s3, bucket = cloud.client("s3"), cloud.bucket("Inbox")
    s3.put_object(Bucket=bucket, Key="incoming/broken.jpg", Body=b"x")
    machine = cloud.state_machine("WorkStateMachine")
    cloud.client("stepfunctions").start_execution(stateMachineArn=machine, input='{"id": "r"}')
    cloud.wait(10)
    cloud.reset()
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)
    attributes = cloud.client("sqs").get_queue_attributes(
        QueueUrl=cloud.queue("DeadLetters"), AttributeNames=["ApproximateNumberOfMessages"]
    )
    assert attributes["Attributes"]["ApproximateNumberOfMessages"] == "0"
    assert cloud.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"] == []


def test_the_cloud_comes_back_after_another_tests_mock(cloud: Cloud) -> None:
    cloud.suspend()
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="somebody-elses")
    cloud.resume()
    cloud.reset()
    assert messages(cloud, "Removals") == []
    cloud.client("s3").put_object(Bucket=cloud.bucket("Inbox"), Key="incoming/a.jpg", Body=b"x")
    cloud.wait(10)
    assert cloud.client("s3").list_objects_v2(Bucket=cloud.bucket("Inbox"), Prefix="seen/")["KeyCount"] == 1


def test_a_cloud_without_buckets_comes_back_too(clouds: CloudPool, tmp_path: Path) -> None:
    clouds.close()  # a process has one at a time
    template = tmp_path / "template.yaml"
    (tmp_path / "code").mkdir()
    template.write_text(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  Letters: {Type: AWS::SQS::Queue}\n"
        "  One: {Type: AWS::Serverless::Function, Properties: {CodeUri: code/, Handler: a.b, Runtime: python3.11}}\n"
    )
    with Cloud(template) as cloud:
        cloud.suspend()
        with mock_aws():
            pass
        cloud.resume()
        cloud.reset()
        assert messages(cloud, "Letters") == []


def test_a_suspended_cloud_leaves_no_trace_in_the_process(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    import os
    import sys

    assert os.environ["GREETING"] == "hello"
    cloud.suspend()
    assert "GREETING" not in os.environ
    assert not [path for path in sys.path if "rig_sample" in path]
    cloud.resume()
    assert os.environ["GREETING"] == "hello"


def test_there_is_one_cloud_in_a_process(cloud: Cloud, template_path: Path) -> None:
    with pytest.raises(CloudError, match="another Cloud"), Cloud(template_path):
        pass


@pytest.fixture
def conflicting(tmp_path: Path) -> Path:
    (tmp_path / "code").mkdir()
    function = "{Type: AWS::Serverless::Function, Properties: {CodeUri: code/, Handler: a.b, Runtime: python3.11, "
    path = tmp_path / "template.yaml"
    path.write_text(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n"
        f"  One: {function} Environment: {{Variables: {{X: '1'}}}}}}}}\n"
        f"  Two: {function} Environment: {{Variables: {{X: '2'}}}}}}}}\n"
    )
    return path


def test_contradicting_environments_are_refused(clouds: CloudPool, conflicting: Path) -> None:
    with pytest.raises(ConflictingEnvironmentError, match="One and Two set X to different values"):
        clouds.get(conflicting, {})


def test_a_template_is_read_once_for_all_tests(cloud: Cloud, template_stack: Stack, template_path: Path) -> None:
    assert template_stack is loaded(template_path)
    assert template_stack.routes == cloud.stack.routes
