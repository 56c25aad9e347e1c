"""What all photos of a listing say together. Pure.

A room is as its newest photos show it: those of the last session in which it was photographed, and those without a
time. It counts by the middle one of them, so ten photos of one room weigh no more than one of another, and neither one
lucky photo nor one bad one decides. Inside, outside and the whole are the means of their rooms, each counting once:
what a kitchen is worth more than a hallway nobody has measured. Inside and outside are kept apart, as UAD 3.6 does.

Photos that are known to be altered, such as staged ones, show what is not there: they are seen among the photos of
their room, but give neither scores nor tags. Floor plans and what could not be told are no rooms.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from statistics import fmean
from typing import Final

from roomlens.listings.instances import Instance
from roomlens.listings.kinds import Aggregation, Gap, ListingPhoto, Measured, RoomInstance, Scores, TagCount
from roomlens.vocabulary import ROOM_LABELS, RoomType, Scene, Tag, general_room, kinds_of, with_article

# What a set of listing photos has to show: services that count photos only get five of one room (features.md, 41).
WANTED: Final = (RoomType.KITCHEN, RoomType.BATHROOM, RoomType.BEDROOM, RoomType.LIVING_ROOM, RoomType.EXTERIOR)

_INSIDE: Final = frozenset({Scene.INTERIOR})
_OUTSIDE: Final = frozenset({Scene.EXTERIOR, Scene.AERIAL})
_SIDES: Final = kinds_of(RoomType.EXTERIOR) - {RoomType.EXTERIOR, RoomType.FRONT_EXTERIOR}

Score = Callable[[ListingPhoto], float | None]


def _condition(photo: ListingPhoto) -> float | None:
    return photo.facts.condition_score


def _daylight(photo: ListingPhoto) -> float | None:
    return photo.facts.natural_light_score


def aggregation_of(
    listing_id: int,
    model: str,
    photos: Sequence[ListingPhoto],
    instances: Sequence[Instance],
    *,
    altered: Collection[int],
    beds: float | None,
    baths: float | None,
) -> Aggregation:
    """`model`: the label of the version whose analyses these are. `altered`: photos that show what is not there."""
    by_id = {photo.id: photo for photo in photos}
    now = {room.name: _of_now(room, by_id, altered) for room in instances}
    rooms = tuple(_room(room, now[room.name]) for room in instances)
    past = {image_id for room in instances for image_id in room.image_ids} - {
        photo.id for shown in now.values() for photo in shown
    }
    current = [photo for photo in photos if photo.id not in past and photo.id not in altered]
    return Aggregation(
        listing_id=listing_id,
        model=model,
        photo_count=len(photos),
        interior=_scores(_of(current, _INSIDE), rooms),
        exterior=_scores(_of(current, _OUTSIDE), rooms),
        overall=_scores(_of(current, _INSIDE | _OUTSIDE), rooms),
        rooms=rooms,
        tags=_counted(current),
        gaps=tuple(_gaps(rooms, beds, baths)),
    )


def middle(photos: Iterable[ListingPhoto], score: Score) -> Measured:
    """Of photos of one room: the score of the middle one, the worse of two."""
    scored = sorted((found, photo.id) for photo in photos if (found := score(photo)) is not None)
    if not scored:
        return Measured(None)
    worst, median, best = scored[0], scored[(len(scored) - 1) // 2], scored[-1]
    return Measured(median[0], best[1], median[1], worst[1])


def _of_now(room: Instance, photos: Mapping[int, ListingPhoto], altered: Collection[int]) -> list[ListingPhoto]:
    """The photos by which a room counts: of its last session, and those without a time."""
    shown = [
        [photos[image_id] for image_id in session if image_id in photos and image_id not in altered]
        for session in room.sessions
    ]
    dated = [session for session in shown if session and session[0].captured_at is not None]
    undated = [photo for session in shown for photo in session if photo.captured_at is None]
    return [*(dated[-1] if dated else []), *undated]


def _room(room: Instance, now: Sequence[ListingPhoto]) -> RoomInstance:
    return RoomInstance(
        name=room.name,
        room_type=room.room_type,
        number=room.number,
        image_ids=room.image_ids,
        condition=middle(now, _condition),
        natural_light=middle(now, _daylight),
        tags=tuple(count.tag for count in _counted(now)),
    )


def _of(photos: Iterable[ListingPhoto], scenes: Collection[Scene]) -> list[ListingPhoto]:
    return [photo for photo in photos if photo.facts.scene in scenes]


def _scores(photos: Sequence[ListingPhoto], rooms: Sequence[RoomInstance]) -> Scores:
    """Of one part of a home: `photos` are those of it."""
    ids = {photo.id for photo in photos}
    return Scores(
        condition=_mean(photos, _condition, [room.condition for room in rooms], ids),
        natural_light=_mean(photos, _daylight, [room.natural_light for room in rooms], ids),
        image_ids=tuple(photo.id for photo in photos),
    )


def _mean(photos: Iterable[ListingPhoto], score: Score, rooms: Iterable[Measured], ids: Collection[int]) -> Measured:
    """The mean of the rooms; the best and the worst of all photos, and the photo of the middle room."""
    scored = sorted((room.score, room.median_image_id) for room in rooms if room.median_image_id in ids)
    if not scored:
        return Measured(None)
    every = middle(photos, score)
    return Measured(
        score=fmean(found for found, _ in scored if found is not None),
        best_image_id=every.best_image_id,
        median_image_id=scored[(len(scored) - 1) // 2][1],
        worst_image_id=every.worst_image_id,
    )


def _counted(photos: Iterable[ListingPhoto]) -> tuple[TagCount, ...]:
    """What the photos show, the most often seen first."""
    seen: dict[Tag, list[int]] = {}
    for photo in photos:
        for tag in photo.facts.tags:
            seen.setdefault(tag, []).append(photo.id)
    by_count = sorted(seen.items(), key=lambda found: (-len(found[1]), found[0]))
    return tuple(TagCount(tag, tuple(ids)) for tag, ids in by_count)


def _gaps(rooms: Sequence[RoomInstance], beds: float | None, baths: float | None) -> Iterable[Gap]:
    shown = [room.room_type for room in rooms]
    families = [general_room(room) for room in shown]
    for wanted in WANTED:
        if wanted not in families:
            label = "the outside" if wanted is RoomType.EXTERIOR else with_article(ROOM_LABELS[wanted])
            yield Gap(wanted, f"No photo shows {label}.")
    sides = [room for room in shown if general_room(room) is RoomType.EXTERIOR]
    if sides and set(sides) <= _SIDES:
        yield Gap(RoomType.FRONT_EXTERIOR, "No photo shows the front of the house.")
    for room, count in ((RoomType.BEDROOM, beds), (RoomType.BATHROOM, baths)):
        told = families.count(room)
        if count is not None and 0 < told < int(count):
            plural = f"{ROOM_LABELS[room]}s"
            yield Gap(room, f"The listing has {int(count)} {plural}; the photos seem to show {told}.")
