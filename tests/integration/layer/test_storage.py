"""What lies in the bucket, and what is said when it does not."""

from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError

from roomlens import storage
from roomlens.errors import NotFoundError, TooLargeError
from roomlens.settings import forget_settings
from tests.fixtures.aws import BUCKET


def test_what_was_put_comes_back_with_what_tells_its_content(s3: Any) -> None:
    storage.put("photos/a.jpg", b"abc", "image/jpeg")
    stored = storage.get("photos/a.jpg")
    assert (stored.body, stored.etag) == (b"abc", storage.etag("photos/a.jpg"))


def test_nothing_has_no_content_to_tell_apart(s3: Any) -> None:
    assert storage.etag("photos/none.jpg") is None
    with pytest.raises(NotFoundError):
        storage.get("photos/none.jpg")


def test_too_much_is_refused_before_it_is_read(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_PHOTO_BYTES", "2000")
    forget_settings()
    s3.put_object(Bucket=BUCKET, Key="incoming/1/a.jpg", Body=b"x" * 2001)
    with pytest.raises(TooLargeError):
        storage.get("incoming/1/a.jpg")


def test_a_form_pins_the_checksum_that_is_known(s3: Any) -> None:
    fields = storage.presigned_post("uploads/tsk_1", "image/jpeg", 3, sha256="00" * 32)["fields"]
    assert fields["x-amz-checksum-algorithm"] == "SHA256"
    assert fields["x-amz-checksum-sha256"] == "A" * 43 + "="


def test_what_lies_under_a_key_is_told_unread_and_of_no_longer_key(s3: Any) -> None:
    storage.put("incoming/1/a.jpg.bak", b"longer", "image/jpeg")
    assert storage.find("incoming/1/a.jpg") is None
    storage.put("incoming/1/a.jpg", b"abc", "image/jpeg")
    stored, found = storage.get("incoming/1/a.jpg"), storage.find("incoming/1/a.jpg")
    assert found == storage.Found(stored.etag, stored.modified_at)


def test_a_name_that_is_refused_stands_in_no_others_way(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    odd, plain = "incoming/1/\x01.jpg", "incoming/1/a.jpg"
    s3.put_object(Bucket=BUCKET, Key=plain, Body=b"x")
    denied = ClientError({"Error": {"Code": "AccessDenied"}}, "DeleteObject")
    monkeypatch.setattr(storage.s3(), "delete_object", Mock(side_effect=denied))
    assert storage.delete([odd, plain]) == {odd}
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET)


def test_objects_are_deleted_whatever_their_names_are(s3: Any) -> None:
    names = ["incoming/1/a b+ü&<.jpg", "incoming/1/bell\x07.jpg", "incoming/1/kept.jpg"]
    for name in names:
        storage.put(name, b"abc", "image/jpeg")
    assert storage.delete([*names[:2], "incoming/1/never.jpg"]) == set()
    assert storage.delete([]) == set()
    assert storage.keys_under("incoming/", 9) == names[2:]
