"""S3's events have AWS's shape and spelling."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
from aws_lambda_powertools.utilities.parser.models import S3Model
from hypothesis import given
from hypothesis import strategies as st

from rig.chaos import Chaos
from rig.s3_events import ObjectChange, Sequencer, encode_key, s3_event
from rig.stack import Function
from roomlens.errors import ValidationError
from roomlens.events import listing_of, objects_created
from roomlens.fields import LARGEST_ID

PHOTO = Function(logical_id="Photo", name="photo", handler="a.b", code=Path())


def record_of(**fields: Any) -> dict[str, Any]:
    change = ObjectChange(**{"event": "s3:ObjectCreated:Put", "bucket": "photos", "key": "a.jpg", **fields})
    event = s3_event(change, "configuration-1")
    S3Model.model_validate(event)
    record: dict[str, Any] = event["Records"][0]
    return record


def test_an_event_tells_what_was_stored() -> None:
    record = record_of(size=3, etag="abc")
    assert record["eventName"] == "ObjectCreated:Put"
    assert record["s3"]["bucket"]["arn"] == "arn:aws:s3:::photos"
    assert record["s3"]["configurationId"] == "configuration-1"
    described = record["s3"]["object"]
    assert (described["key"], described["size"], described["eTag"]) == ("a.jpg", 3, "abc")
    assert record["eventTime"].endswith("Z")


def test_a_removal_has_neither_size_nor_etag() -> None:
    described = record_of(event="s3:ObjectRemoved:Delete")["s3"]["object"]
    assert described.keys() == {"key", "sequencer"}


def test_only_a_versioned_object_has_a_version() -> None:
    assert "versionId" not in record_of(size=1, etag="e", version_id="null")["s3"]["object"]
    assert record_of(size=1, etag="e", version_id="v1")["s3"]["object"]["versionId"] == "v1"


@pytest.mark.parametrize(
    ("key", "encoded"),
    [
        ("incoming/7/a b.jpg", "incoming/7/a+b.jpg"),
        ("1+1=2.jpg", "1%2B1%3D2.jpg"),
        ("küche/ü.jpg", "k%C3%BCche/%C3%BC.jpg"),
        ("a%2Fb", "a%252Fb"),
    ],
)
def test_a_key_is_form_encoded_with_its_slashes(key: str, encoded: str) -> None:
    assert encode_key(key) == encoded


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_every_key_is_read_back_as_it_was(key: str) -> None:
    assert unquote_plus(encode_key(key)) == key


KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
HARD_KEYS = st.text("/+ %ü&=#?*~\\\n", min_size=1, max_size=20)


@given(KEYS | HARD_KEYS, st.booleans())
def test_a_handler_reads_the_key_that_was_put_however_it_was_encoded(key: str, all_of_it: bool) -> None:
    event = s3_event(ObjectChange("s3:ObjectCreated:Put", "photos", key), "configuration-1")
    if all_of_it:
        (event,) = Chaos("encoded_keys").copies(PHOTO, event)
    found = [(created.bucket, created.key) for created in objects_created(json.loads(json.dumps(event)))]
    assert found == ([] if key.endswith("/") else [("photos", key)])


@given(st.integers(1, LARGEST_ID), KEYS | HARD_KEYS)
def test_a_key_under_a_listing_names_the_listing_or_is_refused(listing_id: int, name: str) -> None:
    event = s3_event(ObjectChange("s3:ObjectCreated:Put", "photos", f"incoming/{listing_id}/{name}"), "c")
    if name.endswith("/"):  # a folder of the S3 console
        assert [*objects_created(event)] == []
        return
    (created,) = objects_created(event)
    if name.startswith("/"):
        with pytest.raises(ValidationError):
            listing_of(created.key, "incoming/")
    else:
        assert listing_of(created.key, "incoming/") == listing_id


@given(KEYS | HARD_KEYS)
def test_any_key_names_a_possible_listing_or_is_refused(key: str) -> None:
    for tried in (key, f"incoming/{key}"):
        with suppress(ValidationError):
            assert 1 <= listing_of(tried, "incoming/") <= LARGEST_ID


def test_sequencers_grow_and_compare_as_text() -> None:
    sequencer = Sequencer()
    values = [sequencer.next() for _ in range(1000)]
    assert values == sorted(set(values))
