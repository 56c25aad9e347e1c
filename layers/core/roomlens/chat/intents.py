"""What a question is after: told by its words alone, the most telling first. Pure."""

from __future__ import annotations

from enum import StrEnum

from roomlens.chat import phrases


class Intent(StrEnum):
    GREETING = "greeting"
    INVENTORY = "inventory"  # what there is
    THERE = "there"  # whether a room or a thing is there
    COUNT = "count"
    MEASURE = "measure"  # how bright it is, in what condition
    RANK = "rank"  # which is the best or the worst
    COMPARE = "compare"  # two rooms
    CHANGES = "changes"  # two dates
    IMPROVE = "improve"  # what to do before selling
    MISSING = "missing"  # what no photo shows
    COVER = "cover"  # which photo comes first, and in what order the others follow
    ALTERED = "altered"  # which photos show what is not there
    WHICH = "which"  # which of several listings
    SHOW = "show"
    WHY = "why"  # what the last answer rests on
    CANT = "cant"  # no photo can tell
    OTHER = "other"


def is_greeting(text: str) -> bool:
    return not text.strip() or phrases.GREETING.fullmatch(text) is not None


def counts_photos(text: str) -> bool:
    """Whether it is photos that are to be counted, and not what they show."""
    return phrases.PHOTOS_COUNTED.search(text) is not None


def is_of_renovation(text: str) -> bool:
    return phrases.RENOVATED.search(text) is not None


def intent_of(text: str, *, named: bool, rooms: int, measured: bool, unseen: bool) -> Intent:
    """`named`: rooms or things are named; `rooms`: how many; `measured`: daylight or condition is; `unseen`: something
    is that no photo can tell."""
    first = _by_phrase(text, named=named)
    if first is not None:
        return first
    if unseen:
        return Intent.CANT
    if phrases.COUNT.search(text):
        return Intent.COUNT
    return _of_rooms(text, named=named, rooms=rooms, measured=measured)


def _by_phrase(text: str, *, named: bool) -> Intent | None:
    """What is told by a phrase, whatever else is named; a room that is missing is asked for as any other."""
    if is_greeting(text):
        return Intent.GREETING
    if phrases.WHY.fullmatch(text):
        return Intent.WHY
    if phrases.LISTINGS.search(text):
        return Intent.WHICH
    if phrases.ALTERED.search(text):
        return Intent.ALTERED
    if phrases.COVER.search(text):
        return Intent.COVER
    if phrases.CHANGES.search(text) or is_of_renovation(text):
        return Intent.CHANGES
    if phrases.IMPROVE.search(text):
        return Intent.IMPROVE
    if phrases.MISSING.search(text):
        return Intent.THERE if named and phrases.THERE.search(text) else Intent.MISSING
    return None


def _of_rooms(text: str, *, named: bool, rooms: int, measured: bool) -> Intent:
    if phrases.COMPARE.search(text) and (named or measured):
        return Intent.COMPARE
    if phrases.FEATURES.search(text) and not (named or measured):
        return Intent.INVENTORY
    if phrases.RANK.search(text):
        return Intent.RANK
    if measured:
        return Intent.COMPARE if rooms > 1 else Intent.MEASURE
    if not named:
        return Intent.INVENTORY if phrases.INVENTORY.search(text) else Intent.OTHER
    if phrases.SHOW.search(text):
        return Intent.SHOW
    return Intent.THERE if phrases.THERE.search(text) else Intent.SHOW
