"""Which photos show one room: by what is known of a home, and by how much alike they are."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from roomlens.listings.instances import Instance, Likeness, View, instances_of
from roomlens.vocabulary import RoomType

THEN, NOW = datetime(2024, 5, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
LIKENESS = Likeness(several=0.8, across=0.6, single=0.2)
BATHROOM, BEDROOM, KITCHEN = RoomType.BATHROOM, RoomType.BEDROOM, RoomType.KITCHEN


def rooms(
    *views: tuple[RoomType, datetime | None],
    alike: Mapping[tuple[int, int], float] | None = None,
    beds: float | None = None,
    baths: float | None = None,
) -> list[Instance]:
    numbered = [View(number, room, moment) for number, (room, moment) in enumerate(views, start=1)]
    return instances_of(numbered, alike or {}, LIKENESS, beds=beds, baths=baths)


def shown(found: list[Instance]) -> dict[str, tuple[int, ...]]:
    return {room.name: room.image_ids for room in found}


def test_a_home_has_one_kitchen_and_as_many_bathrooms_as_look_different() -> None:
    views = [(KITCHEN, NOW), (BATHROOM, NOW), (BATHROOM, NOW), (KITCHEN, NOW), (BATHROOM, NOW)]
    found = rooms(*views, alike={(1, 4): 0.3, (2, 3): 0.5, (2, 5): 0.9, (3, 5): 0.5})
    assert shown(found) == {"kitchen": (1, 4), "bathroom 1": (2, 5), "bathroom 2": (3,)}
    assert [(room.room_type, room.number) for room in found] == [(KITCHEN, 1), (BATHROOM, 1), (BATHROOM, 2)]


def test_two_kitchens_of_one_day_are_two_when_they_look_clearly_different() -> None:
    assert shown(rooms((KITCHEN, NOW), (KITCHEN, NOW), alike={(1, 2): 0.1})) == {"kitchen 1": (1,), "kitchen 2": (2,)}


def test_a_kitchen_before_and_after_is_one_however_different_it_looks() -> None:
    (kitchen,) = rooms((KITCHEN, NOW), (KITCHEN, THEN), alike={(1, 2): -0.2})
    assert kitchen.sessions == ((2,), (1,))


def test_photos_that_can_not_be_compared_are_one_kitchen_and_two_bedrooms() -> None:
    views = [(KITCHEN, NOW), (BEDROOM, NOW), (KITCHEN, NOW), (BEDROOM, NOW)]
    assert shown(rooms(*views)) == {"kitchen": (1, 3), "bedroom 1": (2,), "bedroom 2": (4,)}
    assert len(rooms(*views, beds=300, baths=300)) == 3


def test_no_more_bathrooms_are_told_than_the_listing_has() -> None:
    views = [(BATHROOM, NOW)] * 3
    alike = {(1, 2): 0.1, (1, 3): 0.4, (2, 3): 0.2}
    assert len(rooms(*views, alike=alike)) == 3
    assert len(rooms(*views, alike=alike, baths=2.5)) == 3  # two with a bath, and one without
    assert shown(rooms(*views, alike=alike, baths=2)) == {"bathroom 1": (1, 3), "bathroom 2": (2,)}
    assert len(rooms(*views, alike=alike, baths=0)) == 1


def test_bedrooms_are_found_again_one_to_one() -> None:
    views = [(BEDROOM, THEN), (BEDROOM, THEN), (BEDROOM, NOW), (BEDROOM, NOW)]
    alike = {(1, 2): 0.1, (3, 4): 0.1, (1, 3): 0.7, (1, 4): 0.65, (2, 3): 0.9, (2, 4): 0.1}
    assert shown(rooms(*views, alike=alike)) == {"bedroom 1": (1, 4), "bedroom 2": (2, 3)}


@pytest.mark.parametrize(("beds", "told"), [(None, 4), (3, 3), (2, 2)])
def test_bedrooms_that_changed_are_the_ones_there_can_be(beds: int | None, told: int) -> None:
    views = [(BEDROOM, THEN), (BEDROOM, THEN), (BEDROOM, NOW), (BEDROOM, NOW)]
    assert len(rooms(*views, alike={(1, 3): 0.5, (2, 4): 0.4}, beds=beds)) == told


def test_special_kinds_are_rooms_of_their_own_and_a_general_photo_may_show_either() -> None:
    views = [(RoomType.PRIMARY_BEDROOM, NOW), (RoomType.NURSERY, NOW), (BEDROOM, NOW)]
    found = rooms(*views, alike={(1, 2): 0.99, (1, 3): 0.95, (2, 3): 0.3})
    assert shown(found) == {"primary bedroom": (1, 3), "nursery": (2,)}
    assert len(rooms((RoomType.PRIMARY_BEDROOM, THEN), (RoomType.NURSERY, NOW), alike={(1, 2): 0.99})) == 2


def test_photos_without_a_time_are_a_session_of_their_own() -> None:
    (kitchen,) = rooms((KITCHEN, None), (KITCHEN, THEN), (KITCHEN, None), alike={(1, 3): 0.5})
    assert kitchen.sessions == ((2,), (1, 3))


def test_what_is_no_room_is_in_none_and_the_sides_of_a_house_are_places() -> None:
    views = [(room, NOW) for room in (RoomType.FLOOR_PLAN, RoomType.OTHER, RoomType.AERIAL_VIEW)]
    assert rooms(*views) == []
    outside = [(RoomType.FRONT_EXTERIOR, NOW), (RoomType.EXTERIOR, NOW), (RoomType.FRONT_EXTERIOR, NOW)]
    assert shown(rooms(*outside, alike={(1, 3): 0.5})) == {"front exterior": (1, 3), "exterior": (2,)}
