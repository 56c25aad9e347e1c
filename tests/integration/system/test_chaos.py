"""The whole system on a bad day ends where a calm day ends; slow/system has the kinds after which a workflow waits."""

from typing import Any

import pytest

from rig.chaos import Chaos, Kind
from rig.cloud import Cloud
from rig.pytest_plugin import messages
from tests.bad_days import photos_and_tasks_end_as_on_a_calm_day
from tests.pictures import RED, photo

QUICK = (Kind.DUPLICATE, Kind.REORDER, Kind.LATE, Kind.ENCODED_KEYS)


@pytest.mark.parametrize("kind", QUICK)
def test_photos_and_tasks_end_as_on_a_calm_day(
    system: Cloud, api: Any, chaos: Chaos, caplog: pytest.LogCaptureFixture, kind: Kind
) -> None:
    photos_and_tasks_end_as_on_a_calm_day(system, api, chaos, caplog, (kind,))


def test_an_event_that_comes_when_its_object_is_gone_changes_nothing(system: Cloud, api: Any, chaos: Chaos) -> None:
    chaos.switch("late")
    s3, where = system.client("s3"), {"Bucket": system.bucket("PhotoBucket"), "Key": "incoming/1/a.jpg"}
    api.post("/api/listings", json={})
    s3.put_object(**where, Body=photo(RED))
    s3.delete_object(**where)
    system.wait()
    assert api.get("/api/images").json()["images"] == []
    assert messages(system, "DeadLetterQueue") == []
