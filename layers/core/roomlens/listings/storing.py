"""Aggregations and changes as rows: one aggregation a listing and version, one change a pair of photos and version."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, Final, TypeAlias

from pydantic import TypeAdapter
from sqlalchemy import delete, func, select, tuple_, update
from sqlalchemy.orm import Session

from roomlens.dialects import insert
from roomlens.errors import NotFoundError
from roomlens.listings.kinds import Aggregation, Change
from roomlens.models import PropertyAggregation, TemporalChange
from roomlens.versions import model_in_force

Pair: TypeAlias = tuple[int, int]
"""The photo of before, and that of after."""

_AGGREGATION: Final = ("listing_id", "model")
_CHANGE: Final = ("before_image_id", "after_image_id", "model")
_COLUMNS: Final = ("before_image_id", "after_image_id", "room_type", "instance", "verdict", "reason")


def stored_fingerprint(session: Session, listing_id: int) -> str | None:
    """Of what is stored of a listing by the version in force."""
    row = PropertyAggregation
    statement = select(row.fingerprint).where(row.listing_id == listing_id, row.model == model_in_force().label)
    return session.scalar(statement)


def store_aggregation(session: Session, aggregation: Aggregation, fingerprint: str) -> None:
    whole = _aggregations().dump_python(aggregation, mode="json")
    values = {
        "fingerprint": fingerprint,
        "photo_count": aggregation.photo_count,
        "condition_score": aggregation.overall.condition.score,
        "natural_light_score": aggregation.overall.natural_light.score,
        "scores": {part: whole[part] for part in ("interior", "exterior", "overall")},
        **{part: whole[part] for part in ("rooms", "tags", "gaps")},
    }
    key = {"listing_id": aggregation.listing_id, "model": aggregation.model}
    statement = insert(session, PropertyAggregation).values(**key, **values)
    again = {**values, "computed_at": func.now()}
    session.execute(statement.on_conflict_do_update(index_elements=list(_AGGREGATION), set_=again))


def read_aggregation(session: Session, listing_id: int) -> Aggregation:
    """What is stored by the version in force. Raises NotFoundError: the listing was deleted since that was read."""
    table = PropertyAggregation.__table__
    statement = select(table).where(table.c.listing_id == listing_id, table.c.model == model_in_force().label)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFoundError(f"There is no listing {listing_id}.")
    parts = {name: getattr(row, name) for name in ("listing_id", "model", "photo_count", "rooms", "tags", "gaps")}
    return _aggregations().validate_python({**parts, **row.scores})


def asked_pairs(session: Session, listing_id: int) -> list[Pair]:
    """Those that somebody named, under whatever version."""
    pair = (TemporalChange.before_image_id, TemporalChange.after_image_id)
    statement = select(*pair).where(TemporalChange.listing_id == listing_id, TemporalChange.asked)
    return [(before, after) for before, after in session.execute(statement.distinct().order_by(*pair))]


def store_changes(session: Session, listing_id: int, changes: Sequence[Change], asked: Collection[Pair]) -> None:
    """These, and no others of the version in force."""
    model = model_in_force().label
    kept = [(change.before_image_id, change.after_image_id) for change in changes]
    row = TemporalChange
    gone = delete(row).where(row.listing_id == listing_id, row.model == model)
    if kept:
        gone = gone.where(tuple_(row.before_image_id, row.after_image_id).not_in(kept))
    session.execute(gone, execution_options={"synchronize_session": False})
    _store(session, listing_id, changes, set(asked))


def store_asked(session: Session, listing_id: int, change: Change) -> None:
    """A change between two photos that somebody named. What is stored by other versions is out of date with it."""
    _store(session, listing_id, [change], {_pair(change)})
    row = PropertyAggregation
    others = update(row).where(row.listing_id == listing_id, row.model != model_in_force().label)
    session.execute(others.values(fingerprint=""))


def read_changes(session: Session, listing_id: int) -> list[Change]:
    """What is stored by the version in force, in no order."""
    table = TemporalChange.__table__
    statement = select(table).where(table.c.listing_id == listing_id, table.c.model == model_in_force().label)
    rows = session.execute(statement)
    return [
        _changes().validate_python({**{name: getattr(row, name) for name in _COLUMNS}, **_told(row.changes)})
        for row in rows
    ]


def _store(session: Session, listing_id: int, changes: Sequence[Change], asked: Collection[Pair]) -> None:
    """In one statement; a pair that is there already gets the newer values."""
    if not changes:
        return
    shared = {"listing_id": listing_id, "model": model_in_force().label}
    rows = [{**shared, "asked": _pair(change) in asked, **_columns(change)} for change in changes]
    statement = insert(session, TemporalChange).values(rows)
    newer = {name: statement.excluded[name] for name in rows[0] if name not in _CHANGE}
    session.execute(statement.on_conflict_do_update(index_elements=list(_CHANGE), set_=newer))


def _columns(change: Change) -> dict[str, Any]:
    whole = _changes().dump_python(change, mode="json")
    deltas = {"condition_score": change.condition_delta, "natural_light_score": change.natural_light_delta}
    kept = ("before_at", "after_at", "tags_added", "tags_removed")
    return {
        **{name: whole[name] for name in _COLUMNS},
        "changes": {**{name: whole[name] for name in kept}, "deltas": deltas},
    }


def _told(changes: dict[str, Any]) -> dict[str, Any]:
    deltas = changes["deltas"]
    return {
        **{name: changes[name] for name in ("before_at", "after_at", "tags_added", "tags_removed")},
        "condition_delta": deltas["condition_score"],
        "natural_light_delta": deltas["natural_light_score"],
    }


def _pair(change: Change) -> Pair:
    return change.before_image_id, change.after_image_id


@cache
def _aggregations() -> TypeAdapter[Aggregation]:
    return TypeAdapter(Aggregation)


@cache
def _changes() -> TypeAdapter[Change]:
    return TypeAdapter(Change)
