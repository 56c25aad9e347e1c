"""Which things a head is tried for, on which photos, and what it must reach to be told."""

from __future__ import annotations

from dataclasses import dataclass

from roomlens.vocabulary import RoomType, Tag

# A tag is told when, of at least `MUST_SAY` photos kept apart on which it was said, this share was right, surely more
# than one half of them (the 95 % interval), and it was said of this share of the photos that show the thing.
PRECISION, SURELY_ABOVE, MUST_SAY, RECALL = 0.8, 0.5, 10, 0.1
# What a threshold aims at on photos of other folds: the first of these with which it finds `USEFUL` of the photos
# there that show the thing, else the last. They lie above `PRECISION`, because a threshold chosen on some photos does a
# little worse on others. None may rest on fewer than `FEWEST` told photos.
AIMS, USEFUL, FEWEST = (0.86, 0.82), 0.25, 8


@dataclass(frozen=True)
class Plan:
    """One head: a tag, the kinds of labelled photos that it learns from, and the rooms in which it is asked."""

    tag: Tag
    kinds: tuple[str, ...]
    rooms: tuple[RoomType, ...]


def _plans(kinds: tuple[str, ...], rooms: tuple[RoomType, ...], *tags: Tag) -> tuple[Plan, ...]:
    return tuple(Plan(tag, kinds, rooms) for tag in tags)


_SITTING = (RoomType.LIVING_ROOM, RoomType.DINING_ROOM)
_LIVING = ("living_room", "dining_room")

PLANS: tuple[Plan, ...] = (
    *_plans(
        ("kitchen",),
        (RoomType.KITCHEN,),
        Tag.ISLAND,
        Tag.BREAKFAST_BAR,
        Tag.STAINLESS_STEEL_APPLIANCES,
        Tag.REFRIGERATOR,
        Tag.WHITE_CABINETS,
        Tag.WOOD_CABINETS,
        Tag.GRANITE_COUNTERS,
        Tag.TILE_FLOORS,
        Tag.RECESSED_LIGHTING,
    ),
    *_plans(
        ("bathroom",),
        (RoomType.BATHROOM,),
        Tag.BATHTUB,
        Tag.SOAKING_TUB,
        Tag.SHOWER_TUB_COMBO,
        Tag.SHOWER_CURTAIN,
        Tag.GLASS_SHOWER,
        Tag.DOUBLE_VANITY,
    ),
    *_plans(
        ("bedroom",),
        (RoomType.BEDROOM,),
        Tag.CARPET,
        Tag.CEILING_FAN,
        Tag.VAULTED_CEILING,
        Tag.LARGE_WINDOWS,
    ),
    *_plans(("frontal",), (RoomType.EXTERIOR,), Tag.ATTACHED_GARAGE, Tag.TILE_ROOF),
    *_plans(_LIVING, _SITTING, Tag.FIREPLACE, Tag.CHANDELIER, Tag.LARGE_WINDOWS),
    *_plans(("kitchen", "bedroom", *_LIVING), (RoomType.KITCHEN, RoomType.BEDROOM, *_SITTING), Tag.HARDWOOD_FLOORS),
    *_plans(("living_room",), (RoomType.LIVING_ROOM,), Tag.SOFA),
)
