"""What nobody asks for over HTTP is done for its tenant, too: photos that are put into the bucket, steps of workflows,
and the work on what all tenants have."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from inference.app import handler as photo_arrived
from roomlens import completion, outbox, removal, tasks
from roomlens.db import session_scope
from roomlens.errors import UnavailableError, ValidationError
from roomlens.events import WorkflowStep
from roomlens.isolation import is_owned
from roomlens.models import Analysis, Base, Image, ImageVector, ModelInForce, ObjectRemoval, Task, TaskStep, TextVector
from roomlens.photos import intake
from roomlens.photos.records import Arrival
from roomlens.photos.rows import lock_listing, try_to_lock_listing
from roomlens.photos.thumbnails import thumbnail_keys
from roomlens.schemas import UploadRequest
from roomlens.tasks.items import work_on_chunk
from roomlens.tasks.planning import plan
from roomlens.tenancy import acting_everywhere, acting_for
from tests.factories import make_listing, make_photo
from tests.fakes import FakeAnalyzer
from tests.fixtures.aws import BUCKET, Executions
from tests.integration.functions.test_inference import created
from tests.pictures import BLUE, GREEN, RED, photo
from upload_arrived.app import handler as upload_arrived

OPERATORS = "ops"
NAME = "embedded-rules"  # of the fixture `candidate`
AT_ONCE = timedelta(0)


def for_ever() -> float:
    return 60.0


@pytest.fixture
def auth() -> str:
    """Many tenants."""
    return "jwt"


@pytest.fixture
def listings(db: Session, analyzer: FakeAnalyzer, executions: Executions) -> dict[str, int]:
    """One of each of two tenants."""
    made = {}
    for tenant in ("a", "b"):
        with acting_for(tenant), session_scope() as session:
            made[tenant] = make_listing(session).id
    return made


@pytest.fixture
def photos(listings: dict[str, int]) -> dict[str, list[int]]:
    """Two of each tenant: one of their listing, and one of no listing that both have."""
    made: dict[str, list[int]] = {}
    for tenant, colour in (("a", RED), ("b", BLUE)):
        with acting_for(tenant), session_scope() as session:
            ours = make_photo(session, colour, listings[tenant])
            made[tenant] = [ours.image.id, make_photo(session, GREEN).image.id]
    return made


def everything() -> dict[str, list[str]]:
    with acting_everywhere(), session_scope() as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table))))
            for table in Base.metadata.sorted_tables
            if is_owned(table)
        }


# ------------------------------------------------------------------------------------------------------- the bucket


def test_a_photo_that_is_put_in_for_the_listing_of_another_is_no_photo_of_it(listings: dict[str, int], s3: Any) -> None:
    for tenant, named in (("b", "a"), ("b", "b")):
        key = f"incoming/{tenant}/{listings[named]}/x.jpg"
        s3.put_object(Bucket=BUCKET, Key=key, Body=photo(RED))
        photo_arrived(created(key), None)
    with acting_everywhere(), session_scope() as session:
        columns = (Image.tenant_id, Image.listing_id, Image.status, Image.failure_code)
        assert [tuple(row) for row in session.execute(select(*columns).order_by(Image.id))] == [
            ("b", None, "failed", "not-found"), ("b", listings["b"], "analyzed", None),
        ]  # fmt: skip


@pytest.mark.parametrize("key", ["incoming/x.jpg", "incoming//7/x.jpg", "incoming/-/7/x.jpg", "incoming/../7/x.jpg"])
def test_a_photo_whose_key_names_no_tenant_fails_and_changes_nothing(
    key: str, listings: dict[str, int], s3: Any
) -> None:
    s3.put_object(Bucket=BUCKET, Key=key, Body=photo(RED))
    before = everything()
    with pytest.raises(ValidationError, match="does not name a tenant"):
        photo_arrived(created(key), None)
    with pytest.raises(ValidationError, match="does not name a tenant"):
        upload_arrived(created(key.replace("incoming/", "uploads/")), None)
    assert everything() == before


def test_an_upload_that_lands_under_another_tenant_begins_nothing(
    listings: dict[str, int], executions: Executions
) -> None:
    with acting_for("a"), session_scope() as session:
        wanted = {"filename": "a.jpg", "content_type": "image/jpeg", "size": 9}
        task_id = tasks.start_upload(session, UploadRequest.model_validate(wanted)).id
    before = everything()
    upload_arrived(created(f"uploads/b/{task_id}"), None)
    assert (everything(), executions.inputs()) == (before, [])


# ------------------------------------------------------------------------------------------------ steps of workflows


@pytest.fixture
def step_of_another(photos: dict[str, list[int]]) -> WorkflowStep:
    """It names a task of one tenant, and the other one."""
    with acting_for("a"), session_scope() as session:
        batch = tasks.start_analyses(session, listing_id=None, callback_url=None)
    return WorkflowStep(batch.id, last=9, tenant_id="b")


def test_a_step_with_a_task_of_another_tenant_does_nothing(step_of_another: WorkflowStep) -> None:
    before = everything()

    def never(session: Session, task: Task) -> None:
        raise AssertionError(task.id)

    for attempt in (
        lambda: tasks.run_step(step_of_another, "AnalyzePhoto", never),
        lambda: tasks.run_step(step_of_another, "RecordFailure", never),
        lambda: work_on_chunk(step_of_another, for_ever),
        lambda: plan(step_of_another),
        lambda: completion.tell(step_of_another),
    ):
        with pytest.raises(UnavailableError, match="not stored yet"):
            attempt()
    tasks.refresh_listings(step_of_another)
    assert everything() == before


# ------------------------------------------------------------------------------------------- what all tenants have


def begin_backfill() -> WorkflowStep:
    with acting_for(OPERATORS), session_scope() as session:
        return WorkflowStep(tasks.start_backfill(session, NAME).id, last=9, tenant_id=OPERATORS)


def test_what_a_backfill_sees_in_a_photo_is_its_tenants(photos: dict[str, list[int]], candidate: FakeAnalyzer) -> None:
    step = begin_backfill()
    plan(step)
    with acting_for("b"), session_scope() as session:
        removal.remove_photo(session, photos["b"].pop())
    assert work_on_chunk(step, for_ever) == {"left": 0}
    with acting_everywhere(), session_scope() as session:
        for table in (Analysis, TextVector, ImageVector):
            owners = select(Image.id, Image.tenant_id, table.tenant_id).join(Image, Image.id == table.image_id)
            made = owners.where(table.version == "rules" if table is Analysis else table.embedder.endswith("rules"))
            assert sorted((*row,) for row in session.execute(made)) == sorted(
                (image_id, tenant, tenant) for tenant, ids in photos.items() for image_id in ids
            ), table.__tablename__
        items = session.execute(select(Task.tenant_id, Task.status).where(Task.parent_id == step.task_id))
        assert sorted((tenant, str(status)) for tenant, status in items) == [
            (OPERATORS, "failed"), *[(OPERATORS, "success")] * 3,
        ]  # fmt: skip
        assert set(session.scalars(select(TaskStep.tenant_id))) == {OPERATORS}
        assert session.scalars(select(ModelInForce)).one()


def test_who_reads_a_photo_after_a_backfill_reads_its_tenants_alone(
    photos: dict[str, list[int]], candidate: FakeAnalyzer
) -> None:
    step = begin_backfill()
    plan(step)
    work_on_chunk(step, for_ever)
    for tenant, ids in photos.items():
        with acting_for(tenant), session_scope() as session:
            assert sorted(session.scalars(select(Analysis.image_id))) == sorted(2 * ids)


def test_tasks_of_every_tenant_are_looked_after(listings: dict[str, int], executions: Executions) -> None:
    for tenant in listings:
        with acting_for(tenant), session_scope() as session:
            task = tasks.start_analysis(session, intake.queue_upload(session, photo(RED), Arrival("", "a.jpg")))
        executions.die("analyze_photo", task.id)
    with acting_everywhere(), session_scope() as session:
        session.execute(update(Task).values(updated_at=datetime.now(UTC) - timedelta(seconds=5)))
    assert tasks.reconcile(for_ever, patience=AT_ONCE) == {"looked_at": 2, "closed": 2}
    with acting_everywhere(), session_scope() as session:
        for table in (Task, Image):
            rows = session.execute(select(table.tenant_id, table.status)).all()
            assert sorted((tenant, str(status)) for tenant, status in rows) == [("a", "failed"), ("b", "failed")]


def test_objects_of_every_tenant_go_and_no_others(photos: dict[str, list[int]], keys: Any) -> None:
    """Both have the same photo; one lets it go."""
    gone, kept = photos["a"][1], photos["b"][1]
    with acting_for("a"), session_scope() as session:
        sha256 = session.get_one(Image, gone).sha256
        outbox.let_go(session, dict.fromkeys(thumbnail_keys(str(sha256))), at_once=False)  # though the photo is there
    with acting_for("b"), session_scope() as session:
        removal.remove_photo(session, kept)
    outbox.drain(for_ever, lingering=AT_ONCE)
    of_it = {key.split("/")[1] for key in keys() if str(sha256) in key}
    assert of_it == {"a"}
    with acting_everywhere(), session_scope() as session:
        assert session.scalars(select(ObjectRemoval)).all() == []


@pytest.mark.postgres
@pytest.mark.parametrize("listing_id", [None, 7])
def test_nobody_waits_for_another_tenant_that_settles_a_photo(listing_id: int | None, database_of_all: Engine) -> None:
    """Of no listing, or of one that is named and is not theirs."""
    with acting_for("a"), session_scope() as one:
        lock_listing(one, listing_id)
        with acting_for("b"), session_scope() as other:
            assert try_to_lock_listing(other, listing_id or 0)
        with acting_for("a"), session_scope() as other:
            assert not try_to_lock_listing(other, listing_id or 0)
