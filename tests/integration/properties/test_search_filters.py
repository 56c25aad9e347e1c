"""Filters against the plainest search there is: every photo is asked, in Python, whether it is what was wanted."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from roomlens.models import Listing
from roomlens.schemas import Filters, QueryRequest
from roomlens.search import search
from roomlens.vocabulary import RoomType, Tag, kinds_of
from tests.fixtures.properties import PATIENCE
from tests.rows import add_photo

pytestmark = pytest.mark.usefixtures("s3", "analyzer")
FEW = settings(max_examples=25, suppress_health_check=[*PATIENCE, HealthCheck.function_scoped_fixture])
START = datetime(2026, 1, 1, tzinfo=UTC)
ROOMS = (RoomType.KITCHEN, RoomType.BEDROOM, RoomType.PRIMARY_BEDROOM, RoomType.BATHROOM)
TAGS = (Tag.STOVE, Tag.SOFA, Tag.FIREPLACE)
SCORES = (0.0, 0.3, 0.5, 1.0)
AMOUNTS = (0.0, 1.5, 3.0)
STATUSES = ("active", "sold")


@dataclass(frozen=True)
class Home:
    price: float | None
    beds: float | None
    status: str


@dataclass(frozen=True)
class Shot:
    room: RoomType
    tags: frozenset[Tag]
    condition: float | None
    natural_light: float | None
    day: int | None
    home: int | None

    @property
    def captured_at(self) -> datetime | None:
        return None if self.day is None else START + timedelta(days=self.day)


def maybe(values: Any) -> st.SearchStrategy[Any]:
    return st.none() | st.sampled_from(values)


HOMES = st.lists(st.builds(Home, maybe(AMOUNTS), maybe(AMOUNTS), st.sampled_from(STATUSES)), min_size=2, max_size=2)
SHOTS = st.lists(
    st.builds(
        Shot,
        st.sampled_from(ROOMS),
        st.frozensets(st.sampled_from(TAGS)),
        maybe(SCORES),
        maybe(SCORES),
        maybe(range(4)),
        maybe((0, 1)),
    ),
    max_size=8,
)


def limits(values: Any) -> st.SearchStrategy[Any]:
    pairs = st.tuples(maybe(values), maybe(values)).filter(
        lambda pair: pair != (None, None) and (None in pair or pair[0] <= pair[1])
    )
    return st.none() | pairs.map(lambda pair: {"min": pair[0], "max": pair[1]})


def some(values: Any, *names: str) -> st.SearchStrategy[Any]:
    lists = st.none() | st.lists(st.sampled_from(values), min_size=1, max_size=3)
    return st.none() | st.fixed_dictionaries(dict.fromkeys(names, lists)).filter(lambda found: any(found.values()))


WANTED = st.fixed_dictionaries(
    {
        "rooms": some(ROOMS, "any", "none"),
        "tags": some(TAGS, "any", "all", "none"),
        "listings": some((0, 1), "any", "none"),
        "listing_status": st.none() | st.lists(st.sampled_from(STATUSES), min_size=1, max_size=2),
        "condition": limits(SCORES),
        "natural_light": limits(SCORES),
        "captured_at": limits([START + timedelta(days=day) for day in range(4)]),
        "price": limits(AMOUNTS),
        "beds": limits(AMOUNTS),
    }
)


def is_wanted(shot: Shot, homes: list[Home], wanted: dict[str, Any]) -> bool:
    home = None if shot.home is None else homes[shot.home]
    return (
        _is_of(shot.room, wanted["rooms"])
        and _has_tags(shot.tags, wanted["tags"])
        and _is_listed(shot.home, wanted["listings"])
        and (wanted["listing_status"] is None or (home is not None and home.status in wanted["listing_status"]))
        and all(_within(getattr(shot, name), wanted[name]) for name in ("condition", "natural_light", "captured_at"))
        and all(_within(home and getattr(home, name), wanted[name]) for name in ("price", "beds"))
    )


def _is_of(room: RoomType, wanted: dict[str, Any] | None) -> bool:
    def named(rooms: list[RoomType]) -> bool:
        return any(room in kinds_of(one) for one in rooms)

    return wanted is None or ((not wanted["any"] or named(wanted["any"])) and not named(wanted["none"] or []))


def _has_tags(tags: frozenset[Tag], wanted: dict[str, Any] | None) -> bool:
    if wanted is None:
        return True
    return (
        (not wanted["any"] or bool(tags & set(wanted["any"])))
        and set(wanted["all"] or ()) <= tags
        and not tags & set(wanted["none"] or ())
    )


def _is_listed(home: int | None, wanted: dict[str, Any] | None) -> bool:
    return wanted is None or ((not wanted["any"] or home in wanted["any"]) and home not in (wanted["none"] or ()))


def _within(value: Any, bounds: dict[str, Any] | None) -> bool:
    if bounds is None:
        return True
    return (
        value is not None
        and (bounds["min"] is None or value >= bounds["min"])
        and (bounds["max"] is None or value <= bounds["max"])
    )


@contextmanager
def stored(db: Session, shots: list[Shot], homes: list[Home]) -> Iterator[tuple[list[int], list[int]]]:
    """The ids of the photos and of the listings; all are gone afterwards."""
    with db.begin_nested() as savepoint:
        listings = [Listing(**vars(home)) for home in homes]
        db.add_all(listings)
        db.flush()
        photos = [
            add_photo(
                db,
                room=shot.room,
                tags=sorted(shot.tags),
                caption="A room with a view.",
                listing_id=None if shot.home is None else listings[shot.home].id,
                condition=shot.condition,
                natural_light=shot.natural_light,
                captured_at=shot.captured_at,
            )
            for shot in shots
        ]
        yield photos, [listing.id for listing in listings]
        savepoint.rollback()
    db.expunge_all()


@FEW
@given(shots=SHOTS, homes=HOMES, wanted=WANTED, mode=st.sampled_from(["hybrid", "vector", "text"]))
def test_all_that_is_wanted_is_found_and_nothing_else(
    db: Session, shots: list[Shot], homes: list[Home], wanted: dict[str, Any], mode: Any
) -> None:
    with stored(db, shots, homes) as (photos, listings):
        asked = {name: value for name, value in wanted.items() if value is not None}
        if "listings" in asked:
            asked["listings"] = {
                name: [listings[one] for one in ones] for name, ones in asked["listings"].items() if ones
            }
        filters = Filters.model_validate(asked)
        found = search(db, QueryRequest(query="a room with a view", k=100, filters=filters, mode=mode))
        right = {photo for photo, shot in zip(photos, shots, strict=True) if is_wanted(shot, homes, wanted)}
        assert {hit.image.id for hit in found.hits} == right
        assert len(found.hits) == len(right)
