"""One plain sentence or two about a photo, made of nothing but what was detected.

Every word is about the building. Nothing is said of who might live there or near it, of safety, schools, worth or
taste: listings in the United States may not steer buyers (Fair Housing Act, 42 U.S.C. 3604(c)), and a photo can't know.
A test holds every caption that the vocabulary can give to a list of such words.
"""

from __future__ import annotations

from collections.abc import Sequence

from roomlens.vocabulary import ROOM_LABELS, TAG_LABELS, RoomType, Scene, Tag, capital, tag_kinds, with_article

MAX_LENGTH = 200
# More would read like a list, and the surest say the most.
_MOST_THINGS = 5
_BRIGHT_FROM = 0.75
_DIM_BELOW = 0.25

_OPENINGS = {
    RoomType.EXTERIOR: "The outside of a house",
    RoomType.FRONT_EXTERIOR: "The front of a house",
    RoomType.BACK_EXTERIOR: "The back of a house",
    RoomType.SIDE_EXTERIOR: "The side of a house",
    RoomType.PRIMARY_BEDROOM: "A main bedroom",
    RoomType.PRIMARY_BATHROOM: "A main bathroom",
    # their names speak of who is to live there
    RoomType.NURSERY: "A bedroom",
    RoomType.FAMILY_ROOM: "A living room",
    RoomType.COMMUNITY_AMENITY: "A shared facility",
    RoomType.FLOOR_PLAN: "A floor plan or another drawing",
}
# Where the room is not told, the scene may be.
_SCENES = {
    Scene.INTERIOR: "An interior",
    Scene.EXTERIOR: "A view of the outside",
    Scene.AERIAL: "A view from the air",
    Scene.FLOOR_PLAN: "A floor plan or another drawing",
    Scene.OTHER: "A photo that shows no room",
}


def caption(room: RoomType, tags: Sequence[Tag], daylight: float | None, scene: Scene = Scene.OTHER) -> str:
    """Describe a photo in at most `MAX_LENGTH` characters.

    Args:
        room: what it shows.
        tags: what can be seen, surest first.
        daylight: the daylight score in 0..1, or None where there is none.
        scene: where it was taken; it is named when the room is `other`.
    """
    opening = (
        _SCENES[scene] if room is RoomType.OTHER else _OPENINGS.get(room, capital(with_article(ROOM_LABELS[room])))
    )
    things = _without_repeats(tags)
    light = _light(daylight)
    for count in range(min(len(things), _MOST_THINGS), -1, -1):
        sentence = _sentence(opening, things[:count]) + light
        if len(sentence) <= MAX_LENGTH:
            return sentence
    return opening + "."


def _without_repeats(tags: Sequence[Tag]) -> list[Tag]:
    """Where a special kind of a thing is named, the thing itself says no more: a soaking tub is a bathtub."""
    return [tag for tag in tags if not (tag_kinds(tag) - {tag}) & set(tags)]


def _sentence(opening: str, tags: Sequence[Tag]) -> str:
    things = [with_article(TAG_LABELS[tag]) for tag in tags]
    if not things:
        return f"{opening}."
    listed = things[0] if len(things) == 1 else f"{', '.join(things[:-1])} and {things[-1]}"
    return f"{opening} with {listed}."


def _light(daylight: float | None) -> str:
    if daylight is None:
        return ""
    if daylight >= _BRIGHT_FROM:
        return " It is bright with daylight."
    return " There is little daylight." if daylight < _DIM_BELOW else ""
