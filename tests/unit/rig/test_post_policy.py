"""What S3 takes by a form, and how it refuses the rest; the forms are those that boto3 signs."""

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from rig.post_policy import Form, Refusal, check

KEY = "uploads/tsk_1/kitchen.jpg"
BODY = b"a photo"
SUM = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
PINNED = {"Content-Type": "image/jpeg", "x-amz-checksum-sha256": SUM}
CONDITIONS = [*({name: value} for name, value in PINNED.items()), ["content-length-range", len(BODY), len(BODY)]]


@cache
def signed() -> dict[str, str]:
    from rig.aws import new_client

    form = new_client("s3", "http://127.0.0.1:1").generate_presigned_post("photos", KEY, PINNED, CONDITIONS, 60)
    return {name.lower(): value for name, value in form["fields"].items()}


@pytest.fixture
def answer() -> Callable[..., str]:
    """How S3 answers a form that differs from the signed one; an empty text when it takes the object."""

    def answer(*, body: bytes = BODY, bucket: str = "photos", late: int = 0, left_out: str = "", **other: str) -> str:
        changed = {name.replace("_", "-"): value for name, value in other.items()}
        fields = {name: value for name, value in (signed() | changed).items() if name != left_out}
        try:
            check(Form(bucket, fields.get("key"), fields, body), "local", datetime.now(UTC) + timedelta(seconds=late))
        except Refusal as refusal:
            return str(refusal)
        return ""

    return answer


def test_what_was_signed_is_taken(answer: Callable[..., str]) -> None:
    assert answer() == ""
    assert answer(x_ignore_me="of no concern to S3") == ""


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"late": 61}, "403 AccessDenied: Invalid according to Policy: Policy expired."),
        ({"key": "uploads/tsk_2/kitchen.jpg"}, '403 AccessDenied: .*Policy Condition failed: \\["eq", "\\$key", '),
        ({"bucket": "others"}, '403 AccessDenied: .*Policy Condition failed: \\["eq", "\\$bucket", '),
        ({"content_type": "text/html"}, '403 AccessDenied: .*Policy Condition failed: \\["eq", "\\$Content-Type", '),
        ({"left_out": "content-type"}, "403 AccessDenied: .*Policy Condition failed"),
        ({"acl": "public-read"}, "403 AccessDenied: Invalid according to Policy: Extra input fields: acl"),
        ({"left_out": "policy"}, "403 AccessDenied: Access Denied"),
        ({"left_out": "key"}, "400 InvalidArgument"),
        ({"left_out": "x-amz-algorithm"}, "400 InvalidRequest: .*Please use AWS4-HMAC-SHA256"),
        ({"x_amz_signature": "0" * 64}, "403 SignatureDoesNotMatch"),
        ({"policy": base64.b64encode(b"{}").decode()}, "403 SignatureDoesNotMatch"),
        ({"body": BODY + b"!"}, "400 EntityTooLarge"),
        ({"body": b""}, "400 EntityTooSmall"),
        ({"body": b"another"}, "400 BadDigest: The SHA256"),
    ],
)
def test_anything_else_is_refused_as_s3_does(
    answer: Callable[..., str], changes: dict[str, Any], expected: str
) -> None:
    assert re.match(expected, answer(**changes)), answer(**changes)


def test_a_prefix_holds_for_each_part_of_a_type() -> None:
    from rig.aws import new_client

    conditions: list[Any] = [["starts-with", "$Content-Type", "image/"]]
    s3 = new_client("s3", "http://127.0.0.1:1")
    form = s3.generate_presigned_post("photos", "in/${filename}", None, conditions, 60)["fields"]
    for written, taken in (("image/png,image/webp", True), ("image/png,text/html", False)):
        fields = {name.lower(): value for name, value in form.items()} | {"content-type": written}
        try:
            check(Form("photos", "in/kitchen.png", fields, BODY), "local", datetime.now(UTC))
        except Refusal:
            assert not taken
        else:
            assert taken


def test_a_refusal_is_an_error_in_xml() -> None:
    refusal = Refusal(400, "EntityTooLarge", "too <large>", (("MaxSizeAllowed", 3),))
    assert "<Code>EntityTooLarge</Code><Message>too &lt;large&gt;</Message><MaxSizeAllowed>3<" in refusal.xml()
