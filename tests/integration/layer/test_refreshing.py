"""What is stored of a listing's photos together: by version, once, and left to whoever is changing the listing."""

from typing import Any

import pytest
from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from inference.app import handler as arrived
from rig.template_source import LOCAL_TENANT
from roomlens import tasks
from roomlens.db import session_scope
from roomlens.errors import NotFoundError
from roomlens.events import WorkflowStep
from roomlens.listings import refreshing
from roomlens.listings.aggregation import aggregate
from roomlens.listings.changes import changes_of, compare_photos
from roomlens.listings.kinds import Aggregation
from roomlens.listings.storing import read_aggregation
from roomlens.models import Analysis, Image, Listing, PropertyAggregation, Task, TemporalChange
from roomlens.tasks import afterwards
from roomlens.versions import using
from tests.fakes import FakeAnalyzer
from tests.fixtures.aws import BUCKET
from tests.integration.functions.test_inference import created
from tests.pictures import RED, photo
from tests.seeding import seed_all
from tests.threads import threads


@pytest.fixture
def home(db: Session, analyzer: object) -> dict[str, list[int]]:
    return seed_all(db, num_listings=1, images_per_listing=3, conversations_per_listing=0)


def stored(db: Session, table: Any) -> int:
    return db.scalar(select(func.count()).select_from(table)) or 0


def seen_by(db: Session, other: FakeAnalyzer, image_id: int, **values: Any) -> None:
    """Another version has looked at a photo, and seen the same but for these."""
    (first,) = db.scalars(select(Analysis).where(Analysis.image_id == image_id))
    columns = {name: getattr(first, name) for name in {*Analysis.__table__.columns.keys()} - {"id", "created_at"}}
    db.add(Analysis(**{**columns, "model": other.model.name, "version": other.model.version, **values}))
    db.flush()


def test_each_version_has_its_own_and_what_somebody_asked_is_asked_of_all(
    db: Session, home: dict[str, list[int]], candidate: FakeAnalyzer
) -> None:
    (listing_id,), (before, after, _) = home["listing_ids"], home["image_ids"]
    assert compare_photos(db, listing_id, before, after).verdict == "improved"
    with using("embedded-rules"):
        assert aggregate(db, listing_id).photo_count == 0
        assert changes_of(db, listing_id) == []
        for image_id in (before, after):
            seen_by(db, candidate, image_id, natural_light_score=0.5)
        (change,) = changes_of(db, listing_id)
        assert (change.verdict, aggregate(db, listing_id).photo_count) == ("unchanged", 2)
    (change,) = changes_of(db, listing_id)
    assert (change.verdict, aggregate(db, listing_id).photo_count) == ("improved", 3)
    assert (stored(db, PropertyAggregation), stored(db, TemporalChange)) == (2, 2)
    assert set(db.scalars(select(TemporalChange.asked))) == {True}
    with using("embedded-rules"):
        compare_photos(db, listing_id, after, before)
    assert [change.verdict for change in changes_of(db, listing_id)] == ["worsened", "improved"]


def test_where_somebody_else_changes_the_listing_nothing_is_stored_and_all_is_told(
    db: Session, home: dict[str, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    (listing_id,) = home["listing_ids"]
    db.get_one(Listing, listing_id).baths = 7
    monkeypatch.setattr(refreshing, "try_to_lock_listing", lambda *_: False)
    before = db.scalar(select(PropertyAggregation.fingerprint))
    assert [gap.reason for gap in aggregate(db, listing_id).gaps][-1].startswith("The listing has 7 bathrooms")
    assert len(changes_of(db, listing_id)) == 1
    assert db.scalar(select(PropertyAggregation.fingerprint)) == before


def test_what_was_made_of_a_photo_that_was_deleted_meanwhile_is_not_stored(
    db: Session, home: dict[str, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    (listing_id,) = home["listing_ids"]
    db.get_one(Listing, listing_id).baths = 7

    def deleted(*_: object) -> bool:
        db.execute(delete(Image).where(Image.id == home["image_ids"][0]))
        return True

    monkeypatch.setattr(refreshing, "try_to_lock_listing", deleted)
    assert len(changes_of(db, listing_id)) == 1, "as it was when it was read"
    assert stored(db, TemporalChange) == 0
    monkeypatch.undo()
    assert changes_of(db, listing_id) == []


def test_a_photo_is_taken_in_though_its_listing_can_not_be_summed_up(
    db: Session, home: dict[str, list[int]], s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refreshing, "bring_up_to_date", lambda *_: 1 / 0)
    key = f"incoming/{home['listing_ids'][0]}/new.jpg"
    s3.put_object(Bucket=BUCKET, Key=key, Body=photo(RED))
    arrived(created(key), None)
    assert db.scalars(select(Image.status).where(Image.s3_key == key)).all() == ["analyzed"]


def test_where_it_would_hold_others_up_nothing_is_stored(db: Session, home: dict[str, list[int]]) -> None:
    (listing_id,) = home["listing_ids"]
    db.get_one(Listing, listing_id).baths = 7
    before = db.scalar(select(PropertyAggregation.fingerprint))
    made = aggregate(db, listing_id, keep=False)
    assert db.scalar(select(PropertyAggregation.fingerprint)) == before
    assert made == aggregate(db, listing_id)
    assert changes_of(db, listing_id, keep=False) == changes_of(db, listing_id)


def test_a_listing_that_was_deleted_since_is_not_found(db: Session, analyzer: object) -> None:
    with pytest.raises(NotFoundError):
        read_aggregation(db, 99_999)


def test_photos_of_no_listing_of_a_lost_one_and_of_a_very_large_one_are_left(
    db: Session, home: dict[str, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    refreshing.refresh_afterwards(db, None)
    refreshing.refresh(db, 99_999)
    db.get_one(Listing, home["listing_ids"][0]).beds = 9
    before = db.scalar(select(PropertyAggregation.fingerprint))
    monkeypatch.setattr(refreshing, "MOST_PHOTOS", 2)
    refreshing.refresh(db, home["listing_ids"][0])
    assert db.scalar(select(PropertyAggregation.fingerprint)) == before


def test_a_task_that_is_over_sums_up_the_listings_of_its_items(
    db: Session, home: dict[str, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    (listing_id,), (image_id, *_) = home["listing_ids"], home["image_ids"]
    batch = Task(id="tsk_batch", kind="photos.analyze", status="success")
    db.add(batch)
    db.flush()
    for number, image in enumerate((image_id, image_id, None)):
        db.add(Task(id=f"tsk_{number}", kind="image.analyze", parent_id=batch.id, position=number, image_id=image))
    db.get_one(Listing, listing_id).beds = 9
    db.commit()
    assert afterwards.listings_of(db, batch.id) == [listing_id]
    step = WorkflowStep(task_id=batch.id, run=1, tenant_id=LOCAL_TENANT)
    before = db.scalar(select(PropertyAggregation.fingerprint))
    with monkeypatch.context() as broken:
        broken.setattr(afterwards, "refresh", lambda *_: 1 / 0)
        tasks.refresh_listings(step)  # whatever goes wrong, the task is over
    assert db.scalar(select(PropertyAggregation.fingerprint)) == before
    tasks.refresh_listings(step)
    db.expire_all()
    assert db.scalar(select(PropertyAggregation.fingerprint)) != before


def test_a_photo_that_is_gone_goes_from_what_is_stored(db: Session, home: dict[str, list[int]]) -> None:
    (listing_id,), (before, *_) = home["listing_ids"], home["image_ids"]
    db.delete(db.get_one(Image, before))
    db.flush()
    refreshing.refresh(db, listing_id)
    assert db.scalar(select(PropertyAggregation.photo_count)) == 2
    assert stored(db, TemporalChange) == 0


@pytest.mark.postgres  # two transactions at once
def test_two_at_once_end_as_one_row_and_do_not_wait_for_each_other(database_of_all: Engine, analyzer: object) -> None:
    with session_scope() as session:
        (listing_id,) = seed_all(session, 1, 3, 0)["listing_ids"]
    with session_scope() as session:
        session.get_one(Listing, listing_id).baths = 3
    with threads(1) as aside, session_scope() as first:
        one = aggregate(first, listing_id)
        other = aside.submit(_aggregated, listing_id).result(timeout=20)
    with session_scope() as session:
        assert one == other == aggregate(session, listing_id)
        assert stored(session, PropertyAggregation) == 1


def _aggregated(listing_id: int) -> Aggregation:
    with session_scope() as session:
        return aggregate(session, listing_id)
