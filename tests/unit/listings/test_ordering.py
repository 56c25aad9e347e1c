"""The order of a listing's photos."""

from itertools import permutations

from roomlens.listings.copies import Pair
from roomlens.listings.ordering import COVERS, STAND_INS, Place, Shot, arranged, cover_group, cover_of, shot_of
from roomlens.photos.facts import facts_of
from roomlens.vocabulary import ComplianceFlag, CopyKind, QualityFlag, RoomType, Scene, scene_of
from tests.listed import listed


def shot(
    image_id: int, room: RoomType, looks: float = 0.5, *, flagged: bool = False, faults: int = 0, altered: bool = False
) -> Shot:
    return Shot(image_id, room, scene_of(room), flagged, faults, looks, altered)


def ids(places: list[Place]) -> list[int]:
    return [place.image_id for place in places]


def copy(one: int, other: int) -> Pair:
    return Pair(one, other, CopyKind.SAME_SCENE, None, 0.95)


HOME = [
    shot(1, RoomType.FLOOR_PLAN),
    shot(2, RoomType.BATHROOM),
    shot(3, RoomType.BEDROOM),
    shot(4, RoomType.KITCHEN),
    shot(5, RoomType.HALLWAY),
    shot(6, RoomType.VIEW),
    shot(7, RoomType.YARD),
    shot(8, RoomType.LIVING_ROOM),
    shot(9, RoomType.FRONT_EXTERIOR),
    shot(10, RoomType.DINING_ROOM),
    shot(11, RoomType.PRIMARY_BEDROOM),
    shot(12, RoomType.OTHER),
]


def test_photos_come_as_buyers_walk() -> None:
    assert ids(arranged(HOME)) == [9, 8, 4, 10, 11, 3, 2, 5, 7, 6, 12, 1]


def test_the_order_is_that_of_the_photos_and_not_of_the_rows() -> None:
    some = HOME[:5]
    assert {tuple(ids(arranged(list(rows)))) for rows in permutations(some)} == {tuple(ids(arranged(some)))}


def test_every_place_has_a_reason() -> None:
    reasons = {place.image_id: place.reason for place in arranged([*HOME, shot(13, RoomType.KITCHEN, 0.9)])}
    assert reasons[9] == "The cover: the best photo of the front."
    assert reasons[13] == "Shows the kitchen: the best of 2 photos."
    assert reasons[4] == "Another view of the kitchen."
    assert reasons[8] == "Shows the living room."
    assert (reasons[1], reasons[12]) == ("A floor plan comes last.", "What it shows was not recognised.")


def test_second_views_come_after_every_room_has_been_seen() -> None:
    shots = [shot(n, room) for n, room in enumerate([RoomType.KITCHEN, RoomType.KITCHEN, RoomType.BATHROOM], 1)]
    assert ids(arranged([*shots, shot(4, RoomType.EXTERIOR)])) == [4, 1, 3, 2]


def test_two_bathrooms_of_a_home_are_two_rooms() -> None:
    shots = [shot(1, RoomType.BATHROOM, 0.9), shot(2, RoomType.BATHROOM, 0.8), shot(3, RoomType.BATHROOM, 0.7)]
    places = arranged([shot(9, RoomType.EXTERIOR), *shots], rooms={1: "bathroom 1", 2: "bathroom 1", 3: "bathroom 2"})
    assert ids(places) == [9, 1, 3, 2]
    assert [place.reason for place in places[2:]] == ["Shows bathroom 2.", "Another view of bathroom 1."]


def test_near_copies_come_after_all_that_shows_more_and_name_the_better_photo() -> None:
    shots = [shot(1, RoomType.KITCHEN, 0.4), shot(2, RoomType.KITCHEN, 0.8), shot(3, RoomType.BATHROOM)]
    places = arranged([*shots, shot(4, RoomType.OTHER), shot(5, RoomType.EXTERIOR)], copies=[copy(1, 2)])
    assert ids(places) == [5, 2, 3, 4, 1]
    assert places[-1].reason == "Shows nothing that photo 2 does not show better."


def test_a_copy_of_the_cover_is_the_worse_one_whatever_it_looks_like() -> None:
    shots = [shot(1, RoomType.FRONT_EXTERIOR, 0.3), shot(2, RoomType.LIVING_ROOM, 0.9)]
    assert ids(arranged(shots, copies=[copy(1, 2)])) == [1, 2]


def test_an_altered_photo_follows_its_original() -> None:
    shots = [shot(1, RoomType.EXTERIOR), shot(2, RoomType.LIVING_ROOM, 0.2), shot(3, RoomType.KITCHEN)]
    places = arranged([*shots, shot(4, RoomType.LIVING_ROOM, 0.9, altered=True)], originals={4: 2})
    assert ids(places) == [1, 2, 4, 3]
    assert places[2].reason == "Altered: it comes after photo 2, which shows what is there."


def test_an_altered_photo_without_its_original_has_a_place_of_its_own() -> None:
    shots = [shot(1, RoomType.EXTERIOR), shot(2, RoomType.LIVING_ROOM, altered=True), shot(3, RoomType.LIVING_ROOM, 0)]
    assert ids(arranged(shots, originals={2: None})) == [1, 3, 2]


def test_the_cover_is_the_best_photo_of_the_front() -> None:
    fronts = [shot(1, RoomType.FRONT_EXTERIOR, 0.4), shot(2, RoomType.FRONT_EXTERIOR, 0.6)]
    assert cover_of([*fronts, shot(3, RoomType.EXTERIOR, 1.0), shot(4, RoomType.LIVING_ROOM, 1.0)]) == 2
    assert cover_of([shot(2, RoomType.FRONT_EXTERIOR, 0.9, faults=1), fronts[0]]) == 1


def test_a_flagged_or_altered_front_gives_way_to_another_side_but_not_to_a_room() -> None:
    room, side = shot(1, RoomType.LIVING_ROOM), shot(2, RoomType.BACK_EXTERIOR)
    flagged = shot(3, RoomType.FRONT_EXTERIOR, flagged=True)
    altered = shot(4, RoomType.FRONT_EXTERIOR, altered=True)
    assert cover_of([room, side, flagged, altered]) == 2
    assert cover_of([room, flagged, altered]) == 4
    assert cover_of([room, flagged]) == 3


def test_without_the_outside_a_room_is_the_cover_and_its_place_says_so() -> None:
    shots = [shot(1, RoomType.BATHROOM), shot(2, RoomType.KITCHEN), shot(3, RoomType.FAMILY_ROOM)]
    assert arranged(shots)[0] == Place(3, "The cover: no photo shows the outside, and this one shows the family room.")
    assert cover_of(shots[:2]) == 2
    assert cover_of([shot(4, RoomType.OTHER), shots[0]]) == 1
    assert cover_of([shot(4, RoomType.FLOOR_PLAN)]) == 4


def test_a_side_that_is_not_known_to_be_the_front_is_called_so() -> None:
    (place,) = arranged([shot(1, RoomType.EXTERIOR)])
    assert place.reason == "The cover: the best photo of the outside; which side is the front is not known."


def test_where_a_person_chose_the_cover_ours_says_that_it_would_be() -> None:
    chosen, ours = arranged([shot(1, RoomType.FRONT_EXTERIOR), shot(2, RoomType.KITCHEN)], first=[2])
    assert (chosen.image_id, ours.reason) == (2, "Would be the cover: the best photo of the front.")


def test_no_photos_have_no_order_and_no_cover() -> None:
    assert arranged([]) == []
    assert cover_of([]) is None


def test_a_persons_order_comes_first_and_ours_follows() -> None:
    places = arranged(HOME[:4], first=[1, 99, 4, 1])
    assert [(place.image_id, place.placed_by) for place in places] == [
        (1, "person"), (4, "person"), (3, "roomlens"), (2, "roomlens"),
    ]  # fmt: skip


def test_what_could_not_be_told_inside_is_a_room_all_the_same() -> None:
    inside = Shot(1, RoomType.OTHER, Scene.INTERIOR, flagged=False, faults=0, looks=0.5, altered=False)
    assert ids(arranged([shot(2, RoomType.EXTERIOR), shot(3, RoomType.VIEW), inside])) == [2, 1, 3]


def test_every_room_belongs_to_one_group_of_covers() -> None:
    groups = [*COVERS, *STAND_INS]
    for room in RoomType:
        assert sum(room in group for group in groups) == (room not in (RoomType.OTHER, RoomType.FLOOR_PLAN))
    assert [cover_group(room) for room in (RoomType.AERIAL_VIEW, RoomType.LIVING_ROOM, RoomType.OTHER)] == [0, 1, 4]


def test_a_shot_weighs_what_was_measured_and_a_floor_plan_is_no_fault() -> None:
    photo = listed(1, faults=(QualityFlag.DARK,))
    photo.analysis.natural_light_score = 0.2
    photo.analysis.components = {"quality": {"sharpness": 0.6, "exposure": 1.0}}
    seen = shot_of(photo.analysis, facts_of(photo.analysis, None), [{"flag": ComplianceFlag.FLOOR_PLAN}], altered=True)
    assert seen == Shot(1, RoomType.KITCHEN, Scene.INTERIOR, flagged=False, faults=1, looks=0.6, altered=True)
    bare = shot_of(listed(2).analysis, listed(2).facts, [{"flag": ComplianceFlag.WATERMARK}], altered=False)
    assert (bare.flagged, bare.looks) == (True, 0.0)
