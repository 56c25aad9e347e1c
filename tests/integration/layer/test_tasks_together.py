"""Two at once on one batch: who works on an item does not wait for the batch, whose holder may wait for the item."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, select

from roomlens import storage, tasks
from roomlens.db import session_scope
from roomlens.models import Task
from roomlens.schemas import BatchRequest
from roomlens.tasks import items as at_items
from tests.pictures import GREEN, RED, photo
from tests.threads import threads

pytestmark = [pytest.mark.usefixtures("executions", "analyzer"), pytest.mark.postgres]  # two transactions at once
JPEG = "image/jpeg"


def items_of(wanted: list[dict[str, Any]]) -> tuple[str, list[str]]:
    with session_scope() as session:
        batch = tasks.start_batch(session, BatchRequest.model_validate({"photos": wanted}))
        ids = [item.id for item in tasks.list_items(session, batch.id, limit=9)]
    return batch.id, ids


def worked_on_while_the_batch_is_held(batch_id: str, item_ids: list[str]) -> list[str]:
    with threads(1) as aside, session_scope() as holder:
        holder.get(Task, batch_id, with_for_update=True)
        for item_id in item_ids:
            aside.submit(at_items._process, item_id).result(timeout=20)
    with session_scope() as session:
        return list(session.scalars(select(Task.status).where(Task.id.in_(item_ids)).order_by(Task.position)))


def test_an_import_ends_well_or_badly_while_its_batch_is_held(database_of_all: Engine) -> None:
    for name, body in (("a", photo(RED)), ("b", b"%PDF-1.7")):
        storage.put(f"imports/{name}", body, JPEG)
    batch_id, item_ids = items_of([{"key": f"imports/{name}"} for name in ("a", "b", "gone")])
    assert worked_on_while_the_batch_is_held(batch_id, item_ids) == ["success", "failed", "failed"]


def test_an_upload_that_is_tried_again_ends_while_its_batch_is_held(database_of_all: Engine) -> None:
    bodies = [photo(GREEN), b"%PDF-1.7"]
    batch_id, item_ids = items_of([{"filename": "a", "content_type": JPEG, "size": len(body)} for body in bodies])
    for item_id, body in zip(item_ids, bodies, strict=True):
        storage.put(storage.upload_key(item_id), body, JPEG)
    assert worked_on_while_the_batch_is_held(batch_id, item_ids) == ["success", "failed"]
