"""What became of a room between two photos of it. Pure.

The verdict is that of the estimated condition; where that hardly differs, of the daylight. A difference says something
from where two photos of an unchanged room seldom differ as much (measured: `python -m benchmarks.listings`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Final

from roomlens.listings.kinds import Change, ListingPhoto
from roomlens.models import ChangeVerdict
from roomlens.vocabulary import QualityFlag, RoomType, Tag, Told, general_room

# The 95th percentile of the difference between two views of one unchanged room, on the training houses.
CONDITION_NOISE: Final = 0.10
DAYLIGHT_NOISE: Final = 0.12
# That a tag is missing says something when the model finds at least so many of the things that are there.
RECALL_ENOUGH: Final = 0.7


class NotComparable(StrEnum):
    """Why two photos can't be compared, the weightiest first."""

    DIFFERENT_ROOMS = "different_rooms"
    SAME_MOMENT = "same_moment"
    ALTERED = "altered"
    BLURRY = "blurry"
    DARK = "dark"
    NOT_SCORED = "not_scored"


def compare(
    before: ListingPhoto,
    after: ListingPhoto,
    *,
    instance: str | None,
    altered: Collection[int],
    told: Told,
    beside: tuple[Iterable[ListingPhoto], Iterable[ListingPhoto]] = ((), ()),
) -> Change:
    """`instance`: the room that both show, None when they show two. `beside`: the other photos of the room, of then and
    of now: what one of them shows was neither added nor removed."""
    deltas = (
        _delta(before.facts.condition_score, after.facts.condition_score),
        _delta(before.facts.natural_light_score, after.facts.natural_light_score),
    )
    reason = _reason(before, after, instance, altered, scored=deltas != (None, None))
    same_room = instance is not None
    added, removed = _tags(before, after, told, beside) if same_room else ((), ())
    return Change(
        before_image_id=before.id,
        after_image_id=after.id,
        before_at=before.captured_at,
        after_at=after.captured_at,
        room_type=after.facts.room_type,
        instance=instance,
        verdict=ChangeVerdict.NOT_COMPARABLE if reason else verdict(*deltas),
        reason=reason,
        tags_added=added,
        tags_removed=removed,
        condition_delta=deltas[0] if same_room else None,
        natural_light_delta=deltas[1] if same_room else None,
    )


def verdict(condition: float | None, daylight: float | None) -> ChangeVerdict:
    """By two differences, after minus before."""
    for delta, noise in ((condition, CONDITION_NOISE), (daylight, DAYLIGHT_NOISE)):
        if delta is not None and abs(delta) > noise:
            return ChangeVerdict.IMPROVED if delta > 0 else ChangeVerdict.WORSENED
    return ChangeVerdict.UNCHANGED


def _delta(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before


def _reason(
    before: ListingPhoto, after: ListingPhoto, instance: str | None, altered: Collection[int], *, scored: bool
) -> NotComparable | None:
    flags = {*before.analysis.quality_flags, *after.analysis.quality_flags}
    holds = {
        NotComparable.DIFFERENT_ROOMS: instance is None,
        NotComparable.SAME_MOMENT: before.captured_at is not None and before.captured_at == after.captured_at,
        NotComparable.ALTERED: before.id in altered or after.id in altered,
        NotComparable.BLURRY: QualityFlag.BLURRY in flags,
        NotComparable.DARK: QualityFlag.DARK in flags,
        NotComparable.NOT_SCORED: not scored,
    }
    return next((reason for reason, found in holds.items() if found), None)


def _tags(
    before: ListingPhoto,
    after: ListingPhoto,
    told: Told,
    beside: tuple[Iterable[ListingPhoto], Iterable[ListingPhoto]],
) -> tuple[tuple[Tag, ...], tuple[Tag, ...]]:
    had = {tag for photo in (before, *beside[0]) for tag in photo.facts.tags}
    has = {tag for photo in (after, *beside[1]) for tag in photo.facts.tags}
    added = (tag for tag in after.facts.tags if tag not in had and _is_missed(tag, before, told))
    removed = (tag for tag in before.facts.tags if tag not in has and _is_missed(tag, after, told))
    return tuple(sorted(added)), tuple(sorted(removed))


def _is_missed(tag: Tag, photo: ListingPhoto, told: Told) -> bool:
    """Whether a photo that does not name a thing says that it is not there: a person says so, or the model would most
    likely have named it."""
    if tag in photo.facts.tags_denied:
        return True
    measured = told.measured.get(tag)
    recall = measured.recall if measured else None
    return recall is not None and recall >= RECALL_ENOUGH


def are_of_one_family(one: RoomType, other: RoomType) -> bool:
    return general_room(one) is general_room(other)
