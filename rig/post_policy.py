"""What S3 checks of a form that is sent to a bucket: its policy, its signature and its checksum.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from xml.sax.saxutils import escape

ALGORITHM: Final = "AWS4-HMAC-SHA256"
NEED_NO_CONDITION: Final = frozenset({"x-amz-signature", "file", "policy"})
IGNORED: Final = "x-ignore-"
_HASHES: Final = {"x-amz-checksum-sha256": "SHA256", "x-amz-checksum-sha1": "SHA1"}


class Refusal(Exception):  # noqa: N818 - it is what S3 answers, and no fault of the rig's
    """What S3 answers in place of taking the object; `details` are further elements of the XML."""

    def __init__(self, status: int, code: str, message: str, details: tuple[tuple[str, object], ...] = ()) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.details = details

    def xml(self) -> str:
        elements = (("Code", self.code), ("Message", self.message), *self.details)
        body = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in elements)
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{body}</Error>'


@dataclass(frozen=True)
class Form:
    """A form that was sent to a bucket. `fields` go by their names in small letters, `key` has its `${filename}`
    filled in, and is None when there is no such field."""

    bucket: str
    key: str | None
    fields: Mapping[str, str]
    body: bytes


def check(form: Form, secret: str, now: datetime) -> None:
    """Whether S3 takes the object. `secret` is the key of all who sign.

    Raises:
        Refusal: it does not.
    """
    if form.key is None:
        raise Refusal(400, "InvalidArgument", "Bucket POST must contain a field named 'key'.")
    encoded = form.fields.get("policy")
    if encoded is None:
        raise Refusal(403, "AccessDenied", "Access Denied")
    if form.fields.get("x-amz-algorithm") != ALGORITHM:
        mechanism = f"The authorization mechanism you have provided is not supported. Please use {ALGORITHM}."
        raise Refusal(400, "InvalidRequest", mechanism)
    if not hmac.compare_digest(_signature(form.fields, encoded, secret), form.fields.get("x-amz-signature", "")):
        message = "The request signature we calculated does not match the signature you provided."
        raise Refusal(403, "SignatureDoesNotMatch", message)
    expires, conditions = _read(encoded)
    if now >= expires:
        raise _invalid("Policy expired.")
    _check_conditions(form, conditions)
    _check_sums(form)


def _read(encoded: str) -> tuple[datetime, list[Any]]:
    try:
        policy = json.loads(base64.b64decode(encoded, validate=True))
        expires = datetime.fromisoformat(policy["expiration"]).astimezone(UTC)
        return expires, [_condition(written) for written in policy["conditions"]]
    except (KeyError, TypeError, ValueError) as error:
        raise Refusal(400, "InvalidPolicyDocument", f"Invalid Policy: {error}") from None


def _condition(written: Any) -> tuple[str, Any, Any]:
    """`{"acl": "private"}` is short for `["eq", "$acl", "private"]`."""
    if isinstance(written, dict):
        ((name, value),) = written.items()
        return "eq", f"${name}", value
    kind, first, second = written
    if kind not in ("eq", "starts-with", "content-length-range"):
        raise ValueError(f"unknown condition {kind}")
    return kind, first, second


def _check_conditions(form: Form, conditions: list[tuple[str, Any, Any]]) -> None:
    values = {**form.fields, "key": form.key or "", "bucket": form.bucket}
    named = set()
    for kind, first, second in conditions:
        if kind == "content-length-range":
            _check_size(len(form.body), int(first), int(second))
            continue
        name = str(first).removeprefix("$").lower()
        named.add(name)
        if not _holds(kind, name, values.get(name), str(second)):
            raise _invalid(f"Policy Condition failed: {json.dumps([kind, first, second])}")
    extra = [name for name in form.fields if name not in named | NEED_NO_CONDITION and not name.startswith(IGNORED)]
    if extra:
        raise _invalid(f"Extra input fields: {', '.join(sorted(extra))}")


def _holds(kind: str, name: str, value: str | None, wanted: str) -> bool:
    if value is None:
        return False
    if kind == "eq":
        return value == wanted
    parts = value.split(",") if name == "content-type" else [value]
    return all(part.strip().startswith(wanted) for part in parts)


def _check_size(size: int, least: int, most: int) -> None:
    if size > most:
        details = (("ProposedSize", size), ("MaxSizeAllowed", most))
        raise Refusal(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", details)
    if size < least:
        details = (("ProposedSize", size), ("MinSizeAllowed", least))
        raise Refusal(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", details)


def _check_sums(form: Form) -> None:
    for name, algorithm in _HASHES.items():
        given = form.fields.get(name)
        if given is not None and base64.b64encode(hashlib.new(algorithm, form.body).digest()).decode() != given:
            raise Refusal(400, "BadDigest", f"The {algorithm} you specified did not match the calculated checksum.")


def _signature(fields: Mapping[str, str], policy: str, secret: str) -> str:
    """Of a policy as it stands in the form: the signing key is made of the credential's scope."""
    key = f"AWS4{secret}".encode()
    for part in _scope(fields.get("x-amz-credential", "")):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, policy.encode(), "sha256").hex()


def _scope(credential: str) -> Iterator[str]:
    """`{key id}/{date}/{region}/{service}/aws4_request`, without the key's id."""
    yield from credential.split("/")[1:]


def _invalid(why: str) -> Refusal:
    return Refusal(403, "AccessDenied", f"Invalid according to Policy: {why}")
