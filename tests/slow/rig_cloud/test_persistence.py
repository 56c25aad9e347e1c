"""Objects outlive the process that took them."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

import botocore.exceptions
import pytest

from rig.cloud import Cloud
from rig.object_store import ObjectStore
from rig.pytest_plugin import CloudPool


class Start(Protocol):
    """A cloud on the data of this test."""

    def __call__(self) -> AbstractContextManager[Cloud]: ...


@pytest.fixture
def start(clouds: CloudPool, template_path: Path, tmp_path: Path) -> Start:
    @contextmanager
    def start() -> Iterator[Cloud]:
        clouds.close()
        with Cloud(template_path, data=tmp_path / "data", retry_delays=(0.01,)) as cloud:
            yield cloud

    return start


def keys(cloud: Cloud) -> list[str]:
    found = cloud.client("s3").list_objects_v2(Bucket=cloud.bucket("Inbox")).get("Contents", [])
    return [one["Key"] for one in found]


def put(cloud: Cloud, key: str, body: bytes = b"bytes", **options: Any) -> None:
    cloud.client("s3").put_object(Bucket=cloud.bucket("Inbox"), Key=key, Body=body, **options)


def test_objects_come_back_whole_and_raise_no_events(start: Start) -> None:
    with start() as cloud:
        put(cloud, "incoming/ü 1.jpg", ContentType="image/jpeg", Metadata={"listing": "7"})
        cloud.wait(10)
        before = cloud.client("s3").head_object(Bucket=cloud.bucket("Inbox"), Key="incoming/ü 1.jpg")
        seen = keys(cloud)
        assert len(seen) == 2
    with start() as cloud:
        cloud.wait(10)
        assert keys(cloud) == seen
        after = cloud.client("s3").get_object(Bucket=cloud.bucket("Inbox"), Key="incoming/ü 1.jpg")
        assert after["Body"].read() == b"bytes"
        for field in ("ContentType", "Metadata", "ETag", "LastModified", "ContentLength"):
            assert after[field] == before[field]


def test_the_last_of_several_changes_is_what_comes_back(start: Start) -> None:
    with start() as cloud:
        s3, bucket = cloud.client("s3"), cloud.bucket("Inbox")
        put(cloud, "changed", b"old")
        put(cloud, "changed", b"new")
        put(cloud, "gone")
        put(cloud, "gone too")
        s3.delete_object(Bucket=bucket, Key="gone")
        s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "gone too"}]})
        s3.copy_object(Bucket=bucket, Key="copied", CopySource=f"{bucket}/changed")
        upload = s3.create_multipart_upload(Bucket=bucket, Key="parts")["UploadId"]
        part = {"Bucket": bucket, "Key": "parts", "UploadId": upload}
        tag = s3.upload_part(**part, PartNumber=1, Body=b"one part")["ETag"]
        s3.complete_multipart_upload(**part, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": tag}]})
    with start() as cloud:
        assert keys(cloud) == ["changed", "copied", "parts"]
        get = cloud.client("s3").get_object
        assert get(Bucket=cloud.bucket("Inbox"), Key="changed")["Body"].read() == b"new"
        assert get(Bucket=cloud.bucket("Inbox"), Key="parts")["Body"].read() == b"one part"


def test_a_torn_file_is_skipped(start: Start, tmp_path: Path) -> None:
    with start() as cloud:
        put(cloud, "torn")
        put(cloud, "whole")
        path = ObjectStore(tmp_path / "data" / "s3").path(cloud.bucket("Inbox"), "torn")
    path.write_bytes(path.read_bytes()[:-2])
    with start() as cloud:
        assert keys(cloud) == ["whole"]


def test_a_full_disk_is_an_error_at_once_and_changes_nothing(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with start() as cloud:
        put(cloud, "incoming/kept.jpg", b"old")
        cloud.wait(10)
        before = keys(cloud)
        with monkeypatch.context() as patch:
            patch.setattr(ObjectStore, "write", full)
            for key in ("incoming/kept.jpg", "incoming/new.jpg"):
                with pytest.raises(botocore.exceptions.ClientError, match="No space left on device") as refused:
                    put(cloud, key, b"new")
                assert refused.value.response["Error"]["Code"] == "InsufficientStorage"
        cloud.wait(10)
        assert keys(cloud) == before
        kept = cloud.client("s3").get_object(Bucket=cloud.bucket("Inbox"), Key="incoming/kept.jpg")
        assert kept["Body"].read() == b"old"
