"""Aggregations and changes as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from roomlens.listings.kinds import Aggregation, Change
from roomlens.schemas import AggregationOut, ChangeOut, ChangesAnswer
from roomlens.versions import model_in_force


def present_aggregation(aggregation: Aggregation, as_of: datetime | None = None) -> AggregationOut:
    tags = [{"tag": seen.tag, "count": len(seen.image_ids), "image_ids": seen.image_ids} for seen in aggregation.tags]
    return AggregationOut.model_validate({**vars(aggregation), "as_of": as_of, "tags": tags})


def present_change(change: Change) -> ChangeOut:
    return ChangeOut.model_validate(change)


def present_changes(listing_id: int, changes: Sequence[Change]) -> ChangesAnswer:
    shown = [present_change(change) for change in changes]
    return ChangesAnswer(listing_id=listing_id, model=model_in_force().label, changes=shown)
