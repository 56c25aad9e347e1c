"""What is done once a task is over: what the photos of its listings say together is brought up to date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from roomlens.db import session_scope
from roomlens.events import WorkflowStep
from roomlens.listings.refreshing import refresh
from roomlens.models import Image, Task
from roomlens.observability import logger
from roomlens.tenancy import acting_for

MOST_LISTINGS: Final = 100
"""Listings of one batch; at some 20 ms each they take two seconds. The others are made anew when they are next read."""


def refresh_listings(step: WorkflowStep) -> None:
    """Once for a photo and once for a batch, not for each of its items; each listing in a transaction of its own.

    Whatever goes wrong is for the log: the task is over, and whoever reads what is out of date makes it anew.
    """
    try:
        with acting_for(step.tenant_id):
            _refresh_listings(step.task_id)
    except Exception:  # noqa: BLE001  # an execution that failed after its task succeeded would contradict it
        logger().exception("listings.not_refreshed", extra={"task_id": step.task_id})


def _refresh_listings(task_id: str) -> None:
    with session_scope() as session:
        listing_ids = listings_of(session, task_id)
    for listing_id in listing_ids:
        with session_scope() as session:
            refresh(session, listing_id)


def listings_of(session: Session, task_id: str) -> Sequence[int]:
    """The listings of the photos that a task or its items looked at. Where another model than the one in force did,
    nothing of them is out of date, which `refresh` sees at once."""
    of_task = or_(Task.id == task_id, Task.parent_id == task_id)
    statement = (
        select(Image.listing_id)
        .join(Task, Task.image_id == Image.id)
        .where(of_task, Image.listing_id.is_not(None))
        .distinct()
        .order_by(Image.listing_id)
        .limit(MOST_LISTINGS)
    )
    return [listing_id for listing_id in session.scalars(statement) if listing_id is not None]
