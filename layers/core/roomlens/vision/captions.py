"""One plain sentence or two about a photo, made of nothing but what was detected."""

from __future__ import annotations

from collections.abc import Sequence

from roomlens.vocabulary import ROOM_LABELS, TAG_LABELS, RoomType, Tag

MAX_LENGTH = 200
# More would read like a list, and the surest say the most.
_MOST_THINGS = 5
_BRIGHT_FROM = 0.75
_DIM_BELOW = 0.25

_OPENINGS = {
    RoomType.EXTERIOR: "The outside of a house",
    RoomType.FLOOR_PLAN: "A floor plan or another drawing",
    RoomType.OTHER: "A photo of something that is no room the model knows",
}
_PLURALS = {Tag.KITCHEN_CABINETS, Tag.WINDOW_COVERINGS, Tag.BOOKSHELVES}


def caption(room: RoomType, tags: Sequence[Tag], daylight: float | None) -> str:
    """Describe a photo in at most `MAX_LENGTH` characters.

    Args:
        room: what it shows.
        tags: what can be seen, surest first.
        daylight: the daylight score in 0..1, or None where there is none.
    """
    opening = _OPENINGS.get(room) or f"A {ROOM_LABELS[room]}"
    if Tag.FOUR_POSTER_BED in tags:
        tags = [tag for tag in tags if tag is not Tag.BED]
    light = _light(daylight)
    for count in range(min(len(tags), _MOST_THINGS), -1, -1):
        sentence = _sentence(opening, tags[:count]) + light
        if len(sentence) <= MAX_LENGTH:
            return sentence
    return opening + "."


def _sentence(opening: str, tags: Sequence[Tag]) -> str:
    things = [_noun(tag) for tag in tags]
    if not things:
        return f"{opening}."
    listed = things[0] if len(things) == 1 else f"{', '.join(things[:-1])} and {things[-1]}"
    return f"{opening} with {listed}."


def _noun(tag: Tag) -> str:
    label = TAG_LABELS[tag]
    if tag in _PLURALS:
        return label
    return f"{'an' if label[0] in 'aeiou' else 'a'} {label}"


def _light(daylight: float | None) -> str:
    if daylight is None:
        return ""
    if daylight >= _BRIGHT_FROM:
        return " It is bright with daylight."
    return " There is little daylight." if daylight < _DIM_BELOW else ""
