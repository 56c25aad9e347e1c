"""Which IAM actions a call of an AWS API needs, and on which resources.

Most operations need the action of their own name; those that don't are why this table is written out. It holds what
the rig runs, S3, SQS, Step Functions, Lambda and Secrets Manager, and the models of Bedrock. Reference:
https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from rig.definitions import function_arn
from rig.errors import RigError
from rig.policies import INVOKE, Access
from rig.stack import ACCOUNT, PARTITION, REGION

Parameters = Mapping[str, Any]
Needs = Callable[[Parameters], list[Access]]

ANYTHING: Final = "*"
"""The resource of actions that are not about one."""


class UnknownOperationError(RigError):
    """The table has no row for an operation; says where to add it."""


def needed(service: str, operation: str, parameters: Parameters) -> list[Access]:
    """What the caller of an operation must be allowed; services and operations go by boto3's names.

    Raises:
        UnknownOperationError: the table doesn't know it.
    """
    try:
        needs = OPERATIONS[service][operation]
    except KeyError:
        raise UnknownOperationError(
            f"which permission {service}.{operation} needs is not known here: add it to OPERATIONS in {__name__}, "
            "or turn the check off with enforce_permissions=False"
        ) from None
    return needs(parameters)


def needed_to_learn_of_absence(service: str, operation: str, parameters: Parameters) -> list[Access]:
    """What a caller must be allowed, besides, to be told that an object is missing; otherwise S3 says that access is
    denied, lest anybody learn which keys exist."""
    if service != "s3" or operation not in {"GetObject", "HeadObject", "CopyObject"}:
        return []
    bucket = _source(parameters)[0] if operation == "CopyObject" else parameters["Bucket"]
    return [Access("s3:ListBucket", _bucket(bucket))]


def needed_by_presigned_post(bucket: str, key: str) -> list[Access]:
    """What the signer of a form for an upload must be allowed; `${filename}` at the key's end may become anything."""
    return [Access("s3:PutObject", _object(bucket, key))]


# -------------------------------------------------------------------------------------------------- what it is about


def _arn(service: str, rest: str) -> str:
    return f"arn:{PARTITION}:{service}:{REGION}:{ACCOUNT}:{rest}"


def _bucket(name: str) -> str:
    return name if name.startswith("arn:") else f"arn:{PARTITION}:s3:::{name}"


def _object(bucket: str, key: str) -> str:
    return f"{_bucket(bucket)}/{key}"


def _source(parameters: Parameters) -> tuple[str, str]:
    """Bucket and key that a copy is made of; boto3 takes them together or apart."""
    source = parameters["CopySource"]
    if isinstance(source, str):
        bucket, _, key = source.lstrip("/").partition("?versionId=")[0].partition("/")
        return bucket, key
    return source["Bucket"], source["Key"]


def _queue(parameters: Parameters) -> str:
    name = parameters.get("QueueName") or parameters["QueueUrl"].rstrip("/").rpartition("/")[2]
    return _arn("sqs", name)


def _model(parameters: Parameters) -> str:
    """A model of this region, or what stands for models of several: its id begins with where they are. Which ones
    those are its id does not tell, so the permission for them goes unchecked."""
    name: str = parameters["modelId"]
    if name.startswith("arn:"):
        return name
    if name.partition(".")[0] in _GEOGRAPHIES:
        return _arn("bedrock", f"inference-profile/{name}")
    return f"arn:{PARTITION}:bedrock:{REGION}::foundation-model/{name}"


_GEOGRAPHIES: Final = {"apac", "au", "ca", "eu", "global", "jp", "us", "us-gov"}


def _secret(parameters: Parameters) -> str:
    """A secret's ARN ends in six characters that its name doesn't tell."""
    name: str = parameters["SecretId"]
    return name if name.startswith("arn:") else _arn("secretsmanager", f"secret:{name}-??????")


# ----------------------------------------------------------------------------------------------------- what it needs


def _on(action: str, resource: Callable[[Parameters], str]) -> Needs:
    return lambda parameters: [Access(action, resource(parameters))]


def _on_object(action: str) -> Needs:
    """An action on an object; one on a version of it has a name of its own."""

    def needs(parameters: Parameters) -> list[Access]:
        name = f"{action}Version" if "VersionId" in parameters else action
        return [Access(name, _object(parameters["Bucket"], parameters["Key"]))]

    return needs


def _on_bucket(action: str) -> Needs:
    return _on(action, lambda parameters: _bucket(parameters["Bucket"]))


def _put_object(parameters: Parameters) -> list[Access]:
    resource = _object(parameters["Bucket"], parameters["Key"])
    extras = {"Tagging": "s3:PutObjectTagging", "ACL": "s3:PutObjectAcl"}
    actions = ["s3:PutObject", *(action for name, action in extras.items() if parameters.get(name))]
    return [Access(action, resource) for action in actions]


def _copy_object(parameters: Parameters) -> list[Access]:
    source = parameters["CopySource"]
    versioned = "?versionId=" in source if isinstance(source, str) else "VersionId" in source
    read = "s3:GetObjectVersion" if versioned else "s3:GetObject"
    return [Access(read, _object(*_source(parameters))), *_put_object(parameters)]


def _invoked(parameters: Parameters) -> str:
    """A version or an alias, when one is asked for, is a resource of its own."""
    arn, qualifier = function_arn(parameters["FunctionName"]), parameters.get("Qualifier")
    return f"{arn}:{qualifier}" if qualifier else arn


def _delete_objects(parameters: Parameters) -> list[Access]:
    return [
        access
        for item in parameters["Delete"]["Objects"]
        for access in _on_object("s3:DeleteObject")({"Bucket": parameters["Bucket"], **item})
    ]


def _on_parameter(action: str, parameter: str) -> Needs:
    return _on(action, lambda parameters: parameters[parameter])


def _on_nothing(action: str) -> Needs:
    return _on(action, lambda _: ANYTHING)


OPERATIONS: Final[Mapping[str, Mapping[str, Needs]]] = {
    "s3": {
        "AbortMultipartUpload": _on_object("s3:AbortMultipartUpload"),
        "CompleteMultipartUpload": _on_object("s3:PutObject"),
        "CopyObject": _copy_object,
        "CreateMultipartUpload": _put_object,
        "DeleteObject": _on_object("s3:DeleteObject"),
        "DeleteObjectTagging": _on_object("s3:DeleteObjectTagging"),
        "DeleteObjects": _delete_objects,
        "GetBucketLocation": _on_bucket("s3:GetBucketLocation"),
        "GetObject": _on_object("s3:GetObject"),
        "GetObjectAcl": _on_object("s3:GetObjectAcl"),
        "GetObjectTagging": _on_object("s3:GetObjectTagging"),
        "HeadBucket": _on_bucket("s3:ListBucket"),
        "HeadObject": _on_object("s3:GetObject"),
        "ListBuckets": _on_nothing("s3:ListAllMyBuckets"),
        "ListMultipartUploads": _on_bucket("s3:ListBucketMultipartUploads"),
        "ListObjectVersions": _on_bucket("s3:ListBucketVersions"),
        "ListObjects": _on_bucket("s3:ListBucket"),
        "ListObjectsV2": _on_bucket("s3:ListBucket"),
        "ListParts": _on_object("s3:ListMultipartUploadParts"),
        "PutObject": _put_object,
        "PutObjectAcl": _on_object("s3:PutObjectAcl"),
        "PutObjectTagging": _on_object("s3:PutObjectTagging"),
        "UploadPart": _on_object("s3:PutObject"),
        "UploadPartCopy": _copy_object,
    },
    "sqs": {
        "ChangeMessageVisibility": _on("sqs:ChangeMessageVisibility", _queue),
        "ChangeMessageVisibilityBatch": _on("sqs:ChangeMessageVisibility", _queue),
        "DeleteMessage": _on("sqs:DeleteMessage", _queue),
        "DeleteMessageBatch": _on("sqs:DeleteMessage", _queue),
        "GetQueueAttributes": _on("sqs:GetQueueAttributes", _queue),
        "GetQueueUrl": _on("sqs:GetQueueUrl", _queue),
        "PurgeQueue": _on("sqs:PurgeQueue", _queue),
        "ReceiveMessage": _on("sqs:ReceiveMessage", _queue),
        "SendMessage": _on("sqs:SendMessage", _queue),
        "SendMessageBatch": _on("sqs:SendMessage", _queue),
    },
    "stepfunctions": {
        "DescribeExecution": _on_parameter("states:DescribeExecution", "executionArn"),
        "DescribeStateMachine": _on_parameter("states:DescribeStateMachine", "stateMachineArn"),
        "GetExecutionHistory": _on_parameter("states:GetExecutionHistory", "executionArn"),
        "ListExecutions": _on_parameter("states:ListExecutions", "stateMachineArn"),
        "ListStateMachines": _on_nothing("states:ListStateMachines"),
        "SendTaskFailure": _on_nothing("states:SendTaskFailure"),
        "SendTaskHeartbeat": _on_nothing("states:SendTaskHeartbeat"),
        "SendTaskSuccess": _on_nothing("states:SendTaskSuccess"),
        "StartExecution": _on_parameter("states:StartExecution", "stateMachineArn"),
        "StartSyncExecution": _on_parameter("states:StartSyncExecution", "stateMachineArn"),
        "StopExecution": _on_parameter("states:StopExecution", "executionArn"),
    },
    "lambda": {
        "Invoke": _on(INVOKE, _invoked),
    },
    "secretsmanager": {
        "DescribeSecret": _on("secretsmanager:DescribeSecret", _secret),
        "GetSecretValue": _on("secretsmanager:GetSecretValue", _secret),
    },
    "bedrock-runtime": {
        "Converse": _on("bedrock:InvokeModel", _model),
        "InvokeModel": _on("bedrock:InvokeModel", _model),
    },
    "sts": {
        "GetCallerIdentity": lambda _: [],  # nobody can be denied it
    },
}
"""By service and operation. An operation that is missing here is refused with `UnknownOperationError`."""
