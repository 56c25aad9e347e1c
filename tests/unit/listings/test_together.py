"""What photos say together, and what became of a room between two of them: pure, on photos that no model has seen."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from roomlens.listings.comparing import LOOK_NOISE, LOOK_SHARES, compare
from roomlens.listings.instances import Likeness, View, instances_of
from roomlens.listings.kinds import Aggregation, Change, ListingPhoto
from roomlens.listings.pairing import pairs_of
from roomlens.listings.summing import aggregation_of
from roomlens.models import Analysis, Correction, Image
from roomlens.photos.facts import facts_of
from roomlens.vocabulary import EMBEDDED_TELLS, RoomType, Tag, scene_of

THEN, NOW = datetime(2024, 5, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)


def photo(
    number: int,
    room: RoomType = RoomType.KITCHEN,
    condition: float | None = 0.6,
    *,
    light: float | None = 0.5,
    at: datetime | None = NOW,
    tags: Sequence[Tag] = (),
    flags: Sequence[str] = (),
    signs: dict[str, float] | None = None,
    said: dict[str, Any] | None = None,
) -> ListingPhoto:
    analysis = Analysis(
        scene=scene_of(room), room_type=room, features=[{"tag": tag} for tag in tags], condition_score=condition,
        condition_reason=None, natural_light_score=light, reasons={}, components={"condition": signs or {}},
        quality_flags=list(flags), caption="",
    )  # fmt: skip
    nothing = {"tags_added": [], "tags_removed": []}
    correction = Correction(**{**nothing, **said}) if said else None
    return ListingPhoto(Image(id=number), analysis, facts_of(analysis, correction), at)


def summed_up(*photos: ListingPhoto, altered: Sequence[int] = (), **counts: float) -> Aggregation:
    beds, baths = counts.get("beds"), counts.get("baths")
    views = [View(one.id, one.facts.room_type, one.captured_at) for one in photos]
    rooms = instances_of(views, {}, Likeness(0.8, 0.6, 0.0), beds=beds, baths=baths)
    return aggregation_of(1, "m@1", photos, rooms, altered=altered, beds=beds, baths=baths)


def test_ten_photos_of_a_kitchen_weigh_no_more_than_one_of_a_bathroom() -> None:
    kitchens = [photo(number, condition=0.9) for number in range(1, 10)]
    found = summed_up(*kitchens, photo(10, condition=0.1), photo(11, RoomType.BATHROOM, 0.5))
    kitchen, bathroom = found.rooms
    assert (kitchen.condition.score, kitchen.condition.worst_image_id, bathroom.condition.score) == (0.9, 10, 0.5)
    assert found.interior.condition.score == pytest.approx(0.7)
    assert found.overall.condition == found.interior.condition
    assert (found.interior.condition.median_image_id, found.interior.condition.worst_image_id) == (11, 10)
    assert found.exterior.condition.score is None


def test_a_room_is_as_its_newest_photos_show_it() -> None:
    before = photo(1, condition=0.2, at=THEN, tags=[Tag.WOOD_CABINETS])
    after, undated = photo(2, condition=0.8, tags=[Tag.WHITE_CABINETS]), photo(3, condition=0.7, at=None)
    (kitchen,) = summed_up(before, after, undated).rooms
    assert kitchen.image_ids == (1, 2, 3)
    assert (kitchen.condition.score, kitchen.condition.best_image_id, kitchen.tags) == (0.7, 2, (Tag.WHITE_CABINETS,))
    (kitchen,) = summed_up(before, after, altered=[2]).rooms
    assert (kitchen.condition.score, kitchen.tags) == (0.2, (Tag.WOOD_CABINETS,))


def test_outside_and_inside_are_kept_apart() -> None:
    front = photo(2, RoomType.FRONT_EXTERIOR, None, light=None, said={"condition_score": 0.4})
    found = summed_up(photo(1), front, photo(3, RoomType.FLOOR_PLAN, None, light=None))
    parts = (found.interior, found.exterior, found.overall)
    assert [part.condition.score for part in parts] == [0.6, 0.4, 0.5]
    assert [part.image_ids for part in parts] == [(1,), (2,), (1, 2)]
    assert found.photo_count == 3


def gaps(found: Aggregation) -> dict[RoomType, str]:
    return {gap.room_type: gap.reason for gap in found.gaps}


def test_what_no_photo_shows_is_named() -> None:
    assert list(gaps(summed_up())) == [
        RoomType.KITCHEN, RoomType.BATHROOM, RoomType.BEDROOM, RoomType.LIVING_ROOM, RoomType.EXTERIOR,
    ]  # fmt: skip
    shown = [photo(1), photo(2, RoomType.PRIMARY_BATHROOM), photo(3, RoomType.BEDROOM), photo(4, RoomType.FAMILY_ROOM)]
    back = photo(5, RoomType.BACK_EXTERIOR, None, light=None)
    assert gaps(summed_up(*shown, back, beds=3, baths=1.5)) == {
        RoomType.FRONT_EXTERIOR: "No photo shows the front of the house.",
        RoomType.BEDROOM: "The listing has 3 bedrooms; the photos seem to show 1.",
    }
    assert gaps(summed_up(*shown))[RoomType.EXTERIOR] == "No photo shows the outside."


def changed(before: ListingPhoto, after: ListingPhoto, room: str | None = "kitchen", **others: Any) -> Change:
    return compare(before, after, instance=room, altered=others.pop("altered", ()), told=EMBEDDED_TELLS, **others)


def signs(finish: float, tidy: float = 0.0) -> dict[str, float]:
    return {"finish": finish, "tidy": tidy, "technical": 0.5}


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (signs(0.0), signs(1.0, 1.0), "improved"),
        (signs(1.0, 1.0), signs(0.0), "worsened"),
        (signs(0.0), signs(0.9), "unchanged"),
        (signs(-9.0), signs(-3.5), "unchanged"),  # beyond three deviations nothing counts
        (signs(1.0, 1.0), signs(-1.0), "unchanged"),  # the score says the opposite
    ],
)
def test_a_verdict_is_that_of_the_rooms_look(before: dict[str, float], after: dict[str, float], verdict: str) -> None:
    later = 0.7 if verdict != "worsened" else 0.5
    assert changed(photo(1, at=THEN, signs=before), photo(2, condition=later, signs=after)).verdict == verdict


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ({"condition": 0.5}, {"condition": 0.8}, "improved"),  # a model without signs
        ({"condition": 0.5}, {"condition": 0.6}, "unchanged"),
        ({"said": {"condition_score": 0.5}}, {"said": {"condition_score": 0.6}}, "improved"),
        ({"said": {"condition_score": 0.5}}, {"condition": 0.6}, "unchanged"),
        ({"light": 0.9}, {"light": 0.4}, "worsened"),
        ({"condition": None, "light": 0.4}, {"condition": 0.9, "light": 0.6}, "unchanged"),
        ({"light": None}, {"light": 0.9}, "unchanged"),
    ],
)
def test_a_verdict_without_signs_is_that_of_the_scores(
    before: dict[str, Any], after: dict[str, Any], verdict: str
) -> None:
    assert changed(photo(1, at=THEN, **before), photo(2, **after)).verdict == verdict


@pytest.mark.parametrize(
    ("after", "others", "reason"),
    [
        ({}, {"room": None}, "different_rooms"),
        ({"at": THEN}, {}, "same_moment"),
        ({}, {"altered": [2]}, "altered"),
        ({"flags": ["blurry"]}, {}, "blurry"),
        ({"flags": ["dark", "tilted"]}, {}, "dark"),
        ({"condition": None, "light": None}, {}, "not_scored"),
    ],
)
def test_why_two_photos_can_not_be_compared(after: dict[str, Any], others: dict[str, Any], reason: str) -> None:
    change = changed(photo(1, at=THEN), photo(2, **after), **others)
    assert (change.verdict, change.reason) == ("not_comparable", reason)


def test_tags_are_said_to_have_gone_only_where_the_model_would_have_seen_them() -> None:
    before = photo(1, tags=[Tag.WOOD_CABINETS, Tag.ISLAND, Tag.STOVE])
    change = changed(before, photo(2, tags=[Tag.WHITE_CABINETS, Tag.RECESSED_LIGHTING]))
    assert (change.tags_added, change.tags_removed) == ((Tag.WHITE_CABINETS,), (Tag.WOOD_CABINETS,))
    denied = photo(2, tags=[Tag.WOOD_CABINETS], said={"tags_removed": [Tag.ISLAND]})
    assert changed(before, denied).tags_removed == (Tag.ISLAND,)  # a person says so; of the stove nobody knows
    beside = [photo(3, tags=[Tag.WOOD_CABINETS])]
    assert changed(before, photo(2), beside=((), beside)).tags_removed == ()
    assert changed(before, photo(2), None).tags_removed == ()


def test_of_two_sessions_the_photos_most_alike_are_paired_and_poor_ones_last() -> None:
    photos = {
        1: photo(1, at=THEN), 2: photo(2, at=THEN, flags=["blurry"]), 3: photo(3), 4: photo(4), 5: photo(5, at=None),
    }  # fmt: skip
    views = [View(number, RoomType.KITCHEN, one.captured_at) for number, one in photos.items()]
    alike = {(1, 2): 0.9, (3, 4): 0.9, (1, 3): 0.5, (1, 4): 0.6, (2, 3): 0.99, (2, 4): 0.99}
    rooms = instances_of(views, alike, Likeness(0.8, 0.6, 0.0), beds=None, baths=None)
    assert list(pairs_of(rooms, photos, alike, altered=())) == [(1, 4)]
    assert list(pairs_of(rooms, photos, alike, altered=[4])) == [(1, 3)]


def test_the_look_has_the_shares_of_the_condition_score() -> None:
    from roomlens.vision.condition import BOUND, SHARES

    assert {name: SHARES[name] for name in LOOK_SHARES} == LOOK_SHARES
    assert 0 < LOOK_NOISE < BOUND
