"""POST /api/uploads and /api/uploads/batch: what is asked for in vain."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.fixtures.aws import Executions
from tests.http import call
from uploads.app import handler


@pytest.mark.parametrize(
    ("size", "status"),
    [(0, 422), (26 * 2**20, 413), pytest.param(10**400, 422, id="of 400 digits"), (1.5, 422), ("1e9", 422)],
)
def test_a_size_that_no_photo_has_is_refused(db: Session, size: Any, status: int) -> None:
    answer = call(handler, "POST", "/api/uploads", json={"filename": "a", "content_type": "image/png", "size": size})
    assert answer.problem["status"] == status


@pytest.mark.parametrize("wanted", [{"photos": [{"key": "imports/" + "ü" * 600}]}, {"prefix": "imports/" + "ü" * 600}])
def test_a_key_that_s3_can_not_have_is_refused(db: Session, wanted: dict[str, Any]) -> None:
    answer = call(handler, "POST", "/api/uploads/batch", json=wanted)
    assert any("1,024 bytes" in error["detail"] for error in answer.problem["errors"])


def test_a_refusal_of_very_many_photos_fits_into_an_answer(db: Session) -> None:
    answer = call(handler, "POST", "/api/uploads/batch", json={"photos": [{"filename": ""}] * 1_000})
    assert (answer.status, len(answer.problem["errors"])) == (422, 100)


def test_prefixes_may_have_any_signs(db: Session, executions: Executions) -> None:
    for prefix in ("imports/", "imports/%2F?a=b&c#d+e/", "imports/../photos/", "imports/küche \U0001f6c1/\n"):
        assert call(handler, "POST", "/api/uploads/batch", json={"prefix": prefix}).status == 202, prefix
