"""How often the verdict on two photos of a room is right.

No set here holds one room before and after work was done on it. Measured is what can be: that the same room, exposed
anew or photographed a step aside, is `unchanged`; that two rooms are `not_comparable`; that a blurred or a darkened
photo is not compared; and how often a tidy room in place of a messy one is called `improved`, where the two are rooms
of different homes and only stand for one. Real second photos by another photographer are to be had of three houses.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

import numpy as np

from benchmarks.listings.grouping import House
from benchmarks.looks import Look
from roomlens.listings.comparing import compare, look_of
from roomlens.listings.instances import Likeness, View, instances_of
from roomlens.listings.kinds import Change, ListingPhoto
from roomlens.listings.pairing import room_of
from roomlens.models import Analysis, ChangeVerdict, Image
from roomlens.photos.facts import facts_of
from roomlens.vocabulary import EMBEDDED_TELLS, RoomType

_THEN = datetime(2025, 5, 1, tzinfo=UTC)
_ids = count(1)


def as_photo(look: Look, *, later: bool = False) -> ListingPhoto:
    """A look as a photo of a listing."""
    analysis = Analysis(**look.values)
    image = Image(id=next(_ids))
    moment = _THEN + timedelta(days=400) if later else _THEN
    return ListingPhoto(image, analysis, facts_of(analysis, None), moment)


def verdict_on(before: Look, after: Look, likeness: Likeness) -> Change:
    """What is said of two photos of a listing, a year apart, of which nothing else is known."""
    photos = {photo.id: photo for photo in (as_photo(before), as_photo(after, later=True))}
    views = [View(photo.id, photo.facts.room_type, photo.captured_at) for photo in photos.values()]
    one, other = photos
    near = {(one, other): float(before.image_vector @ after.image_vector)}
    room = room_of(instances_of(views, near, likeness, beds=None, baths=None), one, other)
    instance = room.name if room else None
    return compare(photos[one], photos[other], instance=instance, altered=(), told=EMBEDDED_TELLS)


@dataclass(frozen=True)
class Noise:
    """The 95th percentiles of how two photos of one unchanged room differ."""

    look: float
    condition: float
    daylight: float


def unchanged_pairs(houses: Iterable[House]) -> list[tuple[Look, Look]]:
    """One room photographed twice: as it is, and exposed anew or a step aside."""
    return [
        (looks[""], looks[name])
        for house in houses
        for room, looks in house.items()
        if room is not RoomType.EXTERIOR
        for name in ("brighter", "darker", "beside")
    ]


def noise_of(pairs: Sequence[tuple[Look, Look]]) -> Noise:
    looks: list[float] = []
    conditions: list[float] = []
    lights: list[float] = []
    for one, other in pairs:
        a, b = as_photo(one), as_photo(other)
        for found, kept in (
            ((look_of(a), look_of(b)), looks),
            ((a.facts.condition_score, b.facts.condition_score), conditions),
            ((a.facts.natural_light_score, b.facts.natural_light_score), lights),
        ):
            if found[0] is not None and found[1] is not None:
                kept.append(abs(found[0] - found[1]))
    return Noise(*(float(np.quantile(kept, 0.95)) for kept in (looks, conditions, lights)))


def share(changes: Sequence[Change], *verdicts: ChangeVerdict) -> float:
    return sum(change.verdict in verdicts for change in changes) / len(changes) if changes else float("nan")
