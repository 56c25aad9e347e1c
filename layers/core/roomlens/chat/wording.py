"""Parts of sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from roomlens.chat.replies import Seen
from roomlens.vocabulary import ROOM_LABELS


def place(photo: Seen) -> str:
    return f"{ROOM_LABELS[photo.room]} (photo {photo.image_id})"


def places(photos: Sequence[Seen]) -> str:
    """the kitchen and the bathroom (photos 1, 2 and 3)"""
    rooms = listed(dict.fromkeys(f"the {ROOM_LABELS[photo.room]}" for photo in photos))
    return f"{rooms} ({named(photos)})"


def caption(photo: Seen) -> str:
    """Without its last point: more may follow in the sentence."""
    return photo.caption.rstrip(".") or ROOM_LABELS[photo.room]


def named(photos: Sequence[Seen]) -> str:
    word = "photo" if len(photos) == 1 else "photos"
    return f"{word} {listed(str(photo.image_id) for photo in photos)}"


def number_of(photos: Sequence[Seen]) -> str:
    return f"{len(photos)} photo{'s' if len(photos) != 1 else ''}"


def listed(words: Iterable[str]) -> str:
    """a; a and b; a, b and c"""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
