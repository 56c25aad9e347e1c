"""What AWS does and the rig relies on; each of these holds one patch of `rig.moto_patches`, or moto itself."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from aws_lambda_powertools.utilities.parser.models import S3Model

from rig.cloud import Cloud
from rig.pytest_plugin import messages

PART = 5 * 2**20
"""The least size of a part of a multipart upload."""


def test_an_object_event_validates_and_its_key_decodes(put: Any, seen: Any) -> None:
    put("incoming/1/a b+ü.jpg")
    (one,) = seen()
    S3Model.model_validate(one["event"])
    record = one["event"]["Records"][0]
    assert record["eventName"] == "ObjectCreated:Put"
    assert record["s3"]["object"]["key"] == "incoming/1/a+b%2B%C3%BC.jpg"
    assert record["s3"]["object"]["size"] == 1


def test_the_event_comes_after_the_objects_metadata(put: Any, seen: Any) -> None:
    put("incoming/1/a.jpg", ContentType="image/jpeg", Metadata={"listing": "7"})
    (one,) = seen()
    assert (one["content_type"], one["metadata"]) == ("image/jpeg", {"listing": "7"})


def test_an_object_may_be_replaced_while_others_read_it(cloud: Cloud) -> None:
    s3, place = cloud.client("s3"), {"Bucket": cloud.bucket("Inbox"), "Key": "other/a.jpg"}
    s3.put_object(**place, Body=b"x")

    def replace_and_read(_: int) -> bytes:
        s3.put_object(**place, Body=b"x")
        return bytes(s3.get_object(**place)["Body"].read())

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)  # threads get into each other's way more often
    try:
        with ThreadPoolExecutor(8) as pool:
            read = set(pool.map(replace_and_read, range(200)))
    finally:
        sys.setswitchinterval(before)
    assert read == {b"x"}


def test_only_matching_keys_raise_an_event(put: Any, seen: Any) -> None:
    for key in ("other/a.jpg", "incoming/a.png", "incoming"):
        put(key)
    assert seen() == []


def test_a_multipart_upload_raises_one_event(cloud: Cloud, seen: Any) -> None:
    s3, place = cloud.client("s3"), {"Bucket": cloud.bucket("Inbox"), "Key": "incoming/big.jpg"}
    upload = s3.create_multipart_upload(**place, ContentType="image/jpeg")["UploadId"]
    parts = [
        {
            "PartNumber": number,
            "ETag": s3.upload_part(**place, PartNumber=number, UploadId=upload, Body=body)["ETag"],
        }
        for number, body in ((1, b"a" * PART), (2, b"b"))
    ]
    s3.complete_multipart_upload(**place, UploadId=upload, MultipartUpload={"Parts": parts})
    (one,) = seen()
    record = one["event"]["Records"][0]
    assert record["eventName"] == "ObjectCreated:CompleteMultipartUpload"
    assert record["s3"]["object"]["size"] == PART + 1
    assert one["content_type"] == "image/jpeg"


def test_a_copy_raises_one_event(cloud: Cloud, put: Any, seen: Any) -> None:
    put("elsewhere.jpg")
    bucket = cloud.bucket("Inbox")
    cloud.client("s3").copy_object(Bucket=bucket, Key="incoming/c.jpg", CopySource=f"{bucket}/elsewhere.jpg")
    (one,) = seen()
    assert one["event"]["Records"][0]["eventName"] == "ObjectCreated:Copy"


def test_a_presigned_post_raises_an_event(cloud: Cloud, seen: Any) -> None:
    import httpx2

    form = cloud.client("s3").generate_presigned_post(cloud.bucket("Inbox"), "incoming/${filename}")
    answer = httpx2.post(form["url"], data=form["fields"], files={"file": ("form.jpg", b"bytes")})
    assert answer.status_code == 204
    (one,) = seen()
    assert one["event"]["Records"][0]["eventName"] == "ObjectCreated:Post"
    assert one["event"]["Records"][0]["s3"]["object"]["key"] == "incoming/form.jpg"


def test_a_form_that_breaks_its_policy_is_refused_and_raises_none(cloud: Cloud, seen: Any) -> None:
    import httpx2

    limits = [["content-length-range", 1, 4]]
    form = cloud.client("s3").generate_presigned_post(cloud.bucket("Inbox"), "incoming/form.jpg", Conditions=limits)
    answer = httpx2.post(form["url"], data=form["fields"], files={"file": ("form.jpg", b"bytes")})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/xml")
    assert "<Code>EntityTooLarge</Code>" in answer.text
    unsigned = httpx2.post(form["url"], data={"key": "incoming/form.jpg"}, files={"file": ("form.jpg", b"x")})
    assert unsigned.status_code == 403
    assert seen() == []


def test_a_queue_is_told_of_a_removal(cloud: Cloud, put: Any) -> None:
    put("other.txt")
    cloud.client("s3").delete_object(Bucket=cloud.bucket("Inbox"), Key="other.txt")
    (message,) = messages(cloud, "Removals")
    event = json.loads(message["Body"])
    S3Model.model_validate(event)
    assert event["Records"][0]["eventName"] == "ObjectRemoved:Delete"


def test_a_failing_event_is_retried_and_then_buried(cloud: Cloud, put: Any, seen: Any) -> None:
    put("incoming/broken.jpg")
    attempts = seen()
    assert len(attempts) == 2  # MaximumRetryAttempts: 1
    assert attempts[0]["event"] == attempts[1]["event"]
    (letter,) = messages(cloud, "DeadLetters")
    assert json.loads(letter["Body"]) == attempts[0]["event"]
    assert letter["MessageAttributes"]["ErrorMessage"]["StringValue"] == "can't read this photo"
    (failure,) = messages(cloud, "Failures")
    assert json.loads(failure["Body"])["requestPayload"] == attempts[0]["event"]


def test_an_invocation_as_event_is_answered_before_it_has_run(cloud: Cloud) -> None:
    event = {"body": json.dumps({"do": "sleep", "seconds": 0.3})}
    answer = cloud.client("lambda").invoke(
        FunctionName="local-HelloFunction", InvocationType="Event", Payload=json.dumps(event)
    )
    assert (answer["StatusCode"], answer["Payload"].read()) == (202, b"")
    with pytest.raises(TimeoutError, match="HelloFunction"):
        cloud.wait(0.01)
    cloud.wait(5)


def test_a_functions_error_is_unhandled_and_its_document_is_lambdas(cloud: Cloud) -> None:
    answer = cloud.client("lambda").invoke(
        FunctionName="local-HelloFunction", Payload=json.dumps({"body": json.dumps({"do": "fail"})})
    )
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    document = json.loads(answer["Payload"].read())
    assert (document["errorType"], document["errorMessage"]) == ("HopelessError", "told to fail")
    assert "app.py" in document["stackTrace"][-1]


def test_a_dry_run_does_not_run(cloud: Cloud) -> None:
    answer = cloud.client("lambda").invoke(FunctionName="local-HelloFunction", InvocationType="DryRun")
    assert answer["StatusCode"] == 204


def test_a_state_machine_retries_an_error_by_its_class_name(execute: Any) -> None:
    done = execute({"id": "retried", "fail": 1})
    assert done["status"] == "SUCCEEDED"
    assert json.loads(done["output"])["one"]["value"] == {"attempts": 2}


def test_a_state_machine_catches_an_error_by_its_class_name(execute: Any) -> None:
    done = execute({"hopeless": True})
    output = json.loads(done["output"])
    assert output["outcome"] == "recovered"
    assert output["error"]["Error"] == "HopelessError"
    assert json.loads(output["error"]["Cause"])["errorMessage"] == "nothing to be done"


def test_an_error_that_nobody_catches_fails_the_execution_and_the_log_says_so(
    execute: Any, caplog: pytest.LogCaptureFixture
) -> None:
    done = execute({"id": "never", "sleep": "not a number"}, name="restless")
    assert (done["status"], done["error"]) == ("FAILED", "TypeError")
    assert "execution restless of WorkStateMachine FAILED: TypeError, " in caplog.text


def test_a_failure_that_is_caught_is_none_of_the_execution(execute: Any, caplog: pytest.LogCaptureFixture) -> None:
    assert execute({"hopeless": True})["status"] == "SUCCEEDED"
    assert "StepOneFunction failed with HopelessError" in caplog.text
    assert "execution " not in caplog.text


@pytest.fixture
def waiting(cloud: Cloud) -> Iterator[Callable[..., str]]:
    """Starts an execution that waits for two seconds; gives its ARN once it does."""
    machine, made = cloud.client("stepfunctions"), []

    def waiting(name: str, **options: Any) -> str:
        states = {"Wait": {"Type": "Wait", "Seconds": 2, "End": True}}
        made.append(
            machine.create_state_machine(
                name="slow",
                definition=json.dumps({"StartAt": "Wait", "States": states, **options}),
                roleArn="arn:aws:iam::123456789012:role/slow",
            )["stateMachineArn"]
        )
        arn = str(machine.start_execution(stateMachineArn=made[0], name=name)["executionArn"])
        while len(machine.get_execution_history(executionArn=arn)["events"]) < 2:
            time.sleep(0.01)
        return arn

    yield waiting
    machine.delete_state_machine(stateMachineArn=made[0])


def test_an_execution_that_takes_too_long_is_logged(
    cloud: Cloud, waiting: Callable[..., str], caplog: pytest.LogCaptureFixture
) -> None:
    waiting("late", TimeoutSeconds=1)
    cloud.wait(10)
    assert "execution late of slow TIMED_OUT\n" in caplog.text


def test_an_execution_that_is_stopped_is_logged(
    cloud: Cloud, waiting: Callable[..., str], caplog: pytest.LogCaptureFixture
) -> None:
    cloud.client("stepfunctions").stop_execution(executionArn=waiting("halted"))
    cloud.wait(10)
    assert "execution halted of slow ABORTED\n" in caplog.text


def test_executions_without_a_name_are_told_apart(execute: Any) -> None:
    first, second = execute({"id": "one"}), execute({"id": "two"})
    assert first["executionArn"] != second["executionArn"]
    assert execute({"id": "three"}, name="mine")["name"] == "mine"


def test_the_history_tells_each_step(cloud: Cloud, execute: Any) -> None:
    done = execute({"id": "history"})
    history = cloud.client("stepfunctions").get_execution_history(executionArn=done["executionArn"])["events"]
    kinds = [event["type"] for event in history]
    assert (kinds[0], kinds[-1]) == ("ExecutionStarted", "ExecutionSucceeded")
    entered = [e["stateEnteredEventDetails"]["name"] for e in history if e["type"] == "TaskStateEntered"]
    assert entered == ["One", "Two"]


def test_a_bucket_answers_browsers_as_its_cors_rules_say(cloud: Cloud) -> None:
    rules = cloud.client("s3").get_bucket_cors(Bucket=cloud.bucket("Inbox"))["CORSRules"]
    assert rules[0]["ExposeHeaders"] == ["ETag"]
