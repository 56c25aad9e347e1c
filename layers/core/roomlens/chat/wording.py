"""Parts of sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final

from roomlens.chat.replies import Seen
from roomlens.vocabulary import ROOM_LABELS, RoomType, with_article

MOST_NAMED: Final = 8  # photos that a sentence names; the others are counted
_NUMBERS: Final = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_OUTSIDE: Final = {
    RoomType.EXTERIOR: "the outside of the house",
    RoomType.FRONT_EXTERIOR: "the front of the house",
    RoomType.BACK_EXTERIOR: "the back of the house",
    RoomType.SIDE_EXTERIOR: "the side of the house",
}


def places(photos: Sequence[Seen]) -> str:
    """the kitchen and the bathroom (photos 1, 2 and 3)"""
    rooms = listed(dict.fromkeys(f"the {ROOM_LABELS[photo.room]}" for photo in photos))
    return f"{rooms} ({named(photos)})"


def caption(photo: Seen) -> str:
    """Without its last point: more may follow in the sentence."""
    return photo.caption.rstrip(".") or ROOM_LABELS[photo.room]


def named(photos: Sequence[Seen]) -> str:
    word = "photo" if len(photos) == 1 else "photos"
    ids = [str(photo.image_id) for photo in photos]
    more = [f"{len(ids) - MOST_NAMED} more"] if len(ids) > MOST_NAMED else []
    return f"{word} {listed([*ids[:MOST_NAMED], *more])}"


def number_of(photos: Sequence[Seen]) -> str:
    return f"{len(photos)} photo{'s' if len(photos) != 1 else ''}"


def none_of(photos: Sequence[Seen], other: str = "") -> str:
    """None of the 5 photos shows; none of the other 4 photos shows; the only photo doesn't show"""
    if len(photos) == 1:
        return f"The {other or 'only '}photo doesn't show"
    return f"None of the {other}{number_of(photos)} shows"


def listed(words: Iterable[str]) -> str:
    """a; a and b; a, b and c"""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def either(words: Iterable[str]) -> str:
    """a; a or b; a, b or c"""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def spelt(number: int) -> str:
    """In words as far as people write them so."""
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def a_room(room: RoomType) -> str:
    return _OUTSIDE.get(room) or with_article(ROOM_LABELS[room])


def the_room(room: RoomType) -> str:
    return _OUTSIDE.get(room) or f"the {ROOM_LABELS[room]}"


def of_rooms(rooms: Collection[RoomType]) -> str:
    """ of the kitchen and the bathroom; nothing where no room is meant"""
    return f" of {listed(the_room(room) for room in sorted(rooms))}" if rooms else ""


def so_many(room: RoomType, number: int) -> str:
    """one kitchen; two bathrooms; the outside of the house"""
    label = ROOM_LABELS[room]
    if room in _OUTSIDE:
        return _OUTSIDE[room]
    return f"{spelt(number)} {label if number == 1 or label.endswith('s') else _plural(label)}"


def _plural(label: str) -> str:
    ends_in_y = label.endswith("y") and label[-2] not in "aeiou"
    return f"{label[:-1]}ies" if ends_in_y else f"{label}s"


def day(moment: datetime | None) -> str:
    return f"{moment.day} {moment:%B %Y}" if moment else "an unknown day"
