"""Keys and links."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from roomlens import storage
from tests.fixtures.aws import BUCKET
from tests.unit.house.project import stack


@pytest.fixture(autouse=True)
def own_client() -> Iterator[None]:
    """Made for this test's environment, and not left to another's."""
    storage.s3.cache_clear()
    yield
    storage.s3.cache_clear()


def test_a_link_leads_to_the_buckets_own_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    url = urlsplit(storage.download_url("derived/ab/abc/320.jpg"))
    assert url.hostname == f"{BUCKET}.s3.eu-west-1.amazonaws.com"


def test_a_link_to_a_local_s3_names_the_bucket_in_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    url = urlsplit(storage.download_url("derived/ab/abc/320.jpg"))
    assert (url.netloc, url.path) == ("127.0.0.1:4566", f"/{BUCKET}/derived/ab/abc/320.jpg")


def test_a_store_that_never_answers_is_given_up_before_the_request_ends() -> None:
    said = storage.s3().meta.config
    tries = said.retries["total_max_attempts"]
    assert said.connect_timeout * tries < said.read_timeout * tries < stack().functions["ReadyFunction"].timeout


def test_the_same_bytes_have_the_same_key() -> None:
    assert storage.original_key(7, "abc", "jpg") == "photos/local/7/abc.jpg"
    assert storage.original_key(None, "abc", "png") == "photos/local/unlisted/abc.png"


def test_a_key_that_its_bytes_name_tells_them() -> None:
    sha256 = "0f" * 32
    for key in (storage.original_key(7, sha256, "jpg"), storage.original_key(None, sha256, "png")):
        assert storage.sha256_of(key) == sha256
    assert storage.sha256_of(storage.thumbnail_key(sha256, 320)) == sha256
    for key in (f"incoming/7/{sha256}.jpg", f"photos/7/{sha256[:-1]}.jpg", "uploads/tsk_1", "photos/waiting.jpg"):
        assert storage.sha256_of(key) is None
