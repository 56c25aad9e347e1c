"""Uploads over HTTP: a photo is looked at while the caller waits, or later."""

import io
from typing import Any

import pytest
from fastapi import status
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from roomlens.models import Image
from tests.factories import make_listing
from tests.fakes import FakeAnalyzer
from tests.fixtures.aws import BUCKET, Executions


def test_upload_image_sync(
    client: TestClient,
    db: Session,
    mock_image_file: io.BytesIO,
    mock_s3_upload: Any,
    mock_inference: FakeAnalyzer,
    keys: Any,
) -> None:
    """The answer says what the photo shows; the bytes lie in the bucket as they came."""
    sent = mock_image_file.getvalue()
    response = client.post(
        "/api/upload/", files={"file": ("test_image.png", mock_image_file, "image/png")}, data={"listing_id": ""}
    )
    assert response.status_code == status.HTTP_200_OK, response.text
    data = response.json()
    assert (data["status"], data["listing_id"], data["deduplicated"]) == ("success", None, False)
    assert data["predictions"]["room_type"]["label"] == "kitchen"
    assert data["predictions"]["feature_tags"] == ["dishwasher"]
    assert data["predictions"]["natural_light_score"] == pytest.approx(0.6, abs=0.02)
    key = data["s3_path"].removeprefix(f"s3://{BUCKET}/")
    assert keys("photos/") == [key]
    assert mock_s3_upload.get_object(Bucket=BUCKET, Key=key)["Body"].read() == sent
    image = db.get(Image, data["image_id"])
    assert (image.status, image.filename, image.content_type) == ("analyzed", "test_image.png", "image/png")
    assert mock_inference.asked == 1


def test_upload_image_no_file(client: TestClient) -> None:
    """Without a file the form is not valid, and the answer says what is missing."""
    response = client.post("/api/upload/")
    assert response.status_code == status.HTTP_422_UNPROCESSABLE_CONTENT
    assert response.json()["errors"] == [{"pointer": "/body/file", "detail": "Field required", "code": "missing"}]


def test_upload_image_async(
    client: TestClient,
    db: Session,
    mock_image_file: io.BytesIO,
    mock_s3_upload: Any,
    mock_inference: FakeAnalyzer,
    executions: Executions,
) -> None:
    """The photo is stored and a task is started; nothing has looked at it yet."""
    response = client.post(
        "/api/upload/", files={"file": ("test_image.png", mock_image_file, "image/png")}, data={"async": "true"}
    )
    assert response.status_code == status.HTTP_202_ACCEPTED, response.text
    data = response.json()
    assert data["status"] == "queued"
    assert response.headers["location"] == f"/api/tasks/{data['task_id']}"
    about = {"task_id": data["task_id"], "image_id": data["image_id"]}
    assert executions.inputs() == [{**about, "tenant_id": "local", "run": 1}]
    assert db.get(Image, data["image_id"]).status == "queued"
    assert mock_inference.asked == 0


def test_upload_image_twice(
    client: TestClient, db: Session, mock_image_file: io.BytesIO, mock_s3_upload: Any, mock_inference: FakeAnalyzer
) -> None:
    """The same photo of the same listing is one photo, and is looked at once."""
    form = {"listing_id": str(make_listing(db).id)}
    first, second = (
        client.post("/api/upload/", files={"file": (name, mock_image_file.getvalue())}, data=form).json()
        for name in ("a.png", "b.png")
    )
    assert second == {**first, "deduplicated": True}
    assert mock_inference.asked == 1


def test_upload_image_unknown_listing(
    client: TestClient, mock_image_file: io.BytesIO, mock_s3_upload: Any, mock_inference: FakeAnalyzer, keys: Any
) -> None:
    """A photo of a listing that does not exist is refused, and nothing of it is kept."""
    response = client.post("/api/upload/", files={"file": ("a.png", mock_image_file)}, data={"listing_id": "99999"})
    assert response.status_code == status.HTTP_404_NOT_FOUND
    assert response.json()["detail"] == "There is no listing 99999."
    assert keys() == []


def test_upload_image_that_is_none(client: TestClient, mock_s3_upload: Any, mock_inference: FakeAnalyzer) -> None:
    """What is no photo is refused by what its bytes say, whatever its name says."""
    response = client.post("/api/upload/", files={"file": ("a.png", b"%PDF-1.7", "image/png")})
    assert response.status_code == status.HTTP_415_UNSUPPORTED_MEDIA_TYPE
    assert response.json()["code"] == "unsupported-media"
    assert mock_inference.asked == 0
