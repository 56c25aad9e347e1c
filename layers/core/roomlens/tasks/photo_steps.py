"""The steps of one photo; they need the models' layer. Each takes the step's session and its task."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from roomlens import versions
from roomlens.errors import NotFoundError
from roomlens.models import Image, ImageStatus, Task
from roomlens.photos import intake
from roomlens.photos.presenting import predictions
from roomlens.photos.records import get_image
from roomlens.photos.uploads import Expected, receive


def prepare_photo(session: Session, task: Task) -> None:
    """Reads the original, checks it, and makes its thumbnails."""
    image = _image_of(session, task)
    if image.status == ImageStatus.QUEUED:
        image.status = ImageStatus.RUNNING
    intake.prepare(image)


def receive_upload(session: Session, task: Task) -> None:
    """Takes in what has come by a presigned upload. Raises as `photos.uploads.receive`."""
    image = receive(session, task.image_id, Expected.of(task.request))
    task.image_id = image.id
    session.flush()


def analyze_photo(session: Session, task: Task) -> dict[str, Any]:
    """Looks at the photo; the task's result is what was seen."""
    taken = look(session, task)
    seen = predictions(taken.analysis, taken.image.correction).model_dump(mode="json")
    return {"status": "success", "image_id": taken.image.id, "predictions": seen}


def look(session: Session, task: Task) -> intake.Taken:
    """By the model in force, or by the one that the task names."""
    with versions.using(task.request.get("model")):
        return intake.analyze(session, _image_of(session, task))


def _image_of(session: Session, task: Task) -> Image:
    if task.image_id is None:
        raise NotFoundError("The photo was removed meanwhile.")
    return get_image(session, task.image_id)
