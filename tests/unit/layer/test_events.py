"""What AWS sends, as plain values."""

import pytest

from roomlens.errors import ValidationError
from roomlens.events import (
    ANYONE,
    ObjectCreated,
    caller_of,
    listing_of,
    objects_created,
    order_of,
    task_of_upload,
    workflow_step,
)


def record(key: str, name: str = "ObjectCreated:Put", source: str = "aws:s3") -> dict[str, object]:
    return {
        "eventSource": source,
        "eventName": name,
        "s3": {"bucket": {"name": "photos"}, "object": {"key": key, "size": 7, "eTag": "e", "sequencer": "0A"}},
    }


def test_a_key_is_decoded_as_s3_encodes_it() -> None:
    event = {"Records": [record("incoming/7/a+b%2Bc%C3%BC.jpg")]}
    assert list(objects_created(event)) == [ObjectCreated("photos", "incoming/7/a b+cü.jpg", "0A", "e")]


def test_what_an_event_does_not_tell_is_not_known() -> None:
    told = record("a.jpg")
    told["s3"] = {"bucket": {"name": "photos"}, "object": {"key": "a.jpg", "versionId": "v"}}
    assert list(objects_created({"Records": [told]})) == [ObjectCreated("photos", "a.jpg", version_id="v")]


@pytest.mark.parametrize(
    ("older", "newer"),
    [("0A", "0B"), ("09", "0A"), ("0A", "0A01"), ("0A00", "0A01"), ("0AFF", "0B"), ("0a", "0B"), ("", "01")],
)
def test_the_shorter_of_two_sequencers_goes_on_with_zeros(older: str, newer: str) -> None:
    assert order_of(older) < order_of(newer)
    assert order_of(f"{older}00") < order_of(newer)
    assert order_of(f"{older}00") == order_of(older.lower())


@pytest.mark.parametrize(
    ("authorizer", "caller"),
    [
        ({"jwt": {"claims": {"sub": "u-1", "email": "a@example.org"}, "scopes": None}}, "jwt:u-1"),
        ({"iam": {"userArn": "arn:aws:iam::1:user/ada", "userId": "AIDA"}}, "iam:arn:aws:iam::1:user/ada"),
        ({"lambda": {"principalId": "ada"}}, "lambda:ada"),
        ({"lambda": None}, ANYONE),
        ({"jwt": {"claims": {}}}, ANYONE),
        (None, ANYONE),
    ],
)
def test_the_caller_is_whom_the_authorizer_names(authorizer: object, caller: str) -> None:
    assert caller_of({"requestContext": {"authorizer": authorizer}}) == caller
    assert caller_of({"requestContext": {}}) == caller_of({}) == ANYONE


def test_other_records_and_test_messages_are_passed_over() -> None:
    others = [record("x", "ObjectRemoved:Delete"), record("x", source="aws:sqs"), record("x", source="aws:dynamodb")]
    folder = record("incoming/7/")
    event = {"Records": [*others, folder, record("kept")]}
    assert [created.key for created in objects_created(event)] == ["kept"]
    assert list(objects_created({"Service": "Amazon S3", "Event": "s3:TestEvent"})) == []


@pytest.mark.parametrize(
    ("key", "listing_id"),
    [("incoming/1/a.jpg", 1), ("incoming/7/a.jpg", 7), ("incoming/2147483647/deep/er.jpg", 2**31 - 1)],
)
def test_a_key_names_its_listing(key: str, listing_id: int) -> None:
    assert listing_of(key, "incoming/") == listing_id


@pytest.mark.parametrize(
    "key",
    ["incoming/a.jpg", "incoming/x/a.jpg", "incoming/0/a.jpg", "incoming/2147483648/a.jpg", "incoming/7/",
     "incoming/-1/a.jpg", "incoming/99999999999999999999/a.jpg", "incoming/٧/a.jpg", "photos/7/a.jpg",
     "incoming/7//a.jpg"],
)  # fmt: skip
def test_a_key_without_a_listing_is_refused(key: str) -> None:
    with pytest.raises(ValidationError, match="incoming/"):
        listing_of(key, "incoming/")


def test_a_step_of_the_workflow_may_carry_an_error() -> None:
    step = workflow_step({"task_id": "t", "tenant_id": "a", "run": 3, "error": {"Error": "E", "Cause": "C"}})
    assert (step.task_id, step.tenant_id, step.run, step.error) == ("t", "a", 3, {"Error": "E", "Cause": "C"})
    assert workflow_step({"task_id": "t", "tenant_id": "a", "run": 3}).error is None


def test_a_step_that_names_no_run_is_of_the_first() -> None:
    assert workflow_step({"task_id": "t", "tenant_id": "a"}).run == 1


@pytest.mark.parametrize(
    ("key", "task_id"),
    [
        ("uploads/acme/tsk_0a", "tsk_0a"),
        ("uploads/acme/tsk_0a-i17", "tsk_0a-i17"),
        ("uploads/acme/tsk_0a/b.jpg", None),
        ("uploads/acme/tsk_0a/", None),
        ("uploads/acme/../tsk_0a", None),
        ("uploads/tsk_0a", None),
        ("incoming/1/a.jpg", None),
    ],
)
def test_the_key_of_a_presigned_upload_names_its_task(key: str, task_id: str | None) -> None:
    assert task_of_upload(key) == task_id
