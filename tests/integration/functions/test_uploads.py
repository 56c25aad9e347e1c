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


WELL = {"filename": "a.jpg", "content_type": "image/jpeg", "size": 5}


@pytest.mark.parametrize(
    ("photos", "pointer", "words"),
    [
        ([{"key": "photos/a.jpg"}], "/body/photos/0/key", "A key begins with imports/ and names an object"),
        ([{"key": "imports/a.jpg"}, {}], "/body/photos/1/key", "Field required"),
        ([WELL, {**WELL, "size": 0}], "/body/photos/1/size", "Input should be greater than or equal to 1"),
        ([], "/body/photos", "List should have at least 1 item after validation, not 0"),
        ([5], "/body/photos/0", "An object is expected here"),
        ({}, "/body/photos", "Input should be a valid list"),
    ],
)
def test_a_wrong_photo_of_a_batch_is_told_of_once(db: Session, photos: Any, pointer: str, words: str) -> None:
    (error,) = call(handler, "POST", "/api/uploads/batch", json={"photos": photos}).problem["errors"]
    assert (error["pointer"], words in error["detail"]) == (pointer, True), error


def test_a_batch_of_both_kinds_of_photos_is_refused(db: Session) -> None:
    mixed = {"photos": [{"key": "imports/a.jpg"}, WELL, WELL]}
    (error,) = call(handler, "POST", "/api/uploads/batch", json=mixed).problem["errors"]
    assert error["pointer"] == "/body/photos"
    assert "not of both; photos/1" in error["detail"]


@pytest.mark.parametrize(("wrong", "status"), [({"content_type": "video/mp4"}, 415), ({"size": 26 * 2**20}, 413)])
def test_an_announced_photo_that_would_not_be_taken_is_named(db: Session, wrong: dict[str, Any], status: int) -> None:
    photos = [WELL, {**WELL, "content_type": "IMAGE/JPEG"}, {**WELL, **wrong}]
    problem = call(handler, "POST", "/api/uploads/batch", json={"photos": photos}).problem
    assert (problem["status"], problem["errors"][0]["pointer"]) == (status, "/body/photos/2")
    assert problem["detail"].startswith("photos/2: ")
