"""Which things are of a kind with others, which show a place that is asked for, and what copies are called."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from roomlens.vocabulary.rooms import RoomType
from roomlens.vocabulary.tags import Tag


class CopyKind(StrEnum):
    """What one photo is to another, the strongest first."""

    IDENTICAL = "identical"
    EDITED = "edited"
    SAME_SCENE = "same_scene"


_TAG_KINDS: Mapping[Tag, frozenset[Tag]] = {
    Tag.STOVE: frozenset({Tag.GAS_RANGE}),
    Tag.KITCHEN_CABINETS: frozenset({Tag.WHITE_CABINETS, Tag.WOOD_CABINETS}),
    Tag.BATHTUB: frozenset({Tag.SOAKING_TUB, Tag.FREESTANDING_TUB, Tag.SHOWER_TUB_COMBO}),
    Tag.VANITY: frozenset({Tag.DOUBLE_VANITY}),
    Tag.WALK_IN_SHOWER: frozenset({Tag.GLASS_SHOWER, Tag.SHOWER_TUB_COMBO}),
    Tag.BOOKSHELVES: frozenset({Tag.BUILT_IN_SHELVES}),
    Tag.WASHING_MACHINE: frozenset({Tag.WASHER_DRYER}),
    Tag.BED: frozenset({Tag.FOUR_POSTER_BED}),
    Tag.FENCED_YARD: frozenset({Tag.PICKET_FENCE}),
}
_SHOWN_BY: Mapping[RoomType, frozenset[Tag]] = {
    RoomType.PANTRY: frozenset({Tag.WALK_IN_PANTRY}),
    RoomType.CLOSET: frozenset({Tag.WALK_IN_CLOSET}),
    RoomType.STAIRS: frozenset({Tag.STAIRCASE}),
    RoomType.GARAGE: frozenset({Tag.ATTACHED_GARAGE, Tag.DETACHED_GARAGE}),
    RoomType.PATIO: frozenset({Tag.COVERED_PATIO}),
    RoomType.DECK: frozenset({Tag.DECK}),
    RoomType.BALCONY: frozenset({Tag.BALCONY}),
    RoomType.POOL: frozenset({Tag.IN_GROUND_POOL}),
    RoomType.YARD: frozenset({Tag.FENCED_YARD}),
    RoomType.VIEW: frozenset({Tag.WATER_VIEW, Tag.MOUNTAIN_VIEW, Tag.CITY_VIEW, Tag.GOLF_COURSE_VIEW}),
}


def tag_kinds(tag: Tag) -> frozenset[Tag]:
    """A thing and its special kinds: whoever asks for a bathtub means a soaking tub too."""
    return _TAG_KINDS.get(tag, frozenset()) | {tag}


def shown_by(room: RoomType) -> frozenset[Tag]:
    """The things that prove a place whatever room a photo is of: a pool may be seen from the kitchen."""
    return _SHOWN_BY.get(room, frozenset())
