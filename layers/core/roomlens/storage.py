"""Photos in S3: where each one lies, and bytes in and out."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any, Final

from roomlens.errors import NotFoundError, TooLargeError, UnavailableError
from roomlens.observability import add_time
from roomlens.settings import storage_settings
from roomlens.tenancy import TENANT_PATTERN, current_tenant

PHOTOS: Final = "photos/"  # originals that came by HTTP
UPLOADS: Final = "uploads/"  # where presigned uploads land; they are kept for two days
INCOMING: Final = "incoming/"  # whatever is put there is taken in
IMPORTS: Final = "imports/"  # what batches read; nothing starts by itself there
DERIVED: Final = "derived/"  # what we made of them: the only objects that are ever served
MOST_DELETED: Final = 1_000
"""Objects that S3 deletes at one call. https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html"""

_AS_A_PICTURE: Final = {
    "ResponseContentType": "image/jpeg",
    "ResponseContentDisposition": 'inline; filename="photo.jpg"',
    "ResponseCacheControl": "private, max-age=3600, immutable",
}
_MISSING = {"NoSuchKey", "NoSuchVersion", "404"}


@dataclass(frozen=True)
class Found:
    """What lies under a key now. `modified_at` knows whole seconds only."""

    etag: str
    modified_at: datetime


@dataclass(frozen=True)
class StoredObject(Found):
    """An object as it lies in the bucket now."""

    key: str
    body: bytes


@cache
def s3() -> Any:
    """The S3 client, made at first use: importing boto3 costs a third of a cold start."""
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        config=Config(
            signature_version="s3v4",
            # links to the bucket's own regional host: the global one redirects, or refuses, outside us-east-1
            s3={"addressing_style": "virtual"},
            # three silent tries of 8 s leave a request of 29 s the time to say so
            connect_timeout=3,
            read_timeout=8,
            retries={"mode": "standard", "total_max_attempts": 3},
        ),
    )


def original_key(listing_id: int | None, sha256: str, extension: str) -> str:
    """Named by its content, so that sending a photo twice stores it once for a tenant."""
    return f"{PHOTOS}{current_tenant()}/{listing_id or 'unlisted'}/{sha256}.{extension}"


def thumbnail_key(sha256: str, longest_side: int) -> str:
    return f"{DERIVED}{current_tenant()}/{sha256[:2]}/{sha256}/{longest_side}.jpg"


def upload_key(task_id: str) -> str:
    """Named by its task: the object-created event tells by it what has come."""
    return f"{UPLOADS}{current_tenant()}/{task_id}"


def sha256_of(key: str) -> str | None:
    """Of the photo whose bytes name a key, as an original or as a thumbnail; None of keys that others gave."""
    match = _BY_CONTENT.fullmatch(key)
    return match["sha256"] if match else None


_BY_CONTENT: Final = re.compile(
    rf"(?:{PHOTOS}{TENANT_PATTERN}/[^/]+|{DERIVED}{TENANT_PATTERN}/[0-9a-f]{{2}})/(?P<sha256>[0-9a-f]{{64}})[./].+"
)


def s3_path(key: str) -> str:
    return f"s3://{storage_settings().photo_bucket}/{key}"


def put(key: str, body: bytes, content_type: str) -> None:
    """Raises UnavailableError when S3 can't take it."""
    with _s3_errors():
        s3().put_object(Bucket=storage_settings().photo_bucket, Key=key, Body=body, ContentType=content_type)


def get(key: str) -> StoredObject:
    """Reads an object whole.

    Raises NotFoundError when there is none, TooLargeError before a byte is read when it is over
    MAX_PHOTO_BYTES, UnavailableError when S3 can't answer.
    """
    settings = storage_settings()
    with _s3_errors():
        answer = s3().get_object(Bucket=settings.photo_bucket, Key=key)
        if answer["ContentLength"] > settings.max_photo_bytes:
            answer["Body"].close()
            raise too_large(answer["ContentLength"])
        return StoredObject(answer["ETag"], answer["LastModified"], key, answer["Body"].read())


def etag(key: str) -> str | None:
    """Tells two contents of a key apart; None when nothing lies there. Raises UnavailableError when S3 can't answer."""
    try:
        with _s3_errors():
            found: str = s3().head_object(Bucket=storage_settings().photo_bucket, Key=key)["ETag"]
    except NotFoundError:
        return None
    return found


def find(key: str) -> Found | None:
    """What lies under a key, unread. Raises UnavailableError when S3 can't answer.

    By a list of one, which takes no right to read what lies there: whoever deletes photos need not see them.
    """
    with _s3_errors():
        answer = s3().list_objects_v2(Bucket=storage_settings().photo_bucket, Prefix=key, MaxKeys=1)
    first = next(iter(answer.get("Contents", ())), None)  # a key comes before all that it begins
    return Found(first["ETag"], first["LastModified"]) if first and first["Key"] == key else None


def ask() -> None:
    """Asks S3 for one key of the bucket. Raises UnavailableError when it can't answer, or does not let us ask."""
    with _s3_errors():
        s3().list_objects_v2(Bucket=storage_settings().photo_bucket, MaxKeys=1)


def delete(keys: Sequence[str]) -> set[str]:
    """Deletes objects, MOST_DELETED at most; says which S3 refused to. It is no refusal when there was none.

    Raises UnavailableError when S3 can't be asked.
    """
    bucket = storage_settings().photo_bucket
    together = [key for key in keys if key.isprintable()]
    refused: set[str] = set()
    with _s3_errors():
        if together:
            wanted = {"Objects": [{"Key": key} for key in together], "Quiet": True}
            refused = {error["Key"] for error in s3().delete_objects(Bucket=bucket, Delete=wanted).get("Errors", ())}
    for key in set(keys).difference(together):  # XML can't hold every sign, and one would spoil the whole call
        try:
            with _s3_errors():
                s3().delete_object(Bucket=bucket, Key=key)
        except UnavailableError:  # of one key alone, which is to stand in no other's way
            refused.add(key)
    return refused


def too_large(size: int) -> TooLargeError:
    limit = storage_settings().max_photo_bytes
    return TooLargeError(f"The photo has {size / 2**20:.1f} MB; at most {limit / 2**20:.0f} MB are taken.")


def download_url(key: str) -> str:
    """A link to a derived object that works for a while, for whoever holds it. No call to S3.

    The answer's type is signed with it, whatever was stored, and no shared cache keeps what only some may see. Raises
    ValueError for any other object: originals are served to nobody.
    """
    if not key.startswith(DERIVED):
        raise ValueError("only what we made of photos is served")
    settings = storage_settings()
    url: str = s3().generate_presigned_url(
        "get_object",
        Params={"Bucket": settings.photo_bucket, "Key": key, **_AS_A_PICTURE},
        ExpiresIn=settings.download_url_seconds,
    )
    return url


def presigned_post(key: str, content_type: str, size: int, sha256: str | None = None) -> dict[str, Any]:
    """A form by which whoever holds it may put one object for a while: `{url, fields, expires_at}`. Key, type and size
    in bytes are pinned, and its checksum when that is known. No call to S3."""
    settings = storage_settings()
    pinned: dict[str, Any] = {"Content-Type": content_type}
    if sha256 is not None:
        checksum = base64.b64encode(bytes.fromhex(sha256)).decode()
        pinned |= {"x-amz-checksum-algorithm": "SHA256", "x-amz-checksum-sha256": checksum}
    expires_at = datetime.now(UTC) + timedelta(seconds=settings.upload_url_seconds)
    post: dict[str, Any] = s3().generate_presigned_post(
        settings.photo_bucket,
        key,
        Fields=pinned,
        Conditions=[*({name: value} for name, value in pinned.items()), ["content-length-range", size, size]],
        ExpiresIn=settings.upload_url_seconds,
    )
    return {**post, "expires_at": expires_at}


def keys_under(prefix: str, most: int) -> list[str]:
    """The keys of the objects under a prefix, at most so many, in S3's order; folders, as the console makes them, are
    left out. Raises UnavailableError when S3 can't answer."""
    pages = s3().get_paginator("list_objects_v2").paginate(Bucket=storage_settings().photo_bucket, Prefix=prefix)
    with _s3_errors():
        keys = (found["Key"] for page in pages for found in page.get("Contents", ()))
        return list(islice((key for key in keys if not key.endswith("/")), most))


class _s3_errors:  # noqa: N801  # reads as a verb at its use
    """Measures, and turns botocore's errors into ours, without importing botocore before there is one."""

    def __enter__(self) -> None:
        self.started = time.perf_counter()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        add_time("s3", time.perf_counter() - self.started)
        if error is None:
            return
        from botocore.exceptions import BotoCoreError, ClientError

        if isinstance(error, ClientError) and error.response["Error"]["Code"] in _MISSING:
            raise NotFoundError("The photo is no longer where it was put.") from error
        if isinstance(error, ClientError | BotoCoreError):
            raise UnavailableError("The photo store can't be reached right now; try again in a moment.") from error
