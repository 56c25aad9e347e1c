"""Which permissions a call needs: most have the operation's name, and these tests are about the others."""

from typing import Any

import pytest

from rig.aws_actions import OPERATIONS, UnknownOperationError, needed, needed_to_learn_of_absence

OBJECT = {"Bucket": "photos", "Key": "a/b.jpg"}
QUEUE_URL = "http://127.0.0.1:4566/123456789012/late"


def texts(service: str, operation: str, **parameters: Any) -> list[str]:
    return [str(access) for access in needed(service, operation, parameters)]


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("GetObject", "s3:GetObject"),
        ("HeadObject", "s3:GetObject"),
        ("PutObject", "s3:PutObject"),
        ("CreateMultipartUpload", "s3:PutObject"),
        ("UploadPart", "s3:PutObject"),
        ("CompleteMultipartUpload", "s3:PutObject"),
        ("ListParts", "s3:ListMultipartUploadParts"),
        ("DeleteObject", "s3:DeleteObject"),
    ],
)
def test_an_action_on_an_object(operation: str, action: str) -> None:
    assert texts("s3", operation, **OBJECT) == [f"{action} on arn:aws:s3:::photos/a/b.jpg"]


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("ListObjectsV2", "s3:ListBucket"),
        ("ListObjects", "s3:ListBucket"),
        ("HeadBucket", "s3:ListBucket"),
        ("ListObjectVersions", "s3:ListBucketVersions"),
    ],
)
def test_an_action_on_a_bucket(operation: str, action: str) -> None:
    assert texts("s3", operation, Bucket="photos") == [f"{action} on arn:aws:s3:::photos"]


def test_a_version_of_an_object_has_an_action_of_its_own() -> None:
    assert texts("s3", "GetObject", **OBJECT, VersionId="7") == ["s3:GetObjectVersion on arn:aws:s3:::photos/a/b.jpg"]


def test_tags_and_acls_that_come_with_an_object_need_their_own() -> None:
    assert [text.partition(" ")[0] for text in texts("s3", "PutObject", **OBJECT, Tagging="a=b", ACL="private")] == [
        "s3:PutObject",
        "s3:PutObjectTagging",
        "s3:PutObjectAcl",
    ]


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("old/c d.jpg", "s3:GetObject"),
        ("/old/c d.jpg?versionId=3", "s3:GetObjectVersion"),
        ({"Bucket": "old", "Key": "c d.jpg"}, "s3:GetObject"),
        ({"Bucket": "old", "Key": "c d.jpg", "VersionId": "3"}, "s3:GetObjectVersion"),
    ],
)
def test_a_copy_reads_its_source(source: Any, read: str) -> None:
    assert texts("s3", "CopyObject", **OBJECT, CopySource=source) == [
        f"{read} on arn:aws:s3:::old/c d.jpg",
        "s3:PutObject on arn:aws:s3:::photos/a/b.jpg",
    ]
    (learn,) = needed_to_learn_of_absence("s3", "CopyObject", {**OBJECT, "CopySource": source})
    assert str(learn) == "s3:ListBucket on arn:aws:s3:::old"


def test_deleting_many_needs_each() -> None:
    wanted = {"Objects": [{"Key": "a"}, {"Key": "b", "VersionId": "1"}]}
    assert texts("s3", "DeleteObjects", Bucket="photos", Delete=wanted) == [
        "s3:DeleteObject on arn:aws:s3:::photos/a",
        "s3:DeleteObjectVersion on arn:aws:s3:::photos/b",
    ]


def test_who_may_list_a_bucket_may_learn_that_an_object_is_missing() -> None:
    for operation in ("GetObject", "HeadObject"):
        assert [str(access) for access in needed_to_learn_of_absence("s3", operation, OBJECT)] == [
            "s3:ListBucket on arn:aws:s3:::photos"
        ]
    assert needed_to_learn_of_absence("s3", "GetObjectTagging", OBJECT) == []


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [("SendMessage", {"QueueUrl": QUEUE_URL}), ("SendMessageBatch", {"QueueUrl": QUEUE_URL})],
)
def test_messages_are_sent_alone_or_together_by_one_action(operation: str, parameters: dict[str, Any]) -> None:
    assert texts("sqs", operation, **parameters) == ["sqs:SendMessage on arn:aws:sqs:us-east-1:123456789012:late"]


def test_a_queue_is_known_by_its_name_too() -> None:
    assert texts("sqs", "GetQueueUrl", QueueName="late") == [
        "sqs:GetQueueUrl on arn:aws:sqs:us-east-1:123456789012:late"
    ]


@pytest.mark.parametrize(
    "name", ["work", "123456789012:function:work", "arn:aws:lambda:us-east-1:123456789012:function:work"]
)
def test_a_function_is_known_by_each_of_its_names(name: str) -> None:
    assert texts("lambda", "Invoke", FunctionName=name) == [
        "lambda:InvokeFunction on arn:aws:lambda:us-east-1:123456789012:function:work"
    ]


def test_a_version_of_a_function_is_another_resource() -> None:
    assert texts("lambda", "Invoke", FunctionName="work", Qualifier="live") == [
        "lambda:InvokeFunction on arn:aws:lambda:us-east-1:123456789012:function:work:live"
    ]


def test_a_secret_is_known_by_its_arn_or_its_name() -> None:
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"
    assert texts("secretsmanager", "GetSecretValue", SecretId=arn) == [f"secretsmanager:GetSecretValue on {arn}"]
    assert texts("secretsmanager", "GetSecretValue", SecretId="db") == [
        "secretsmanager:GetSecretValue on arn:aws:secretsmanager:us-east-1:123456789012:secret:db-??????"
    ]


def test_what_nobody_can_be_denied_needs_nothing() -> None:
    assert texts("sts", "GetCallerIdentity") == []


@pytest.mark.parametrize(("service", "operation"), [("s3", "PutBucketAcl"), ("polly", "SynthesizeSpeech")])
def test_an_unknown_operation_says_where_to_add_it(service: str, operation: str) -> None:
    with pytest.raises(UnknownOperationError, match=rf"{service}\.{operation} .* OPERATIONS in rig\.aws_actions"):
        needed(service, operation, {})


@pytest.mark.parametrize("service", OPERATIONS)
def test_every_row_of_the_table_is_an_operation_that_boto3_has(service: str) -> None:
    import boto3

    client = boto3.client(service, region_name="us-east-1")
    assert set(OPERATIONS[service]) <= set(client.meta.service_model.operation_names)


@pytest.mark.parametrize("operation", ["Converse", "InvokeModel"])
@pytest.mark.parametrize(
    ("model", "resource"),
    [
        ("amazon.nova-lite-v1:0", "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0"),
        ("eu.cohere.embed-v4:0", "arn:aws:bedrock:us-east-1:123456789012:inference-profile/eu.cohere.embed-v4:0"),
        ("arn:aws:bedrock:eu-west-1::foundation-model/m", "arn:aws:bedrock:eu-west-1::foundation-model/m"),
    ],
)
def test_each_way_to_ask_a_model_needs_the_same(operation: str, model: str, resource: str) -> None:
    assert texts("bedrock-runtime", operation, modelId=model) == [f"bedrock:InvokeModel on {resource}"]
