"""Tasks at the layer: listed, canceled, tried again, worked on in chunks, and closed when nobody else does it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from rig.template_source import LOCAL_TENANT
from roomlens import storage, tasks
from roomlens.errors import (
    BatchFailedError,
    ConflictError,
    NotFoundError,
    TaskClosedError,
    UnavailableError,
    ValidationError,
)
from roomlens.events import WorkflowStep
from roomlens.models import Analysis, Image, Listing, Task
from roomlens.photos import intake
from roomlens.photos.corrections import correct
from roomlens.photos.records import Arrival
from roomlens.photos.uploads import Expected, receive
from roomlens.schemas import BatchRequest, CorrectionRequest, UploadRequest
from roomlens.tasks import items as at_items
from roomlens.tasks import reconciling
from roomlens.tasks.items import chunks_of, give_up, process_chunk
from roomlens.tasks.photo_steps import receive_upload
from roomlens.tasks.planning import plan
from tests.factories import make_listing, make_photo
from tests.fakes import FakeAnalyzer
from tests.fixtures.aws import BUCKET, Executions
from tests.pictures import BLUE, GREEN, RED, photo

AT_ONCE = timedelta(0)
JPEG = "image/jpeg"


def for_ever() -> float:
    return 60.0


def step(task: Task, first: int = 0, last: int = 9, error: str | None = None) -> WorkflowStep:
    caught = {"Error": error, "Cause": "{}"} if error else None
    return WorkflowStep(task.id, task.run, caught, first, last, tenant_id=LOCAL_TENANT)


def stored(prefix: str, *bodies: bytes) -> None:
    for number, body in enumerate(bodies):
        storage.put(f"imports/{prefix}/{number:02}.jpg", body, JPEG)


@pytest.fixture
def batch(db: Session, executions: Executions, analyzer: FakeAnalyzer) -> Callable[..., Task]:
    """A planned batch of photos that lie in the bucket."""

    def made(*bodies: bytes, listing_id: int | None = None) -> Task:
        stored("a", *bodies)
        task = tasks.start_batch(db, BatchRequest(prefix="imports/a/", listing_id=listing_id))
        db.commit()
        plan(step(task))
        db.expire_all()
        return task

    return made


def statuses(db: Session, batch: Task) -> list[str]:
    db.expire_all()
    return [item.status for item in tasks.list_items(db, batch.id, limit=100)]


# ------------------------------------------------------------------------------------------------------- in chunks


def test_a_batch_of_no_objects_can_not_be_planned(db: Session, executions: Executions, analyzer: FakeAnalyzer) -> None:
    task = tasks.start_batch(db, BatchRequest(prefix="imports/none/"))
    db.commit()
    with pytest.raises(NotFoundError, match="no object under the prefix imports/none/"):
        plan(step(task))


def test_a_batch_of_too_many_objects_says_so(
    db: Session, executions: Executions, analyzer: FakeAnalyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("roomlens.tasks.planning.MOST_ITEMS", 1)
    stored("a", photo(RED), photo(GREEN))
    task = tasks.start_batch(db, BatchRequest(prefix="imports/a/"))
    db.commit()
    with pytest.raises(ValidationError, match="More than 1 objects"):
        plan(step(task))


def test_planned_again_a_batch_has_the_same_items(db: Session, batch: Callable[..., Task]) -> None:
    task = batch(photo(RED), photo(GREEN))
    storage.put("imports/a/99.jpg", photo(BLUE), JPEG)
    assert plan(step(task)) == {"chunks": [{"first": 0, "last": 1}]}
    assert statuses(db, task) == ["queued", "queued"]


@pytest.mark.parametrize(
    ("items", "chunks"), [(1, [(0, 0)]), (10, [(0, 9)]), (21, [(0, 9), (10, 19), (20, 20)])]
)
def test_items_are_cut_into_chunks(
    db: Session, executions: Executions, items: int, chunks: list[tuple[int, int]]
) -> None:
    task = many(db, items)
    assert chunks_of(db, task.id) == [{"first": first, "last": last} for first, last in chunks]


def test_the_number_of_chunks_is_limited_and_not_that_of_items(
    db: Session, executions: Executions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(at_items, "MOST_CHUNKS", 3)
    made = chunks_of(db, many(db, 100).id)
    assert [(chunk["first"], chunk["last"]) for chunk in made] == [(0, 33), (34, 67), (68, 99)]


def many(db: Session, number: int) -> Task:
    keys: list[Any] = [{"key": f"imports/{number}.jpg"} for number in range(number)]
    return tasks.start_batch(db, BatchRequest(photos=keys))


def test_one_bad_photo_fails_alone(db: Session, batch: Callable[..., Task]) -> None:
    task = batch(photo(RED), b"%PDF-1.7", photo(GREEN))
    assert process_chunk(step(task), for_ever) == {"left": 0}
    assert statuses(db, task) == ["success", "failed", "success"]
    failed = tasks.list_items(db, task.id, limit=2)[1]
    assert failed.problem is not None
    assert failed.problem["code"] == "unsupported-media"
    assert db.get_one(Image, failed.image_id).failure_code == "unsupported-media"
    tasks.finish(db, step(task))
    assert (task.status, task.result) == ("partial", {"photos": {"success": 2, "failed": 1}})


def test_a_chunk_that_runs_out_of_time_says_what_is_left(db: Session, batch: Callable[..., Task]) -> None:
    task = batch(photo(RED), photo(GREEN), photo(BLUE))
    seconds = iter([60.0, 60.0, 27.0])
    assert process_chunk(step(task), lambda: next(seconds)) == {"left": 1}
    assert statuses(db, task) == ["success", "success", "queued"]


def test_what_passes_counts_against_no_photo(
    db: Session, batch: Callable[..., Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    task = batch(photo(RED))
    get = storage.get

    def down(key: str) -> None:
        raise UnavailableError("The photo store can't be reached right now.")

    for _ in range(5):
        monkeypatch.setattr(storage, "get", down)
        with pytest.raises(UnavailableError):
            process_chunk(step(task), for_ever)
    monkeypatch.setattr(storage, "get", get)
    assert process_chunk(step(task), for_ever) == {"left": 0}
    assert statuses(db, task) == ["success"]


def test_a_photo_that_ends_its_function_three_times_fails_and_the_others_go_on(
    db: Session, batch: Callable[..., Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    task = batch(photo(RED), photo(GREEN))
    process, killed = at_items._process, []

    def deadly(item_id: str) -> None:
        if item_id.endswith("-i0"):
            killed.append(item_id)
            raise SystemExit(137)
        process(item_id)

    monkeypatch.setattr(at_items, "_process", deadly)
    for _ in range(3):
        with pytest.raises(SystemExit):
            process_chunk(step(task), for_ever)
    assert process_chunk(step(task), for_ever) == {"left": 0}
    assert (len(killed), statuses(db, task)) == (3, ["failed", "success"])


def test_given_up_is_the_photo_that_was_at_work_and_no_other(
    db: Session, batch: Callable[..., Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    task = batch(photo(RED), photo(GREEN))

    def deadly(item_id: str) -> None:
        raise SystemExit(137)

    monkeypatch.setattr(at_items, "_process", deadly)
    with pytest.raises(SystemExit):
        process_chunk(step(task), for_ever)
    assert give_up(step(task, error="Sandbox.Timedout")) == {"left": 1}
    assert statuses(db, task) == ["failed", "queued"]


def test_a_chunk_whose_function_never_began_is_given_up_whole(db: Session, batch: Callable[..., Task]) -> None:
    task = batch(photo(RED), photo(GREEN))
    assert give_up(step(task, error="Runtime.ImportModuleError")) == {"left": 0}
    assert statuses(db, task) == ["failed", "failed"]
    with pytest.raises(BatchFailedError, match="None of the 2 photos"):  # so that the execution fails, too
        tasks.finish(db, step(task))
    tasks.finish(db, step(task, error="BatchFailedError"))
    assert task.status == "failed"


def test_photos_of_a_listing_that_is_gone_by_their_turn_fail_and_become_nobody_s(
    db: Session, executions: Executions, analyzer: FakeAnalyzer
) -> None:
    stored("a", photo(RED))
    listing = make_listing(db).id
    keys: Any = [{"key": "imports/a/00.jpg"}]
    announced: Any = [{"filename": "a.jpg", "content_type": JPEG, "size": len(photo(GREEN))}]
    named, upload = (
        tasks.start_batch(db, BatchRequest(photos=photos, listing_id=listing)) for photos in (keys, announced)
    )
    found = tasks.start_batch(db, BatchRequest(prefix="imports/a/", listing_id=listing))
    again = tasks.start_analyses(db, listing_id=listing, callback_url=None)
    (item,) = tasks.list_items(db, upload.id, limit=1)
    storage.put(item.request["key"], photo(GREEN), JPEG)
    db.execute(delete(Listing))
    db.commit()
    assert process_chunk(step(named), for_ever) == {"left": 0}
    db.expire_all()
    assert tasks.list_items(db, named.id, limit=1)[0].problem["detail"] == f"There is no listing {listing}."  # type: ignore[index]
    for batch in (found, again):
        with pytest.raises(NotFoundError, match="no listing"):
            plan(step(batch))
    with pytest.raises(NotFoundError, match="no listing"):
        receive(db, None, Expected.of(item.request))
    assert db.scalar(select(func.count(Image.id))) == 0


def test_nobody_works_on_a_batch_that_was_canceled(db: Session, batch: Callable[..., Task]) -> None:
    task = batch(photo(RED), photo(GREEN))
    tasks.cancel(db, task.id)
    db.commit()
    with pytest.raises(TaskClosedError):
        process_chunk(step(task), for_ever)
    with pytest.raises(TaskClosedError):
        give_up(step(task, error="TaskClosedError"))
    assert statuses(db, task) == ["canceled", "canceled"]
    assert task.result == {"status": "canceled", "kept": {"photos": 0}, "photos": {"canceled": 2}}


def test_an_object_that_was_taken_in_before_stays_where_it_is_with_all_that_people_said(
    db: Session, batch: Callable[..., Task]
) -> None:
    here, there = make_listing(db), make_listing(db)
    first = batch(photo(RED), listing_id=here.id)
    process_chunk(step(first), for_ever)
    (taken,) = db.scalars(select(Image)).all()
    correct(db, taken.id, CorrectionRequest(caption="Our kitchen."))
    again, elsewhere = batch(photo(RED)), batch(photo(RED), listing_id=there.id)
    for task in (again, elsewhere):
        process_chunk(step(task), for_ever)
    assert (statuses(db, again), statuses(db, elsewhere)) == (["success"], ["failed"])
    (refused,) = tasks.list_items(db, elsewhere.id, limit=1)
    assert refused.problem is not None
    assert (refused.problem["code"], f"of listing {here.id}" in refused.problem["detail"]) == ("conflict", True)
    (kept,) = db.scalars(select(Image).execution_options(populate_existing=True)).all()
    assert (kept.id, kept.listing_id, kept.correction.caption) == (taken.id, here.id, "Our kitchen.")


def test_what_was_looked_at_for_a_canceled_item_is_not_stored(
    db: Session, batch: Callable[..., Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    task = batch(photo(RED), photo(GREEN))
    take_in = intake.take_in

    def canceled_meanwhile(session: Session, arrival: Arrival) -> intake.Taken:
        taken = take_in(session, arrival)
        db.execute(update(Task).where(Task.id == f"{task.id}-i0").values(status="canceled"))
        return taken

    monkeypatch.setattr(intake, "take_in", canceled_meanwhile)
    at_items._process(f"{task.id}-i0")
    assert statuses(db, task) == ["queued", "queued"]  # in one transaction here, the cancel is rolled back with it
    assert db.scalars(select(Image)).all() == []


# ------------------------------------------------------------------------------------------------- cancel and retry


def test_announced_photos_that_never_came_are_waited_for_anew(
    db: Session, executions: Executions, analyzer: FakeAnalyzer
) -> None:
    wanted = {"filename": "a.jpg", "content_type": JPEG, "size": len(photo(RED))}
    task = tasks.start_batch(db, BatchRequest.model_validate({"photos": [wanted, wanted]}))
    tasks.cancel(db, task.id)
    tasks.retry(db, task.id)
    items = tasks.list_items(db, task.id, limit=9)
    assert [(item.status, item.run, tasks.upload_of(item) is not None) for item in items] == [("queued", 2, True)] * 2
    assert (task.status, task.workflow, executions.inputs("import_photos")) == ("queued", None, [])


def test_what_came_of_a_retried_batch_is_worked_on_and_the_rest_is_waited_for(
    db: Session, executions: Executions, analyzer: FakeAnalyzer
) -> None:
    wanted = {"filename": "a.jpg", "content_type": JPEG, "size": len(photo(RED))}
    task = tasks.start_batch(db, BatchRequest.model_validate({"photos": [wanted, wanted]}))
    came = tasks.list_items(db, task.id, limit=1)[0]
    storage.put(came.request["key"], photo(RED), JPEG)
    came.attempts = 1
    db.commit()
    tasks.run_step(WorkflowStep(came.id, 1, tenant_id=LOCAL_TENANT), "ReceiveUpload", receive_upload)
    tasks.cancel(db, task.id)
    tasks.retry(db, task.id)
    db.commit()
    assert plan(step(task)) == {"chunks": [{"first": 0, "last": 0}]}
    assert process_chunk(step(task), for_ever) == {"left": 0}
    tasks.finish(db, step(task))
    db.flush()
    assert (statuses(db, task), task.status, task.workflow) == (["success", "queued"], "running", None)




def test_a_retry_of_a_batch_runs_what_failed_and_nothing_else(
    db: Session, batch: Callable[..., Task], executions: Executions, analyzer: FakeAnalyzer
) -> None:
    task = batch(photo(RED), b"%PDF-1.7")
    process_chunk(step(task), for_ever)
    tasks.finish(db, step(task))
    db.commit()
    storage.put("imports/a/01.jpg", photo(GREEN), JPEG)
    assert tasks.retry(db, task.id).status == "queued"
    db.commit()
    assert [one["run"] for one in executions.inputs("import_photos")] == [1, 2]
    assert plan(step(task)) == {"chunks": [{"first": 1, "last": 1}]}
    process_chunk(step(task, 1, 1), for_ever)
    tasks.finish(db, step(task))
    assert (task.status, task.problem, analyzer.asked) == ("success", None, 2)
    assert db.scalar(select(func.count(Image.id))) == 2


def test_what_has_succeeded_can_be_neither_tried_again_nor_canceled(db: Session, batch: Callable[..., Task]) -> None:
    task = batch(photo(RED))
    process_chunk(step(task), for_ever)
    tasks.finish(db, step(task))
    for decide in (tasks.retry, tasks.cancel):
        with pytest.raises(ConflictError, match="success"):
            decide(db, task.id)


def test_an_item_is_tried_again_with_its_batch(db: Session, batch: Callable[..., Task]) -> None:
    task = batch(b"%PDF-1.7")
    process_chunk(step(task), for_ever)
    (item,) = tasks.list_items(db, task.id, limit=1)
    with pytest.raises(ConflictError, match=task.id):
        tasks.retry(db, item.id)


def test_canceled_twice_is_canceled_once(db: Session, executions: Executions, analyzer: FakeAnalyzer) -> None:
    image = intake.queue_upload(db, photo(RED), Arrival("", "a.jpg"))
    task = tasks.start_analysis(db, image)
    first = tasks.cancel(db, task.id).result
    assert first == {"status": "canceled", "image_id": image.id, "kept": {"original": True, "analysis": False}}
    db.refresh(image)
    assert (image.status, image.failure_code) == ("failed", "canceled")
    assert tasks.cancel(db, task.id).result == first


def test_a_canceled_analysis_that_is_tried_again_looks(
    db: Session, executions: Executions, analyzer: FakeAnalyzer
) -> None:
    image = intake.queue_upload(db, photo(RED), Arrival("", "a.jpg"))
    task = tasks.start_analysis(db, image)
    tasks.cancel(db, task.id)
    tasks.retry(db, task.id)
    db.refresh(image)
    assert (image.status, image.failure_code, task.run) == ("queued", None, 2)
    assert [one["run"] for one in executions.inputs()] == [1, 2]


def test_a_retry_that_was_not_stored_uses_up_its_run(
    db: Session, executions: Executions, analyzer: FakeAnalyzer
) -> None:
    image = intake.queue_upload(db, photo(RED), Arrival("", "a.jpg"))
    task = tasks.start_analysis(db, image)
    tasks.cancel(db, task.id)
    db.commit()
    tasks.retry(db, task.id)
    db.rollback()
    executions.die("analyze_photo", f"{task.id}-2")
    assert tasks.retry(db, task.id).run == 3
    assert [one["run"] for one in executions.inputs()] == [1, 2, 3]


def test_photos_of_a_batch_that_died_before_they_had_their_turn_have_failed_too(
    db: Session, executions: Executions, analyzer: FakeAnalyzer
) -> None:
    image = intake.queue_upload(db, photo(RED), Arrival("", "a.jpg"))
    image.status = "failed"
    task = tasks.start_analyses(db, listing_id=None, callback_url=None)
    db.commit()
    plan(step(task))
    tasks.cancel(db, task.id)
    tasks.retry(db, task.id)
    db.refresh(image)
    assert image.status == "queued"
    tasks.finish(db, step(task, error="Runtime.ImportModuleError"))
    db.refresh(image)
    assert (image.status, image.failure_code) == ("failed", "inference-failed")


def test_a_retry_of_a_batch_shuts_out_what_is_still_at_work_on_its_items(
    db: Session, executions: Executions, analyzer: FakeAnalyzer
) -> None:
    wanted: Any = {"filename": "a.jpg", "content_type": JPEG, "size": len(photo(RED))}
    task = tasks.start_batch(db, BatchRequest(photos=[wanted]))
    (item,) = tasks.list_items(db, task.id, limit=1)
    storage.put(item.request["key"], photo(RED), JPEG)
    item.attempts = 1
    tasks.cancel(db, task.id)
    tasks.retry(db, task.id)
    db.commit()
    with pytest.raises(TaskClosedError, match="begun anew"):
        tasks.run_step(WorkflowStep(item.id, tenant_id=LOCAL_TENANT), "ReceiveUpload", receive_upload)
    process_chunk(step(task), for_ever)
    assert statuses(db, task) == ["success"]


def test_an_upload_that_was_taken_in_is_tried_again_though_nothing_lies_where_it_landed(
    db: Session, executions: Executions, analyzer: FakeAnalyzer
) -> None:
    task = expected(db, photo(RED))
    db.commit()
    storage.put(task.request["key"], photo(RED), JPEG)
    tasks.run_step(step(task), "ReceiveUpload", receive_upload)
    db.expire_all()
    tasks.finish(db, step(task, error="InferenceFailedError"))
    storage.s3().delete_object(Bucket=BUCKET, Key=task.request["key"])
    tasks.retry(db, task.id)
    assert [one["run"] for one in executions.inputs("receive_upload")] == [2]


# ------------------------------------------------------------------------------------------------------- the lists


def test_tasks_are_listed_the_newest_first_by_page_and_without_items(
    db: Session, executions: Executions, analyzer: FakeAnalyzer
) -> None:
    listing = make_listing(db)
    made = [many(db, 1)] + [
        tasks.start_analyses(db, listing_id=listing.id if number % 2 else None, callback_url=None)
        for number in range(3)
    ]
    for number, task in enumerate(made):
        moment = datetime(2026, 11, 23 - number, tzinfo=UTC)
        db.execute(update(Task).where(Task.id == task.id).values(created_at=moment))
    db.expire_all()
    shown = tasks.list_tasks(db, limit=2)
    assert [task.id for task in shown] == [task.id for task in made[:2]]
    rest = tasks.list_tasks(db, limit=9, before=(shown[-1].created_at, shown[-1].id))
    assert [task.id for task in rest] == [task.id for task in made[2:]]
    of_listing = tasks.list_tasks(db, limit=9, listing_id=listing.id)
    assert [task.id for task in of_listing] == [made[2].id]
    assert [task.kind for task in tasks.list_tasks(db, limit=9, kind=tasks.Kind.IMPORT_BATCH)] == ["photos.import"]


# -------------------------------------------------------------------------------------------------- the reconciler


def reconcile(db: Session) -> dict[str, int]:
    db.commit()
    for task_id, changed in db.execute(select(Task.id, Task.updated_at)).all():
        db.execute(update(Task).where(Task.id == task_id).values(updated_at=changed - timedelta(seconds=5)))
    found = tasks.reconcile(for_ever, patience=AT_ONCE)
    db.expire_all()
    return found


def test_a_task_whose_execution_died_is_closed(db: Session, executions: Executions, analyzer: FakeAnalyzer) -> None:
    image = intake.queue_upload(db, photo(RED), Arrival("", "a.jpg"))
    task = tasks.start_analysis(db, image)
    assert reconcile(db) == {"looked_at": 1, "closed": 0}
    executions.die("analyze_photo", task.id)
    assert reconcile(db) == {"looked_at": 1, "closed": 1}
    assert task.status == "failed"
    assert task.problem is not None
    assert task.problem["detail"] == "The work ended before it could say how; retry it."
    db.refresh(image)
    assert image.status == "failed"
    assert reconcile(db) == {"looked_at": 0, "closed": 0}


def test_a_batch_whose_execution_died_keeps_what_was_done(
    db: Session, batch: Callable[..., Task], executions: Executions
) -> None:
    task = batch(photo(RED), photo(GREEN))
    seconds = iter([60.0, 0.0])
    process_chunk(step(task), lambda: next(seconds))
    executions.die("import_photos", task.id)
    assert reconcile(db) == {"looked_at": 1, "closed": 1}
    assert (task.status, statuses(db, task)) == ("failed", ["success", "failed"])


def expected(db: Session, body: bytes) -> Task:
    wanted = UploadRequest(filename="a.jpg", content_type=JPEG, size=len(body))
    return tasks.start_upload(db, wanted)


def test_an_upload_that_never_came_fails_after_a_day(
    db: Session, executions: Executions, analyzer: FakeAnalyzer
) -> None:
    task = expected(db, photo(RED))
    assert reconcile(db) == {"looked_at": 1, "closed": 0}
    db.execute(update(Task).values(updated_at=datetime.now(UTC) - timedelta(hours=25)))
    assert reconcile(db) == {"looked_at": 1, "closed": 1}
    assert task.problem is not None
    assert task.problem["detail"] == "Nothing was uploaded within 24 hours."


def test_an_upload_whose_event_was_lost_is_begun(db: Session, executions: Executions, analyzer: FakeAnalyzer) -> None:
    task = expected(db, photo(RED))
    storage.put(task.request["key"], photo(RED), JPEG)
    assert reconcile(db) == {"looked_at": 1, "closed": 0}
    assert [one["task_id"] for one in executions.inputs("receive_upload")] == [task.id]


def test_a_task_that_step_functions_can_not_tell_of_is_left_for_the_next_time(
    db: Session, executions: Executions, analyzer: FakeAnalyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = tasks.start_analysis(db, make_photo(db).image)

    def throttled(workflow: str, name: str) -> None:
        raise UnavailableError("The execution can't be asked for right now.")

    monkeypatch.setattr(reconciling.executions, "status_of", throttled)
    assert reconcile(db) == {"looked_at": 1, "closed": 0}
    assert task.status == "queued"


def test_a_message_that_never_left_is_sent_and_one_that_died_on_its_way_is_given_up_at_the_second_time(
    db: Session, executions: Executions, analyzer: FakeAnalyzer
) -> None:
    task = tasks.start_analysis(db, make_photo(db).image)
    db.execute(update(Task).values(status="success", callback_url="https://example.com/", callback_status="pending"))
    reconcile(db)
    assert (task.callback_status, [one["task_id"] for one in executions.inputs("deliver_callback")]) == (
        "pending", [task.id],
    )  # fmt: skip
    executions.die("deliver_callback", f"callback-{task.id}")
    reconcile(db)
    assert (task.callback_status, len(executions.inputs("deliver_callback"))) == ("pending", 2)
    executions.die("deliver_callback", f"callback-{task.id}-again")
    reconcile(db)
    assert (task.callback_status, len(executions.inputs("deliver_callback"))) == ("failed", 2)


def test_a_task_that_can_not_be_reconciled_hides_no_other(
    db: Session, executions: Executions, analyzer: FakeAnalyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd, other = (tasks.start_analysis(db, make_photo(db, color).image) for color in (RED, GREEN))
    executions.die("analyze_photo", other.id)
    status_of = reconciling.executions.status_of

    def crashing(workflow: str, name: str) -> str | None:
        if name == odd.id:
            raise KeyError(name)
        return status_of(workflow, name)

    monkeypatch.setattr(reconciling.executions, "status_of", crashing)
    assert reconcile(db) == {"looked_at": 2, "closed": 1}
    assert (odd.status, other.status) == ("queued", "failed")


# ------------------------------------------------------------------------------------------------ presigned uploads


@pytest.mark.parametrize(
    ("told", "sent", "code"),
    [
        ({"size": 5}, photo(RED), "validation"),
        ({"sha256": "0" * 64}, photo(RED), "validation"),
        ({}, b"%PDF-1.7", "unsupported-media"),
        ({}, None, "not-found"),
    ],
)
def test_what_comes_and_is_not_what_was_announced_fails_with_its_reason(
    db: Session, executions: Executions, analyzer: FakeAnalyzer, told: dict[str, Any], sent: bytes | None, code: str
) -> None:
    from roomlens.errors import AppError
    wanted = {"filename": "a.jpg", "content_type": JPEG, "size": len(sent or b"x")} | told
    task = tasks.start_upload(db, UploadRequest.model_validate(wanted))
    db.commit()
    if sent is not None:
        storage.put(task.request["key"], sent, JPEG)
    with pytest.raises(AppError) as refused:
        tasks.run_step(step(task), "ReceiveUpload", receive_upload)
    assert refused.value.code == code


def test_an_upload_of_a_photo_that_is_there_is_that_photo(
    db: Session, executions: Executions, analyzer: FakeAnalyzer
) -> None:
    from roomlens.tasks.photo_steps import analyze_photo, receive_upload

    known = make_photo(db, RED).image
    task = expected(db, photo(RED))
    announced = task.image_id
    db.commit()
    storage.put(task.request["key"], photo(RED), JPEG)
    tasks.run_step(step(task), "ReceiveUpload", receive_upload)
    tasks.run_step(step(task), "AnalyzePhoto", analyze_photo)
    db.expire_all()
    assert (task.image_id, db.get(Image, announced)) == (known.id, None)
    assert db.scalar(select(func.count(Analysis.id))) == 1
