"""Calls of boto3 are held against the role of the function that makes them, and refused as AWS would refuse them."""

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from rig.aws_actions import UnknownOperationError
from rig.permissions import Permissions
from rig.stack import Function, Role, Stack, Statement
from tests.fixtures.aws import BUCKET, REGION

OBJECTS = f"arn:aws:s3:::{BUCKET}"
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:analyze"


def stack_with(*statements: Statement, failure_queue: str | None = None) -> Stack:
    """One function, with one role of these statements."""
    logs = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    role = Role("WorkRole", "local-WorkRole", statements, (logs,))
    function = Function(
        "Work", "local-Work", "work.handler", Path("/nowhere"), role=role.arn, failure_queue=failure_queue
    )
    return Stack(
        path=Path("template.yaml"), parameters={}, functions={"Work": function}, routes={}, cors=None, buckets={},
        queues={}, state_machines={}, schedules={}, outputs={}, roles={"WorkRole": role}, ignored={},
    )  # fmt: skip


def allow(action: str, resource: str) -> Statement:
    return Statement("Allow", (action,), (resource,))


@contextmanager
def working(*statements: Statement, enforce: bool = True) -> Iterator[Permissions]:
    """Inside, this thread is the function's."""
    stack = stack_with(*statements)
    permissions = Permissions(stack, enforce=enforce)
    with permissions.watching(), permissions.acting_as(stack.functions["Work"]):
        yield permissions


def code(refused: pytest.ExceptionInfo[ClientError]) -> str:
    return str(refused.value.response["Error"]["Code"])


def test_an_allowed_call_goes_through_and_is_noted(s3: Any) -> None:
    with working(allow("s3:PutObject", f"{OBJECTS}/derived/*")) as permissions:
        s3.put_object(Bucket=BUCKET, Key="derived/a.jpg", Body=b"x")
    assert [str(use) for use in permissions.used] == [f"Work: s3:PutObject on {OBJECTS}/derived/a.jpg"]
    assert permissions.refused == []


def test_a_refused_call_is_the_error_of_aws_and_reaches_nothing(s3: Any, keys: Any) -> None:
    with (
        working(allow("s3:PutObject", f"{OBJECTS}/derived/*")) as permissions,
        pytest.raises(ClientError) as refused,
    ):
        s3.put_object(Bucket=BUCKET, Key="photos/a.jpg", Body=b"x")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert str(refused.value) == (
        "An error occurred (AccessDenied) when calling the PutObject operation: "
        "User: arn:aws:sts::123456789012:assumed-role/local-WorkRole/local-Work is not authorized to perform: "
        f's3:PutObject on resource: "{OBJECTS}/photos/a.jpg" '
        "because no identity-based policy allows the s3:PutObject action"
    )
    assert keys() == []
    assert [str(use) for use in permissions.refused] == [f"Work: s3:PutObject on {OBJECTS}/photos/a.jpg"]
    assert permissions.used == []


def test_a_refusal_is_logged_with_the_role_and_what_was_not_read(s3: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "rig"), working(), pytest.raises(ClientError):
        s3.list_objects_v2(Bucket=BUCKET)
    assert f"Work is refused s3:ListBucket on {OBJECTS}, because no identity-based policy" in caplog.text
    assert "its role is WorkRole (not read: AWSLambdaBasicExecutionRole)" in caplog.text


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        ("s3", "head_object", {"Bucket": BUCKET, "Key": "a"}, "403"),  # an answer to HEAD has no body with a code
        ("s3", "get_object", {"Bucket": BUCKET, "Key": "a"}, "AccessDenied"),
        ("stepfunctions", "start_execution", {"stateMachineArn": MACHINE}, "AccessDeniedException"),
        ("secretsmanager", "get_secret_value", {"SecretId": "db"}, "AccessDeniedException"),
        ("lambda", "invoke", {"FunctionName": "other"}, "AccessDeniedException"),
        ("sqs", "send_message", {"QueueUrl": "http://q/1/late", "MessageBody": "x"}, "AccessDenied"),
    ],
)
def test_each_service_refuses_in_its_own_words(
    s3: Any, service: str, operation: str, parameters: dict[str, str], expected: str
) -> None:
    import boto3

    client = boto3.client(service, region_name=REGION)
    with working(), pytest.raises(ClientError) as refused:
        getattr(client, operation)(**parameters)
    assert code(refused) == expected


@pytest.mark.parametrize(("read", "hidden"), [("get_object", "AccessDenied"), ("head_object", "403")])
def test_a_missing_object_is_a_forbidden_one_to_who_may_not_list(s3: Any, read: str, hidden: str) -> None:
    reading, listing = allow("s3:GetObject", f"{OBJECTS}/*"), allow("s3:ListBucket", OBJECTS)
    with working(reading) as permissions, pytest.raises(ClientError) as refused:
        getattr(s3, read)(Bucket=BUCKET, Key="gone")
    assert code(refused) == hidden
    assert [str(use) for use in permissions.refused] == [f"Work: s3:ListBucket on {OBJECTS}"]
    with working(reading, listing) as permissions, pytest.raises(ClientError) as missing:
        getattr(s3, read)(Bucket=BUCKET, Key="gone")
    assert code(missing) in {"NoSuchKey", "404"}
    assert permissions.unused() == []


def test_another_error_of_aws_stays_what_it_is(s3: Any) -> None:
    with working(allow("s3:PutObject", "*")), pytest.raises(ClientError) as wrong:
        s3.put_object(Bucket="nobodys", Key="a", Body=b"x")
    assert code(wrong) == "NoSuchBucket"


def test_a_link_carries_the_rights_of_who_signs_it(s3: Any) -> None:
    wanted = {"Bucket": BUCKET, "Key": "derived/a.jpg"}
    with working(allow("s3:GetObject", f"{OBJECTS}/derived/*")) as permissions:
        assert s3.generate_presigned_url("get_object", Params=wanted).startswith("https://")
        with pytest.raises(ClientError) as refused:
            s3.generate_presigned_url("get_object", Params={**wanted, "Key": "photos/a.jpg"})
    assert code(refused) == "AccessDenied"
    assert [use.access.resource for use in permissions.used] == [f"{OBJECTS}/derived/a.jpg"]


def test_a_form_for_an_upload_carries_the_rights_of_who_signs_it(s3: Any) -> None:
    with working(allow("s3:PutObject", f"{OBJECTS}/incoming/*")) as permissions:
        conditions = [["content-length-range", 1, 100]]
        form = s3.generate_presigned_post(BUCKET, "incoming/1/${filename}", Conditions=conditions, ExpiresIn=60)
        with pytest.raises(ClientError) as refused:
            s3.generate_presigned_post(BUCKET, "photos/a.jpg")
    assert form["fields"]["key"] == "incoming/1/${filename}"
    assert code(refused) == "AccessDenied"
    assert [use.access.action for use in permissions.used] == ["s3:PutObject"]


def test_an_operation_that_is_not_known_says_so_to_the_engineer(s3: Any) -> None:
    with working(), pytest.raises(UnknownOperationError, match=r"s3\.PutBucketAcl"):
        s3.put_bucket_acl(Bucket=BUCKET, ACL="private")


def test_a_tests_own_calls_are_nobodys(s3: Any) -> None:
    stack = stack_with()
    permissions = Permissions(stack)
    with permissions.watching():
        s3.put_object(Bucket=BUCKET, Key="a", Body=b"x")
        s3.generate_presigned_post(BUCKET, "a")
        s3.put_bucket_acl(Bucket=BUCKET, ACL="private")
        with permissions.acting_as(stack.functions["Work"]):
            thread = threading.Thread(target=s3.put_object, kwargs={"Bucket": BUCKET, "Key": "b", "Body": b"x"})
            thread.start()
            thread.join()
    assert (permissions.used, permissions.refused) == ([], [])


def test_of_two_stacks_that_are_watched_each_minds_its_own(s3: Any) -> None:
    with working() as outer, working(allow("s3:PutObject", "*")) as inner:
        s3.put_object(Bucket=BUCKET, Key="a", Body=b"x")
        s3.generate_presigned_url("put_object", Params={"Bucket": BUCKET, "Key": "a"})
        assert (outer.used, outer.refused) == ([], [])
        assert [use.access.action for use in inner.used] == ["s3:PutObject"]


def test_a_pool_of_threads_acts_for_the_function_that_uses_it(s3: Any) -> None:
    with ThreadPoolExecutor(1) as pool, working(allow("s3:PutObject", f"{OBJECTS}/a")) as permissions:
        pool.submit(s3.put_object, Bucket=BUCKET, Key="a", Body=b"x").result()
        with pytest.raises(ClientError) as refused:
            pool.submit(s3.get_object, Bucket=BUCKET, Key="a").result()
    assert code(refused) == "AccessDenied"
    assert [use.access.action for use in permissions.used] == ["s3:PutObject"]


def test_a_transfer_of_boto3_in_its_own_threads_is_checked(s3: Any, tmp_path: Path) -> None:
    from boto3.exceptions import S3UploadFailedError

    path = tmp_path / "a.jpg"
    path.write_bytes(b"x")
    with working(allow("s3:PutObject", f"{OBJECTS}/derived/*")) as permissions:
        s3.upload_file(str(path), BUCKET, "derived/a.jpg")
        with pytest.raises(S3UploadFailedError, match="is not authorized to perform: s3:PutObject"):
            s3.upload_file(str(path), BUCKET, "photos/a.jpg")
    assert [use.access.resource for use in permissions.refused] == [f"{OBJECTS}/photos/a.jpg"]


def test_a_function_whose_role_is_not_in_the_template_is_free(s3: Any) -> None:
    stack = stack_with()
    stranger = replace(stack.functions["Work"], role="arn:aws:iam::123456789012:role/elsewhere")
    permissions = Permissions(replace(stack, functions={"Work": stranger}))
    with permissions.watching(), permissions.acting_as(stranger):
        s3.put_object(Bucket=BUCKET, Key="a", Body=b"x")
        s3.put_bucket_acl(Bucket=BUCKET, ACL="private")  # of which the table knows nothing
    assert (permissions.refused, permissions.unused()) == ([], [])


def test_without_enforcement_nothing_is_refused_and_all_is_noted(s3: Any, keys: Any) -> None:
    with working(enforce=False) as permissions:
        s3.put_object(Bucket=BUCKET, Key="a", Body=b"x")
    assert keys() == ["a"]
    assert [use.access.action for use in permissions.refused] == ["s3:PutObject"]


def test_without_enforcement_an_operation_that_is_not_known_goes_through(s3: Any) -> None:
    with working(enforce=False):
        s3.put_bucket_acl(Bucket=BUCKET, ACL="public-read")
    assert len(s3.get_bucket_acl(Bucket=BUCKET)["Grants"]) == 2


@pytest.mark.parametrize("parameters", [{}, {"Bucket": BUCKET, "Key": None}])
def test_a_call_that_lacks_something_is_refused_by_boto3_itself(s3: Any, parameters: dict[str, Any]) -> None:
    with working() as permissions, pytest.raises(ParamValidationError):
        s3.get_object(**parameters)
    assert permissions.refused == []


def test_after_watching_boto3_is_as_it_was(s3: Any) -> None:
    stack = stack_with()
    permissions = Permissions(stack)
    with permissions.watching():
        pass
    with permissions.acting_as(stack.functions["Work"]):
        s3.put_object(Bucket=BUCKET, Key="a", Body=b"x")
        s3.generate_presigned_post(BUCKET, "a")
    assert permissions.refused == []


def test_what_lambda_does_for_a_function_is_used_and_what_nobody_does_is_not() -> None:
    queue = "arn:aws:sqs:us-east-1:123456789012:late"
    stack = stack_with(
        allow("sqs:SendMessage", queue), allow("s3:GetObject", f"{OBJECTS}/old/*"), failure_queue=queue
    )
    assert [str(use) for use in Permissions(stack).unused()] == [f"Work: s3:GetObject on {OBJECTS}/old/*"]


def test_what_was_done_can_be_forgotten(s3: Any) -> None:
    with working(allow("s3:PutObject", "*")) as permissions:
        s3.put_object(Bucket=BUCKET, Key="a", Body=b"x")
        assert permissions.unused() == []
        permissions.forget()
        assert permissions.used == []
        assert len(permissions.unused()) == 1
