"""Photos and listings deleted: what goes with them, what stays with others, and what comes too late."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inference.app import handler as arrived
from roomlens import outbox, removal, storage, tasks
from roomlens.db import session_scope
from roomlens.errors import NotFoundError, UnavailableError
from roomlens.models import (
    Analysis,
    Base,
    Conversation,
    Image,
    ImageKey,
    Listing,
    Message,
    MessageFeedback,
    ObjectRemoval,
    Task,
    TextVector,
)
from roomlens.photos import intake
from roomlens.photos.records import Arrival
from roomlens.schemas import BatchRequest, ChatRequest, ListingRemoved, PhotoRemoved, UploadRequest
from tests.factories import make_listing, make_photo
from tests.fixtures.aws import BUCKET
from tests.integration.functions.test_inference import created
from tests.pictures import BLUE, GREEN, RED, photo

pytestmark = pytest.mark.usefixtures("executions", "analyzer")
JPEG = "image/jpeg"


def remove_listing(db: Session, listing_id: int) -> ListingRemoved:
    db.commit()
    with session_scope() as session:
        removed = removal.remove_listing(session, listing_id)
    db.expire_all()
    return removed


def remove_photo(db: Session, image_id: int) -> PhotoRemoved:
    db.commit()
    with session_scope() as session:
        removed = removal.remove_photo(session, image_id)
    db.expire_all()
    return removed


def put(s3: Any, key: str, body: bytes) -> dict[str, Any]:
    s3.put_object(Bucket=BUCKET, Key=key, Body=body)
    return created(key)


def count(db: Session, table: type[Base]) -> int:
    return db.scalar(select(func.count()).select_from(table)) or 0


def talk(db: Session, listing_id: int | None) -> None:
    said = Conversation(listing_id=listing_id, messages=[Message(role="user", content="Well?") for _ in range(2)])
    db.add(said)
    db.flush()
    db.add(MessageFeedback(message_id=said.messages[1].id, rating="up"))
    db.flush()


def wanted(body: bytes, **more: Any) -> dict[str, Any]:
    return {"filename": "a.jpg", "content_type": JPEG, "size": len(body), **more}


# ---------------------------------------------------------------------------------------------------- a listing


def test_a_listing_goes_with_all_that_is_its_own_and_says_what_that_was(db: Session, s3: Any, keys: Any) -> None:
    going, other = make_listing(db).id, make_listing(db).id
    kept = make_photo(db, RED, other).image
    make_photo(db, RED, going)  # the same bytes as the other listing's
    talk(db, going)
    talk(db, other)
    before = {*keys()}
    arrived(put(s3, f"incoming/{going}/a.jpg", photo(BLUE)), None)
    arrived(put(s3, f"incoming/{going}/copy.jpg", photo(BLUE)), None)
    arrived(put(s3, f"incoming/{going}/bad.jpg", b"%PDF-1.7"), None)
    upload = tasks.start_upload(db, UploadRequest(**wanted(photo(GREEN), listing_id=going)))
    put(s3, upload.request["key"], photo(GREEN))
    removed = remove_listing(db, going).removed
    assert removed.model_dump() == {
        "photos": 4, "objects": 1 + 3 + 1 + 2, "analyses": 2, "vectors": 4, "conversations": 1, "messages": 2,
        "feedback": 1, "tasks_canceled": 1,
    }  # fmt: skip
    assert {*keys()} == {key for key in before if not key.startswith(f"photos/local/{going}/")}
    assert (db.get(Listing, going), db.scalars(select(Image.id)).all()) == (None, [kept.id])
    found = [count(db, table) for table in (ImageKey, Analysis, TextVector, Conversation, Message, MessageFeedback)]
    assert found == [1, 1, 1, 1, 2, 1]
    assert (upload.status, upload.listing_id, upload.image_id) == ("canceled", None, None)
    assert upload.result == {"status": "canceled", "image_id": None, "kept": {}}
    with pytest.raises(NotFoundError):
        remove_listing(db, going)


def test_what_is_at_work_for_a_listing_ends_with_it(db: Session, s3: Any) -> None:
    going, other = make_listing(db).id, make_listing(db).id
    image = intake.queue_upload(db, photo(RED), Arrival("", "a.jpg", going))
    alone = tasks.start_analysis(db, image)
    whole = tasks.start_batch(db, BatchRequest(listing_id=going, photos=[wanted(photo(GREEN), listing_id=going)]))
    mixed = tasks.start_batch(
        db, BatchRequest(photos=[wanted(photo(GREEN), listing_id=listing) for listing in (going, other)])
    )
    last = tasks.start_batch(db, BatchRequest(photos=[wanted(photo(GREEN), listing_id=going)]))
    imported = tasks.start_batch(db, BatchRequest(photos=[{"key": "imports/a.jpg", "listing_id": going}]))
    every = tasks.start_analyses(db, listing_id=None, callback_url=None)
    chat = tasks.start_chat(db, ChatRequest(message="Well?", listing_id=going))
    assert remove_listing(db, going).removed.tasks_canceled == 7
    statuses = [task.status for task in (alone, whole, mixed, last, imported, every, chat)]
    assert statuses == ["canceled", "canceled", "queued", "failed", "queued", "queued", "canceled"]
    items = [[item.status for item in tasks.list_items(db, batch.id, limit=9)] for batch in (whole, mixed, imported)]
    assert items == [["canceled"], ["canceled", "queued"], ["canceled"]]
    assert chat.request["message"] == "", "what was asked goes with what was said"
    status = tasks.step_functions().describe_execution(executionArn=execution(alone))["status"]
    assert status == "ABORTED"


def test_a_task_that_ends_meanwhile_is_not_canceled(db: Session, s3: Any) -> None:
    task = tasks.start_analysis(db, intake.queue_upload(db, photo(RED), Arrival("", "a.jpg")))
    held = tasks.hold_open(db, Task.id == task.id)
    task.status = "success"
    db.flush()
    tasks.cancel_all(db, held)
    assert (len(held), task.status) == (1, "success")


def execution(task: Task) -> str:
    return f"arn:aws:states:us-east-1:123456789012:execution:local-{task.workflow}:{task.id}"


# ------------------------------------------------------------------------------------------------------ a photo


def test_a_photo_goes_under_every_name_and_leaves_its_listing_in_order(db: Session, s3: Any, keys: Any) -> None:
    listing = make_listing(db)
    kept = make_photo(db, RED, listing.id).image.id
    before = keys()
    for name in "ab":
        arrived(put(s3, f"incoming/{listing.id}/{name}.jpg", photo(BLUE)), None)
    going = make_photo(db, BLUE, listing.id).image.id
    task = tasks.start_analysis_again(db, going, model=None, callback_url=None)
    listing.photo_order = [going, kept]
    removed = remove_photo(db, going)
    assert (removed.image_id, removed.listing_id) == (going, listing.id)
    assert (removed.removed.photos, removed.removed.objects, removed.removed.tasks_canceled) == (1, 5, 1)
    assert keys() == before
    assert listing.photo_order == [kept]
    assert (task.status, task.image_id, task.listing_id) == ("canceled", None, listing.id)
    with pytest.raises(NotFoundError):
        remove_photo(db, going)
    again = make_photo(db, BLUE, listing.id)
    assert (again.deduplicated, len(keys())) == (False, len(before) + 3)


def test_a_photo_of_no_listing_goes_too(db: Session, keys: Any) -> None:
    assert remove_photo(db, make_photo(db).image.id).listing_id is None
    assert (keys(), count(db, Image)) == ([], 0)


def test_a_photo_that_changes_its_listing_meanwhile_is_locked_with_the_new_one(
    db: Session, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = make_listing(db).id
    image = make_photo(db).image
    locked: list[int | None] = []

    def moving(session: Session, listing_id: int | None) -> None:
        locked.append(listing_id)
        image.listing_id = listing
        db.commit()
        session.expire_all()

    monkeypatch.setattr(removal, "lock_listing", moving)
    assert remove_photo(db, image.id).listing_id == listing
    assert locked == [None, listing]


# ------------------------------------------------------------------------------------------- what comes too late


@pytest.fixture
def stubborn(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """S3 deletes nothing until a test says so."""

    def refuse(keys: object) -> set[str]:
        raise UnavailableError("The photo store can't be reached right now; try again in a moment.")

    works = storage.delete
    monkeypatch.setattr(storage, "delete", refuse)
    return lambda: monkeypatch.setattr(storage, "delete", works)


def test_an_event_that_comes_again_brings_no_deleted_photo_back(
    db: Session, s3: Any, keys: Any, stubborn: Callable[[], None]
) -> None:
    listing = make_listing(db).id
    key = f"incoming/{listing}/a.jpg"
    event = put(s3, key, photo(RED))
    arrived(event, None)
    remove_photo(db, db.scalars(select(Image.id)).one())
    arrived(event, None)
    assert (count(db, Image), key in keys()) == (0, True)
    remove_listing(db, listing)
    arrived(event, None)
    assert count(db, Image) == 0
    stubborn()
    outbox.drain(lambda: 60.0)
    arrived(event, None)
    assert (count(db, Image), keys()) == (0, [])


def test_a_photo_that_was_put_since_is_no_deleted_one(
    db: Session, s3: Any, keys: Any, stubborn: Callable[[], None]
) -> None:
    key = f"incoming/{make_listing(db).id}/a.jpg"
    arrived(put(s3, key, photo(RED)), None)
    remove_photo(db, db.scalars(select(Image.id)).one())
    arrived(put(s3, key, photo(BLUE)), None)
    assert db.scalars(select(Image.s3_key)).all() == [key]
    stubborn()
    outbox.drain(lambda: 60.0)
    assert key in keys()
    assert key not in db.scalars(select(ObjectRemoval.s3_key)).all()


def test_a_photo_that_comes_for_a_deleted_listing_is_shown_as_lost(db: Session, s3: Any, keys: Any) -> None:
    listing = make_listing(db).id
    key = f"incoming/{listing}/late.jpg"
    event = put(s3, key, photo(RED))
    remove_listing(db, listing)
    arrived(event, None)
    image = db.scalars(select(Image)).one()
    assert (image.listing_id, image.status, image.failure_code, keys()) == (None, "failed", "not-found", [key])
    remove_photo(db, image.id)
    assert (count(db, Image), keys()) == (0, [])
