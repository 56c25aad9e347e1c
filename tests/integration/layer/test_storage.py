"""What lies in the bucket, and what is said when it does not."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import Mock
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from botocore.exceptions import ClientError

from rig.post_policy import Form, Refusal, check
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


def test_a_link_pins_the_object_its_type_and_its_time(s3: Any) -> None:
    link = urlsplit(storage.download_url("derived/ab/320.jpg"))
    asked = {name: values[0] for name, values in parse_qs(link.query).items()}
    assert (link.scheme, link.path) == ("https", "/derived/ab/320.jpg")
    assert asked["response-content-type"] == "image/jpeg"
    assert asked["response-content-disposition"].startswith("inline;")
    assert asked["response-cache-control"].startswith("private,")
    assert (asked["X-Amz-Expires"], asked["X-Amz-SignedHeaders"]) == ("900", "host")


def test_whatever_was_stored_a_link_answers_with_a_picture(s3: Any) -> None:
    key = "derived/ab/320.jpg"
    s3.put_object(Bucket=BUCKET, Key=key, Body=b"<script>", ContentType="text/html", ContentDisposition="attachment")
    answer = requests.get(storage.download_url(key), timeout=10)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["cache-control"].startswith("private,")


@pytest.mark.parametrize(
    "key", ["photos/1/a.jpg", "uploads/tsk_1", "incoming/1/a.jpg", "imports/a.jpg", "", "/derived/a"]
)
def test_nothing_but_what_was_made_of_photos_is_served(key: str) -> None:
    with pytest.raises(ValueError, match="served"):
        storage.download_url(key)


BODY = b"a photo"
SHA256 = hashlib.sha256(BODY).hexdigest()


def taken(body: bytes = BODY, *, later: int = 0, **changed: str) -> bool:
    """Whether S3 takes a form for a photo, of which something is changed; `later`: so many seconds."""
    secret = storage.s3()._request_signer._credentials.secret_key  # moto's, or the environment's
    fields = storage.presigned_post("uploads/tsk_1", "image/jpeg", len(BODY), SHA256)["fields"]
    sent = {name.lower(): value for name, value in (fields | changed).items() if value}
    form = Form(BUCKET, sent.get("key"), {name: value for name, value in sent.items() if name != "key"}, body)
    try:
        check(form, secret, datetime.now(UTC) + timedelta(seconds=later))
    except Refusal:
        return False
    return True


@pytest.mark.usefixtures("s3")
def test_a_form_takes_what_was_announced() -> None:
    assert taken()


@pytest.mark.usefixtures("s3")
@pytest.mark.parametrize(
    ("body", "changed"),
    [
        (BODY, {"key": "uploads/tsk_2"}),
        (BODY, {"key": "derived/ab/320.jpg"}),
        (BODY, {"key": "uploads/tsk_1/${filename}"}),
        (BODY, {"Content-Type": "image/svg+xml"}),
        (BODY, {"Content-Type": "text/html"}),
        (BODY, {"Content-Type": ""}),
        (BODY, {"acl": "public-read"}),
        (BODY, {"x-amz-meta-tenant": "another"}),
        (BODY, {"x-amz-checksum-sha256": base64.b64encode(hashlib.sha256(b"a phot0").digest()).decode()}),
        (BODY[:-1], {}),
        (BODY + b"!", {}),
        (b"A photo", {}),
        (b"", {}),
    ],
)
def test_a_form_takes_nothing_else(body: bytes, changed: dict[str, str]) -> None:
    assert not taken(body, **changed)


@pytest.mark.usefixtures("s3")
def test_a_form_works_for_as_long_as_it_says() -> None:
    assert [taken(later=3590), taken(later=3610)] == [True, False]
