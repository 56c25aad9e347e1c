"""Copies among the photos of one listing, all at once: `roomlens.duplicates` asks for those of one photo.

The same bytes can't be in one listing twice, so two classes are left: edited pictures, and pictures of one scene.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from roomlens.duplicates import SAME_SCENE, differing_bits, kind_of
from roomlens.listings.kinds import ListingPhoto
from roomlens.models import ImageVector
from roomlens.vectors import cosine_distance
from roomlens.versions import model_in_force
from roomlens.vocabulary import CopyKind

# Each is compared with every other. The most that a listing service is known to take are 99 (SWMLS).
MOST_COMPARED: Final = 500


@dataclass(frozen=True)
class Pair:
    """Two photos, the earlier one first. `bits`: of 64, in how many the hashes differ; `cosine`: None below the
    threshold of one scene, or where vectors can't be compared."""

    one: int
    other: int
    kind: CopyKind
    bits: int | None
    cosine: float | None


def scenes_are_told() -> bool:
    """Whether pictures of one scene can be told with the model in force."""
    return model_in_force().name in SAME_SCENE


def copies_among(session: Session, photos: Sequence[ListingPhoto]) -> list[Pair]:
    """The pairs of copies among the first `MOST_COMPARED` photos, in the order of the photos. One query at most."""
    hashes = {photo.id: photo.image.perceptual_hash for photo in photos[:MOST_COMPARED]}
    threshold = SAME_SCENE.get(model_in_force().name)
    near = {} if threshold is None else _near(session, sorted(hashes), threshold)
    return pairs_of(hashes, near, threshold)


def pairs_of(
    hashes: Mapping[int, str | None], near: Mapping[tuple[int, int], float], threshold: float | None
) -> list[Pair]:
    """Pure. `hashes`: by photo. `near`: the cosines that reach the threshold, by pair, the lower id first."""
    found = []
    for one, other in combinations(sorted(hashes), 2):
        bits, cosine = differing_bits(hashes[one], hashes[other]), near.get((one, other))
        kind = kind_of(bits, -1.0 if cosine is None else cosine, threshold)
        if kind is not None:
            found.append(Pair(one, other, kind, bits, cosine))
    return found


def _near(session: Session, ids: Sequence[int], threshold: float) -> dict[tuple[int, int], float]:
    """The database compares them: the vectors of a hundred photos are half a megabyte to send and read."""
    vectors = ImageVector.__table__
    one, other = vectors.alias().c, vectors.alias().c
    label, distance = model_in_force().label, cosine_distance(one.vector, other.vector)
    statement = (
        select(one.image_id, other.image_id, distance)
        .where(one.embedder == label, other.embedder == label, one.image_id < other.image_id)
        .where(one.image_id.in_(ids), other.image_id.in_(ids), distance <= 1 - threshold)
    )
    return {(a, b): 1 - far for a, b, far in session.execute(statement)}
