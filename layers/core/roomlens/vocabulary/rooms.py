"""What a photo shows: the scene, then the room, and what feeds call them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Scene(StrEnum):
    """Where a photo was taken from, before any room is named."""

    INTERIOR = "interior"
    EXTERIOR = "exterior"
    AERIAL = "aerial"
    FLOOR_PLAN = "floor_plan"
    OTHER = "other"


class RoomType(StrEnum):
    """What a photo shows. More values may come: whoever stores or shows one must not count on these alone.

    The embedded model answers a few of them, which GET /api/taxonomy marks; all others are words for people's
    corrections and for other models.
    """

    KITCHEN = "kitchen"
    LIVING_ROOM = "living_room"
    FAMILY_ROOM = "family_room"
    GREAT_ROOM = "great_room"
    DINING_ROOM = "dining_room"
    BREAKFAST_AREA = "breakfast_area"
    BEDROOM = "bedroom"
    PRIMARY_BEDROOM = "primary_bedroom"
    BATHROOM = "bathroom"
    PRIMARY_BATHROOM = "primary_bathroom"

    OFFICE = "office"
    LAUNDRY_ROOM = "laundry_room"
    CLOSET = "closet"
    PANTRY = "pantry"
    ENTRY = "entry"
    HALLWAY = "hallway"
    STAIRS = "stairs"
    MUDROOM = "mudroom"
    BASEMENT = "basement"
    ATTIC = "attic"
    LOFT = "loft"
    BONUS_ROOM = "bonus_room"
    MEDIA_ROOM = "media_room"
    GAME_ROOM = "game_room"
    GYM = "gym"
    SUNROOM = "sunroom"
    NURSERY = "nursery"
    WINE_CELLAR = "wine_cellar"
    GARAGE = "garage"
    WORKSHOP = "workshop"
    STORAGE = "storage"

    EXTERIOR = "exterior"  # the outside of the house, which side is not told
    FRONT_EXTERIOR = "front_exterior"
    BACK_EXTERIOR = "back_exterior"
    SIDE_EXTERIOR = "side_exterior"
    PATIO = "patio"
    DECK = "deck"
    BALCONY = "balcony"
    POOL = "pool"
    YARD = "yard"
    VIEW = "view"
    WATERFRONT = "waterfront"
    PARKING = "parking"
    COMMUNITY_AMENITY = "community_amenity"

    AERIAL_VIEW = "aerial_view"
    FLOOR_PLAN = "floor_plan"
    OTHER = "other"

    @property
    def is_interior(self) -> bool:
        """Whether it is a room to stand in, with light and a condition of its own."""
        return scene_of(self) is Scene.INTERIOR


_OUTSIDE = frozenset(
    {
        RoomType.EXTERIOR,
        RoomType.FRONT_EXTERIOR,
        RoomType.BACK_EXTERIOR,
        RoomType.SIDE_EXTERIOR,
        RoomType.PATIO,
        RoomType.DECK,
        RoomType.BALCONY,
        RoomType.POOL,
        RoomType.YARD,
        RoomType.VIEW,
        RoomType.WATERFRONT,
        RoomType.PARKING,
        RoomType.COMMUNITY_AMENITY,
    }
)
_SCENES: Mapping[RoomType, Scene] = {
    **dict.fromkeys(_OUTSIDE, Scene.EXTERIOR),
    RoomType.AERIAL_VIEW: Scene.AERIAL,
    RoomType.FLOOR_PLAN: Scene.FLOOR_PLAN,
    RoomType.OTHER: Scene.OTHER,
}


def scene_of(room: RoomType) -> Scene:
    """The scene that a room belongs to. `other` says nothing of it: a model may know the scene and no room."""
    return _SCENES.get(room, Scene.INTERIOR)


TOLD_ROOMS: frozenset[RoomType] = frozenset(
    {
        RoomType.KITCHEN,
        RoomType.BATHROOM,
        RoomType.BEDROOM,
        RoomType.LIVING_ROOM,
        RoomType.DINING_ROOM,
        RoomType.HALLWAY,
        RoomType.EXTERIOR,
        RoomType.FLOOR_PLAN,
        RoomType.OTHER,
    }
)
"""The rooms that the embedded model can answer."""

_KINDS: Mapping[RoomType, frozenset[RoomType]] = {
    RoomType.LIVING_ROOM: frozenset({RoomType.FAMILY_ROOM, RoomType.GREAT_ROOM}),
    RoomType.DINING_ROOM: frozenset({RoomType.BREAKFAST_AREA}),
    RoomType.BEDROOM: frozenset({RoomType.PRIMARY_BEDROOM, RoomType.NURSERY}),
    RoomType.BATHROOM: frozenset({RoomType.PRIMARY_BATHROOM}),
    RoomType.HALLWAY: frozenset({RoomType.ENTRY}),
    RoomType.EXTERIOR: frozenset({RoomType.FRONT_EXTERIOR, RoomType.BACK_EXTERIOR, RoomType.SIDE_EXTERIOR}),
}


_GENERAL: Mapping[RoomType, RoomType] = {kind: room for room, kinds in _KINDS.items() for kind in kinds}


def general_room(room: RoomType) -> RoomType:
    """The room that a special kind is one of: the bedroom, of a nursery; any other room is its own."""
    return _GENERAL.get(room, room)


def kinds_of(room: RoomType) -> frozenset[RoomType]:
    """A room and its special kinds: whoever asks for a bedroom means the primary one too."""
    return _KINDS.get(room, frozenset()) | {room}


def answering_rooms(room: RoomType) -> frozenset[RoomType]:
    """The rooms whose photos may show what is asked for: its kinds, and the general room of a special kind, which a
    model that can't tell the kinds apart will have named."""
    general = _GENERAL.get(room)
    return kinds_of(room) | ({general} if general else frozenset())


# For people, in the middle of a sentence.
ROOM_LABELS: dict[RoomType, str] = {room: room.replace("_", " ") for room in RoomType}
ROOM_LABELS[RoomType.OTHER] = "unrecognised scene"

# RESO Data Dictionary 1.7, lookup `ImageOf`: the value of each room in feeds. "Other" where the dictionary has no word,
# and for the outside of which no side is told.
RESO_IMAGE_OF: Mapping[RoomType, str] = {
    RoomType.KITCHEN: "Kitchen",
    RoomType.LIVING_ROOM: "LivingRoom",
    RoomType.FAMILY_ROOM: "FamilyRoom",
    RoomType.GREAT_ROOM: "GreatRoom",
    RoomType.DINING_ROOM: "DiningRoom",
    RoomType.BREAKFAST_AREA: "BreakfastArea",
    RoomType.BEDROOM: "Bedroom",
    RoomType.PRIMARY_BEDROOM: "MasterBedroom",
    RoomType.BATHROOM: "Bathroom",
    RoomType.PRIMARY_BATHROOM: "MasterBathroom",
    RoomType.OFFICE: "Office",
    RoomType.LAUNDRY_ROOM: "Laundry",
    RoomType.CLOSET: "Closet",
    RoomType.PANTRY: "Pantry",
    RoomType.ENTRY: "Entry",
    RoomType.HALLWAY: "Other",
    RoomType.STAIRS: "Other",
    RoomType.MUDROOM: "MudRoom",
    RoomType.BASEMENT: "Basement",
    RoomType.ATTIC: "Attic",
    RoomType.LOFT: "Loft",
    RoomType.BONUS_ROOM: "BonusRoom",
    RoomType.MEDIA_ROOM: "MediaRoom",
    RoomType.GAME_ROOM: "GameRoom",
    RoomType.GYM: "ExerciseRoom",
    RoomType.SUNROOM: "SunRoom",
    RoomType.NURSERY: "Nursery",
    RoomType.WINE_CELLAR: "WineCellar",
    RoomType.GARAGE: "Garage",
    RoomType.WORKSHOP: "Workshop",
    RoomType.STORAGE: "Storage",
    RoomType.EXTERIOR: "Other",
    RoomType.FRONT_EXTERIOR: "FrontOfStructure",
    RoomType.BACK_EXTERIOR: "BackOfStructure",
    RoomType.SIDE_EXTERIOR: "SideOfStructure",
    RoomType.PATIO: "Patio",
    RoomType.DECK: "Deck",
    RoomType.BALCONY: "Balcony",
    RoomType.POOL: "Pool",
    RoomType.YARD: "Yard",
    RoomType.VIEW: "View",
    RoomType.WATERFRONT: "Waterfront",
    RoomType.PARKING: "Parking",
    RoomType.COMMUNITY_AMENITY: "Community",
    RoomType.AERIAL_VIEW: "AerialView",
    RoomType.FLOOR_PLAN: "FloorPlan",
    RoomType.OTHER: "Other",
}
