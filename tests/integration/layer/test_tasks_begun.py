"""How tasks begin besides the plain way: photos without bytes, uploads of no task, batches without an execution."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from roomlens import tasks
from roomlens.errors import NotFoundError
from roomlens.events import ObjectCreated
from roomlens.models import Image, Task
from roomlens.schemas import BatchRequest, ImportWanted, UploadRequest, UploadWanted
from roomlens.tasks import reconciling
from roomlens.tasks.arrivals import begin_upload
from roomlens.tasks.starting import start_analysis_again
from tests.factories import make_photo
from tests.fixtures.aws import BUCKET, Executions

pytestmark = pytest.mark.usefixtures("executions", "analyzer")
ANNOUNCED = UploadRequest(filename="a.jpg", content_type="image/jpeg", size=5)


def again(db: Session, image_id: int) -> Task:
    return start_analysis_again(db, image_id, model=None, callback_url=None)


def unread(db: Session, key: str) -> Image:
    """A photo whose bytes could not be read."""
    image = Image(s3_key=key, filename="a.jpg", status="failed", failure_code="not-found")
    db.add(image)
    db.flush()
    return image


def test_a_photo_that_failed_is_looked_at_once_more(db: Session) -> None:
    image = make_photo(db).image
    image.status, image.failure_code = "failed", "inference-failed"
    task = again(db, image.id)
    assert (task.kind, image.status, image.failure_code) == ("image.analyze", "queued", None)


def test_a_photo_whose_bytes_could_not_be_read_is_taken_in_once_more(db: Session, executions: Executions) -> None:
    task = again(db, unread(db, "incoming/none/a.jpg").id)
    (item,) = db.scalars(select(Task).where(Task.parent_id == task.id))
    assert (task.kind, item.request["key"]) == ("photos.import", "incoming/none/a.jpg")
    assert [one["task_id"] for one in executions.inputs("import_photos")] == [task.id]


@pytest.mark.parametrize(
    ("status", "advice"), [("queued", "says how to send them"), ("failed", "retry /api/tasks/tsk_")]
)
def test_a_photo_that_has_not_come_is_not_looked_at(db: Session, status: str, advice: str) -> None:
    announced = tasks.start_upload(db, ANNOUNCED)
    db.execute(update(Task).values(status=status))
    db.expire_all()
    with pytest.raises(NotFoundError, match=advice):
        again(db, announced.image_id or 0)


def test_a_photo_that_nobody_knows_how_to_get_is_sent_again(db: Session) -> None:
    image = unread(db, "uploads/tsk_gone")
    with pytest.raises(NotFoundError, match="send it again"):
        again(db, image.id)


def test_when_a_photo_was_taken_is_kept_for_each_item(db: Session) -> None:
    taken = datetime(2026, 5, 4, 3, tzinfo=UTC)
    batch = tasks.start_batch(db, BatchRequest(photos=[ImportWanted(key="imports/a.jpg", captured_at=taken)]))
    (item,) = db.scalars(select(Task).where(Task.parent_id == batch.id))
    assert datetime.fromisoformat(item.request["captured_at"]) == taken


def test_an_upload_begins_its_task_once_and_one_of_no_task_begins_none(db: Session, executions: Executions) -> None:
    task = tasks.start_upload(db, ANNOUNCED)
    come = ObjectCreated(BUCKET, task.request["key"], None)
    assert begin_upload(db, come)
    task.status = "running"
    others = [come, ObjectCreated(BUCKET, "uploads/tsk_none", None), ObjectCreated("other", come.key, None)]
    assert [begin_upload(db, other) for other in others] == [False, False, False]
    assert [one["task_id"] for one in executions.inputs("receive_upload")] == [task.id]


# -------------------------------------------------------------------------------------------------- the reconciler


def reconcile(db: Session, seconds_left: float = 60) -> dict[str, int]:
    db.execute(update(Task).values(updated_at=datetime.now(UTC) - timedelta(hours=1)))
    db.commit()
    found = tasks.reconcile(lambda: seconds_left)
    db.expire_all()
    return found


def test_a_call_that_is_nearly_over_looks_at_nothing(db: Session) -> None:
    tasks.start_upload(db, ANNOUNCED)
    assert reconcile(db, seconds_left=9) == {"looked_at": 0, "closed": 0}


def test_a_batch_of_uploads_is_closed_when_all_of_them_are_over(db: Session) -> None:
    wanted = UploadWanted(filename="a.jpg", content_type="image/jpeg", size=5)
    batch = tasks.start_batch(db, BatchRequest(photos=[wanted]))
    of_items = update(Task).where(Task.parent_id == batch.id)
    db.execute(of_items.values(workflow=None))  # their own turn would come first
    assert reconcile(db) == {"looked_at": 1, "closed": 0}
    db.execute(of_items.values(status="success"))
    assert reconcile(db) == {"looked_at": 1, "closed": 1}
    assert batch.status == "success"


@pytest.mark.parametrize(("execution", "reason"), [("TIMED_OUT", "took too long"), (None, "was never begun")])
def test_a_task_whose_execution_is_over_or_never_was_fails_with_the_reason(
    db: Session, monkeypatch: pytest.MonkeyPatch, execution: str | None, reason: str
) -> None:
    task = tasks.start_analysis(db, make_photo(db).image)
    monkeypatch.setattr(reconciling.executions, "status_of", lambda *_: execution)
    assert reconcile(db) == {"looked_at": 1, "closed": 1}
    assert task.problem is not None
    assert reason in task.problem["detail"]
