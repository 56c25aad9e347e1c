"""What became of a room between two photos of it. Pure.

The verdict is that of the room's look: of the two signs of its condition that speak of the room, its finish and how
tidy it is, and not of the third, which says how good the photo is. Where they say nothing, the daylight decides. A
difference counts from where nineteen of twenty pairs of photos of an unchanged room differ less (measured: `python -m
benchmarks.listings --choose`). Two photos by two photographers differ more than that: a verdict is a hint to look at
both, and names them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Final

from roomlens.listings.kinds import Change, ListingPhoto
from roomlens.models import ChangeVerdict
from roomlens.vocabulary import QualityFlag, Tag, Told

# The 95th percentiles of the difference between two photos of one unchanged room: another exposure, a step aside. On
# photos of the training houses.
LOOK_NOISE: Final = 0.45
CONDITION_NOISE: Final = 0.22  # of the score, where a model gives no signs or a person gave one of the two
DAYLIGHT_NOISE: Final = 0.41  # a camera's exposure moves it more than anything in a room
# Two scores that a person gave are not noisy; less than this is no other opinion.
JUDGED_DIFFERENCE: Final = 0.05
# The shares of the two signs in a condition score (`roomlens.vision.condition.SHARES`; a test holds them together).
LOOK_SHARES: Final = {"finish": 0.4, "tidy": 0.2}
_BOUND: Final = 3.0  # deviations, as there
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
    condition = _delta(before.facts.condition_score, after.facts.condition_score)
    daylight = _delta(before.facts.natural_light_score, after.facts.natural_light_score)
    reason = _reason(before, after, instance, altered, scored=(condition, daylight) != (None, None))
    same_room = instance is not None
    added, removed = _tags(before, after, told, beside) if same_room else ((), ())
    return Change(
        before_image_id=before.id,
        after_image_id=after.id,
        before_at=before.captured_at,
        after_at=after.captured_at,
        room_type=after.facts.room_type,
        instance=instance,
        verdict=ChangeVerdict.NOT_COMPARABLE if reason else _verdict(before, after, condition, daylight),
        reason=reason,
        tags_added=added,
        tags_removed=removed,
        condition_delta=condition if same_room else None,
        natural_light_delta=daylight if same_room else None,
    )


def look_of(photo: ListingPhoto) -> float | None:
    """What the signs of a photo's condition say of the room, in deviations from the middle room of its kind; None
    where its model gives no such signs."""
    signs: dict[str, float] = photo.analysis.components.get("condition", {})
    if not LOOK_SHARES.keys() <= signs.keys():
        return None
    return sum(share * min(max(signs[name], -_BOUND), _BOUND) for name, share in LOOK_SHARES.items())


def _verdict(
    before: ListingPhoto, after: ListingPhoto, condition: float | None, daylight: float | None
) -> ChangeVerdict:
    moved = _moved(before, after, condition)
    if not moved and daylight is not None and abs(daylight) > DAYLIGHT_NOISE:
        moved = daylight
    if not moved:
        return ChangeVerdict.UNCHANGED
    return ChangeVerdict.IMPROVED if moved > 0 else ChangeVerdict.WORSENED


def _moved(before: ListingPhoto, after: ListingPhoto, condition: float | None) -> float:
    """By how much the room's condition differs; 0 where that may be chance, or the score says the opposite."""
    if condition is None:
        return 0.0
    judged = before.facts.condition_judged + after.facts.condition_judged
    looks = _delta(look_of(before), look_of(after))
    if judged or looks is None:
        return condition if abs(condition) > (JUDGED_DIFFERENCE if judged == 2 else CONDITION_NOISE) else 0.0
    return looks if abs(looks) > LOOK_NOISE and looks * condition > 0 else 0.0


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
