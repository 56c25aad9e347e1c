"""Which two photos tell what became of a room. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise, product

from roomlens.listings.instances import Cosines, Instance
from roomlens.listings.kinds import ListingPhoto
from roomlens.vocabulary import QualityFlag

_POOR = frozenset({QualityFlag.BLURRY, QualityFlag.DARK})


def pairs_of(
    instances: Sequence[Instance], photos: Mapping[int, ListingPhoto], cosines: Cosines, altered: Collection[int]
) -> Iterator[tuple[int, int]]:
    """Of each room, and of each two sessions that follow each other, the two photos that are most alike: the same view
    tells most. Photos that can't be compared come last; those without a time are not paired."""
    for room in instances:
        dated = [session for session in room.sessions if photos[session[0]].captured_at is not None]
        for then, now in pairwise(dated):
            yield max(product(then, now), key=lambda pair: _worth(pair, photos, cosines, altered))


def _worth(
    pair: tuple[int, int], photos: Mapping[int, ListingPhoto], cosines: Cosines, altered: Collection[int]
) -> tuple[bool, float, int, int]:
    poor = any(image_id in altered or _POOR & {*photos[image_id].analysis.quality_flags} for image_id in pair)
    return not poor, cosines.get((min(pair), max(pair)), 0.0), -pair[0], -pair[1]


def room_of(instances: Sequence[Instance], one: int, other: int) -> Instance | None:
    """The room that both photos show."""
    return next((room for room in instances if {one, other} <= set(room.image_ids)), None)
