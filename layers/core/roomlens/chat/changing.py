"""What became of rooms between their photos of two dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from roomlens.chat.homes import Home
from roomlens.chat.intents import is_of_renovation
from roomlens.chat.questions import Question
from roomlens.chat.replies import Draft, Seen
from roomlens.chat.things import names_of
from roomlens.chat.wording import day, of_rooms, the_room
from roomlens.listings.kinds import Change
from roomlens.models import ChangeVerdict
from roomlens.vocabulary import capital

NOT_WHAT: Final = "The photos can't tell me what was renovated, or when."
_MOST: Final = 4  # changes that are told of
_MOST_THINGS: Final = 4
_VERDICTS: Final = {
    ChangeVerdict.IMPROVED: "looks better",
    ChangeVerdict.WORSENED: "looks worse",
    ChangeVerdict.UNCHANGED: "looks much the same",
}
# Whatever else may come as a reason, it is not told in words that a listing's text could have.
_REASONS: Final = {
    "different_rooms": "they seem to show two rooms",
    "same_moment": "they were taken at one moment",
    "altered": "one of them was altered",
    "blurry": "one of them is blurred",
    "dark": "one of them is too dark",
    "not_scored": "nothing was measured of them",
}


def speak_of_changes(draft: Draft, asked: Question, photos: Sequence[Seen], home: Home) -> None:
    by_id = {photo.image_id: photo for photo in photos}
    changes = [change for change in home.changes if _is_asked_for(change, asked, by_id)]
    for change in changes[:_MOST]:
        shown = [by_id[change.before_image_id], by_id[change.after_image_id]]
        draft.show(_told(change), shown)
    if len(changes) > _MOST:
        rest = [by_id[one] for change in changes[_MOST:] for one in (change.before_image_id, change.after_image_id)]
        draft.show(f"{len(changes) - _MOST} more pairs of photos show a room on two dates.", dict.fromkeys(rest))
    if changes:
        return
    if is_of_renovation(asked.text):
        draft.miss(NOT_WHAT)
    of = of_rooms(asked.rooms)
    draft.miss(
        f"There are no photos of one room{of} from two dates, so I can't compare."
        if not asked.rooms
        else f"There are no photos{of} from two dates, so I can't compare."
    )


def _is_asked_for(change: Change, asked: Question, photos: Mapping[int, Seen]) -> bool:
    """`photos`: those that may be spoken of."""
    if change.before_image_id not in photos or change.after_image_id not in photos:
        return False
    within = asked.period is None or asked.period.holds(change.before_at) or asked.period.holds(change.after_at)
    return asked.answers(change.room_type) and within


def _told(change: Change) -> str:
    name = change.instance or ""
    room = (name if name[-1:].isdigit() else f"the {name}") if name else the_room(change.room_type)
    pair = (
        f"photo {change.before_image_id} of {day(change.before_at)} and"
        f" photo {change.after_image_id} of {day(change.after_at)}"
    )
    if change.verdict is ChangeVerdict.NOT_COMPARABLE:
        why = _REASONS.get(change.reason or "", "the photos do not allow it")
        return f"{capital(room)} can't be compared between {pair}: {why}."
    said = [*_deltas(change), *_things(change)]
    return f"{capital(room)} {_VERDICTS[change.verdict]} between {pair}{': ' + '; '.join(said) if said else ''}."


def _deltas(change: Change) -> list[str]:
    deltas = (("condition", change.condition_delta), ("daylight", change.natural_light_delta))
    return [
        f"{name} {'up' if delta > 0 else 'down'} by {abs(delta):.2f}" if round(delta, 2) else f"{name} as before"
        for name, delta in deltas
        if delta is not None
    ]


def _things(change: Change) -> list[str]:
    said = []
    if change.tags_added:
        said.append(f"{names_of(change.tags_added, _MOST_THINGS)} only in the later one")
    if change.tags_removed:
        said.append(f"{names_of(change.tags_removed, _MOST_THINGS)} only in the earlier one")
    return said
