"""A listing or a photo deleted while somebody is at work on it: no row comes back, and no object is left behind."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import select

from inference.app import handler as arrived
from rig.template_source import LOCAL_TENANT
from roomlens import outbox, removal, storage, tasks
from roomlens.chat import conversations
from roomlens.db import session_scope
from roomlens.errors import ConflictError, InProgressError, NotFoundError, TaskClosedError
from roomlens.events import WorkflowStep
from roomlens.listings.photo_order import put_in_order
from roomlens.models import Conversation, Image, Listing, Task
from roomlens.photos import intake, uploads
from roomlens.photos.records import Arrival
from roomlens.schemas import PhotoOrderRequest, UploadRequest
from roomlens.tasks.photo_steps import analyze_photo, receive_upload
from tests.fixtures.aws import BUCKET
from tests.integration.functions.test_inference import created
from tests.pictures import BLUE, GREEN, RED, photo
from tests.threads import threads

pytestmark = [
    pytest.mark.usefixtures("database_of_all", "executions", "analyzer"),
    pytest.mark.postgres,  # two transactions at once
]


def new_listing() -> int:
    with session_scope() as session:
        listing = Listing(title="A house")
        session.add(listing)
        session.flush()
        return listing.id


def removed(listing_id: int) -> None:
    with session_scope() as session:
        removal.remove_listing(session, listing_id)


def images() -> list[tuple[Any, ...]]:
    with session_scope() as session:
        return [tuple(row) for row in session.execute(select(Image.listing_id, Image.status, Image.s3_key))]


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[], object]], None]:
    """Has something done once, just before the intake goes on to a step."""

    def arrange(step: str, done: Callable[[], object]) -> None:
        goes_on, left = getattr(intake, step), [done]

        def interrupted(*arguments: Any, **named: Any) -> Any:
            if left:
                left.pop()()
            return goes_on(*arguments, **named)

        monkeypatch.setattr(intake, step, interrupted)

    return arrange


def test_a_photo_is_not_looked_at_to_its_end(meanwhile: Any, keys: Any) -> None:
    listing = new_listing()
    with session_scope() as session:
        task = tasks.start_analysis(session, intake.queue_upload(session, photo(RED), Arrival("", "a.jpg", listing)))
    meanwhile("look_at", lambda: removed(listing))
    with pytest.raises(NotFoundError):
        tasks.run_step(WorkflowStep(task.id, tenant_id=LOCAL_TENANT), "AnalyzePhoto", analyze_photo)
    with session_scope() as session:
        assert session.get_one(Task, task.id).status == "canceled"
    assert (images(), keys()) == ([], [])


def test_a_photo_that_came_for_the_listing_is_shown_as_lost(meanwhile: Any, s3: Any) -> None:
    listing = new_listing()
    key = f"incoming/{listing}/a.jpg"
    s3.put_object(Bucket=BUCKET, Key=key, Body=photo(RED))
    meanwhile("look_at", lambda: removed(listing))
    arrived(created(key), None)
    assert images() == [(None, "failed", key)]


def test_a_photo_that_comes_by_http_is_not_found_its_listing(meanwhile: Any, keys: Any) -> None:
    listing = new_listing()
    meanwhile("look_at", lambda: removed(listing))
    with pytest.raises(NotFoundError, match=f"no listing {listing}"), session_scope() as session:
        intake.upload(session, photo(BLUE), Arrival("", "b.jpg", listing))
    assert (images(), keys("photos/")) == ([], [])


def test_an_upload_whose_photo_is_deleted_leaves_nothing(meanwhile: Any, keys: Any) -> None:
    wanted = UploadRequest(filename="a.jpg", content_type="image/jpeg", size=len(photo(GREEN)))
    with session_scope() as session:
        task = tasks.start_upload(session, wanted)
    storage.put(task.request["key"], photo(GREEN), "image/jpeg")

    def delete_it() -> None:
        with session_scope() as session:
            removal.remove_photo(session, task.image_id or 0)

    meanwhile("lock_listing", delete_it)
    with pytest.raises(NotFoundError), session_scope() as session:
        uploads.receive(session, task.image_id, uploads.Expected.of(task.request))
    assert (images(), keys("photos/"), keys("uploads/")) == ([], [], [])
    with pytest.raises(TaskClosedError):
        tasks.run_step(WorkflowStep(task.id, tenant_id=LOCAL_TENANT), "ReceiveUpload", receive_upload)


def test_the_last_two_that_show_a_picture_take_it_with_them_at_once(keys: Any) -> None:
    one, other = new_listing(), new_listing()
    for listing in (one, other):
        with session_scope() as session:
            intake.upload(session, photo(RED), Arrival("", "a.jpg", listing))
    with threads(1) as aside, session_scope() as session:
        removal.remove_listing(session, one)  # the other one still shows the picture
        later = aside.submit(removed, other)
        with suppress(TimeoutError):
            later.result(timeout=0.5)
    later.result(timeout=20)
    outbox.drain(lambda: 60.0)  # the one leaves to it what the other is at
    assert keys() == []


def test_an_order_that_is_given_while_a_photo_of_it_goes_is_kept() -> None:
    listing = new_listing()
    with session_scope() as session:
        going, one, other = (
            intake.upload(session, photo(colour), Arrival("", "a.jpg", listing)).image.id
            for colour in (RED, BLUE, GREEN)
        )
    with session_scope() as session:
        put_in_order(session, listing, PhotoOrderRequest(image_ids=[going, one, other]))

    def remove_it() -> None:
        with session_scope() as session:
            removal.remove_photo(session, going)

    with threads(1) as aside, session_scope() as session:
        put_in_order(session, listing, PhotoOrderRequest(image_ids=[other, going, one]))
        later = aside.submit(remove_it)
        with suppress(TimeoutError):
            later.result(timeout=0.5)
    later.result(timeout=20)
    with session_scope() as session:
        assert session.get_one(Listing, listing).photo_order == [other, one]


def test_what_is_said_of_a_listing_that_is_gone_is_a_conflict() -> None:
    listing = new_listing()

    def say_something() -> None:
        with session_scope() as session:
            assert session.get(Listing, listing)
            removed(listing)
            session.add(Conversation(listing_id=listing))

    with pytest.raises(ConflictError, match="deleted meanwhile"):
        say_something()


def test_a_listing_of_which_somebody_speaks_is_not_deleted_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversations.lock_conversation, "__kwdefaults__", {"patience": 0})
    listing = new_listing()
    with session_scope() as session:
        session.add(Conversation(listing_id=listing, summary="", summarized_id=0))
    with session_scope() as session:
        session.scalars(select(Conversation).with_for_update()).one()
        with pytest.raises(InProgressError):
            removed(listing)
    removed(listing)


def test_who_has_read_a_listing_does_not_delete_it_again() -> None:
    listing = new_listing()

    def delete_late() -> None:
        with session_scope() as session:
            assert session.get(Listing, listing)
            removed(listing)
            removal.remove_listing(session, listing)

    with pytest.raises(NotFoundError):
        delete_late()
