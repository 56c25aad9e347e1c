"""Announced photos whose bytes were never taken in: what is said to whoever wants them looked at."""

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from roomlens import tasks
from roomlens.errors import NotFoundError
from roomlens.models import Task
from roomlens.schemas import UploadRequest
from tests.fixtures.aws import Executions


def told(db: Session, image_id: int | None) -> str:
    with pytest.raises(NotFoundError) as refused:
        tasks.start_analysis_again(db, image_id or 0, model=None, callback_url=None)
    return refused.value.detail


def test_a_photo_without_bytes_says_how_to_get_them(db: Session, executions: Executions) -> None:
    wanted = UploadRequest(filename="a.jpg", content_type="IMAGE/JPEG", size=5)
    assert wanted.content_type == "image/jpeg"
    task = tasks.start_upload(db, wanted)
    task_id, image_id = task.id, task.image_id
    assert told(db, image_id).endswith(f"/api/tasks/{task_id} says how to send them.")
    db.execute(update(Task).values(status="failed"))
    assert told(db, image_id).endswith(f"retry /api/tasks/{task_id}, or send it again.")
    db.execute(delete(Task))
    assert told(db, image_id).endswith("send it again.")
