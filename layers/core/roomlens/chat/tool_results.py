"""What tools give to a language model: ids, rooms, tags, scores and captions, and nothing else, as compact JSON.

What is not known is left out. Words that people wrote come under names that begin with `quoted_`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from roomlens.chat.quoting import plain
from roomlens.listings.kinds import Aggregation, Change, Measured, Scores
from roomlens.models import Image
from roomlens.photos.facts import Facts, captured_at

MOST_IDS: Final = 12  # photos that are named for one room or thing
MOST_CHARACTERS: Final = 300  # of a caption or a title
_IDS: Final = frozenset({"image_id", "before_image_id", "after_image_id", "best", "median", "worst"})


def photo_shown(image: Image, facts: Facts) -> dict[str, Any]:
    """By what counts: a person's word before the model's."""
    taken = captured_at(image)
    return known(
        image_id=image.id,
        listing_id=image.listing_id,
        room=str(facts.room_type),
        tags=[str(tag) for tag in facts.tags],
        not_there=sorted(facts.tags_denied),
        condition=_rounded(facts.condition_score),
        condition_judged_by_a_person=facts.condition_judged,
        daylight=_rounded(facts.natural_light_score),
        taken=taken.date().isoformat() if taken else None,
        quoted_caption=plain(facts.caption)[:MOST_CHARACTERS],
    )


def listing_shown(title: str | None, summed_up: Aggregation) -> dict[str, Any]:
    rooms = [
        known(
            name=room.name,
            room=str(room.room_type),
            image_ids=list(room.image_ids)[:MOST_IDS],
            condition=_measured(room.condition),
            daylight=_measured(room.natural_light),
            tags=[str(tag) for tag in room.tags],
        )
        for room in summed_up.rooms
    ]
    return known(
        listing_id=summed_up.listing_id,
        quoted_title=plain(title or "")[:MOST_CHARACTERS],
        number_of_photos=summed_up.photo_count,
        rooms=rooms,
        things=[{"tag": str(one.tag), "image_ids": list(one.image_ids)[:MOST_IDS]} for one in summed_up.tags],
        no_photo_of=[str(gap.room_type) for gap in summed_up.gaps],
        interior=_scores(summed_up.interior),
        exterior=_scores(summed_up.exterior),
        overall=_scores(summed_up.overall),
    )


def change_shown(change: Change) -> dict[str, Any]:
    return known(
        room=change.instance or str(change.room_type),
        before_image_id=change.before_image_id,
        after_image_id=change.after_image_id,
        before=change.before_at.date().isoformat() if change.before_at else None,
        after=change.after_at.date().isoformat() if change.after_at else None,
        verdict=str(change.verdict),
        reason=change.reason,
        tags_added=[str(tag) for tag in change.tags_added],
        tags_removed=[str(tag) for tag in change.tags_removed],
        condition_delta=_rounded(change.condition_delta),
        daylight_delta=_rounded(change.natural_light_delta),
    )


def ids_in(shown: Any) -> Iterator[int]:
    """The photos that a result names."""
    if isinstance(shown, list):
        for one in shown:
            yield from ids_in(one)
    elif isinstance(shown, dict):
        for name, value in shown.items():
            if name in _IDS:
                yield value
            elif name == "image_ids":
                yield from value
            else:
                yield from ids_in(value)


def scores_in(shown: Any) -> Iterator[float]:
    """The scores and differences of scores that a result names."""
    if isinstance(shown, float):
        yield shown
    elif isinstance(shown, list | dict):
        for one in shown.values() if isinstance(shown, dict) else shown:
            yield from scores_in(one)


def known(**shown: Any) -> dict[str, Any]:
    """Without what says nothing; a zero says something."""
    return {name: value for name, value in shown.items() if value or (value == 0 and value is not False)}


def _scores(part: Scores) -> dict[str, Any]:
    return known(condition=_measured(part.condition), daylight=_measured(part.natural_light))


def _measured(measure: Measured) -> dict[str, Any]:
    return known(
        score=_rounded(measure.score),
        best=measure.best_image_id,
        median=measure.median_image_id,
        worst=measure.worst_image_id,
    )


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 2)
