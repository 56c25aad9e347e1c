"""What is known of a home beside its photos one by one, and the places in it that an answer speaks of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from roomlens.chat.questions import Aspect, Question
from roomlens.chat.replies import Seen
from roomlens.chat.wording import named
from roomlens.listings import ordering
from roomlens.listings.alterations import Altered
from roomlens.listings.kinds import Change, Gap, Measured, RoomInstance
from roomlens.vocabulary import ROOM_LABELS, RoomType, Tag


@dataclass(frozen=True)
class Home:
    """One listing: its rooms, what no photo of it shows, what became of its rooms, the order of its photos, and those
    of them that were altered."""

    rooms: tuple[RoomInstance, ...] = ()
    gaps: tuple[Gap, ...] = ()
    changes: tuple[Change, ...] = ()
    order: tuple[ordering.Place, ...] = ()
    altered: tuple[Altered, ...] = ()


@dataclass(frozen=True)
class Listing:
    """One of several listings that were found, by the photo that answers best."""

    listing_id: int
    photo: Seen


@dataclass(frozen=True)
class Place:
    """A room as an answer names it, the photos that it is known by, and what was measured of it, 0..1.

    `measured_on`: the photos that the measures rest on.
    """

    name: str  # with its article: "the kitchen", "bathroom 2"
    room: RoomType
    photos: tuple[Seen, ...]
    values: Mapping[Aspect, float | None]
    measured_on: Mapping[Aspect, tuple[Seen, ...]]

    def said_of(self, aspect: Aspect) -> str:
        """With the photos that its measure rests on."""
        return f"{self.name} ({named(self.measured_on[aspect])})"


NOWHERE: Final = Home()


def name_of(room: RoomInstance) -> str:
    return room.name if room.name[-1:].isdigit() else f"the {room.name}"


def instances_among(home: Home, photos: Sequence[Seen]) -> list[tuple[RoomInstance, tuple[Seen, ...]]]:
    """The rooms that these photos show, each with those of them that do."""
    by_id = {photo.image_id: photo for photo in photos}
    shown = ((room, tuple(by_id[one] for one in room.image_ids if one in by_id)) for room in home.rooms)
    return [(room, having) for room, having in shown if having]


def things_now(home: Home, photo: Seen) -> frozenset[Tag]:
    """What a photo shows that its room still has, by the newest photos of it."""
    room = next((room for room in home.rooms if photo.image_id in room.image_ids), None)
    return photo.tags if room is None else photo.tags & frozenset(room.tags)


def of_numbers(home: Home, asked: Question, photos: Sequence[Seen]) -> list[Seen]:
    """The photos of the rooms that are asked for by number; of all where none of these is known."""
    if not asked.numbers:
        return list(photos)
    chosen = [photo for room, shown in instances_among(home, photos) if room.number in asked.numbers for photo in shown]
    return chosen or list(photos)


def places_of(photos: Sequence[Seen], home: Home) -> list[Place]:
    """One for each room that is known, and for each photo that is of none; where that is one place, for each photo."""
    shown = instances_among(home, photos)
    if len(shown) < 2:
        return [_of_photo(photo, name_of(shown[0][0]) if shown and photo in shown[0][1] else None) for photo in photos]
    known = {photo.image_id for _, having in shown for photo in having}
    others = [_of_photo(photo) for photo in photos if photo.image_id not in known]
    return [*(_of_room(room, having) for room, having in shown), *others]


def _of_photo(photo: Seen, name: str | None = None) -> Place:
    values = {Aspect.CONDITION: photo.condition, Aspect.DAYLIGHT: photo.daylight}
    return Place(
        name or f"the {ROOM_LABELS[photo.room]}", photo.room, (photo,), values, dict.fromkeys(Aspect, (photo,))
    )


def _of_room(room: RoomInstance, photos: tuple[Seen, ...]) -> Place:
    measured = {Aspect.CONDITION: room.condition, Aspect.DAYLIGHT: room.natural_light}
    rests_on = {aspect: _rests_on(found, photos) for aspect, found in measured.items()}
    whole = len(photos) == len(room.image_ids)
    values = {aspect: found.score if whole else _middle(aspect, photos) for aspect, found in measured.items()}
    if not whole:
        rests_on = dict.fromkeys(Aspect, photos)
    return Place(name_of(room), room.room_type, photos, values, rests_on)


def _rests_on(found: Measured, photos: tuple[Seen, ...]) -> tuple[Seen, ...]:
    ids = {found.best_image_id, found.median_image_id, found.worst_image_id}
    return tuple(photo for photo in photos if photo.image_id in ids) or photos


def _middle(aspect: Aspect, photos: Sequence[Seen]) -> float | None:
    """Of part of a room's photos: the middle one, the worse of two, as the whole is measured."""
    scored = sorted(
        value
        for photo in photos
        if (value := photo.condition if aspect is Aspect.CONDITION else photo.daylight) is not None
    )
    return scored[(len(scored) - 1) // 2] if scored else None
