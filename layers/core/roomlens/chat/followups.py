"""What a question takes over from what was said before: "and the bathroom?", "why?", "which of them is better?". Pure.

Only questions are read again, never answers; of these the photos alone are known.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from roomlens.chat.history import History
from roomlens.chat.intents import Intent
from roomlens.chat.questions import Question, read
from roomlens.models import Role
from roomlens.vocabulary import RoomType

_GOES_ON: Final = re.compile(
    r"\W*(?:(?:ok|okay|so|well|hm+)\W+)?(?:and|what about|how about|or|also|then|same for|now|but)\b", re.IGNORECASE
)
_BACK: Final = re.compile(
    r"\b(it|its|them|they|those|these|there|that|this|both|one|ones|the (?:two|three|first|second|"
    r"other|latter|former))\b|\bmore(?=\W*$)",
    re.IGNORECASE,
)
_OF_TWO: Final = r"which(?: one)? (?:is|has|looks|gets)(?: the)? (?!other)(?:\w+er|better|worse|more|less)\b"
_SEVERAL: Final = re.compile(rf"\b(?:two|both|them|those|these|they|either)\b|\b{_OF_TWO}", re.IGNORECASE)
_WITH_IT: Final = re.compile(r"\b(?:it|that|this)\b", re.IGNORECASE)
_ANOTHER: Final = re.compile(r"\b(?:another|other|second)(?: one)?(?=\W*$)", re.IGNORECASE)
_OF_ALL: Final = re.compile(r"\b(?:overall|everywhere|anywhere|rooms?|of all)\b", re.IGNORECASE)
_THE_HOME: Final = re.compile(
    r"\b(home|house|property|listing|place|apartment|flat|photos|pictures|images)\b", re.IGNORECASE
)
_IS_THERE: Final = re.compile(r"\b(?:is|are) there\b", re.IGNORECASE)
_SHORT: Final = 6  # words: what is longer speaks for itself
_KEPT: Final = (Intent.COUNT, Intent.THERE, Intent.SHOW, Intent.MEASURE, Intent.IMPROVE, Intent.CHANGES, Intent.RANK)


def in_context(text: str, history: History, spelt: Callable[[str], str] = str) -> Question:
    """A question, with what it leaves out because it was said before. `spelt` puts right how a question is spelt."""
    subject: Question | None = None
    before: frozenset[RoomType] = frozenset()
    image_ids: tuple[int, ...] = ()
    for said in history.messages:
        if said.role is Role.USER:
            asked = _continued(read(spelt(said.content)), subject, before, image_ids)
            if asked.intent is not Intent.GREETING:
                before = subject.rooms if subject else frozenset()
                subject = asked
        else:
            image_ids = said.image_ids or image_ids
    return _continued(read(spelt(text)), subject, before, image_ids)


def _continued(
    asked: Question, subject: Question | None, before: frozenset[RoomType], image_ids: tuple[int, ...]
) -> Question:
    """`subject`: the question before; `before`: the rooms of the one before that."""
    if subject is None or asked.intent is Intent.GREETING or asked.photos:
        return asked
    words = len(asked.text.split())
    if asked.intent is Intent.WHY:
        return _why(asked, subject, image_ids)
    if asked.intent is Intent.COMPARE and len(asked.rooms) == 1 and _WITH_IT.search(asked.text) and not asked.numbers:
        return replace(asked, rooms=asked.rooms | subject.rooms)
    if (asked.rooms or asked.tags) and not asked.unseen:
        return _same_of_others(asked, subject) if words <= _SHORT else asked
    several = _SEVERAL.search(asked.text)
    if asked.intent is Intent.RANK and _OF_ALL.search(asked.text) and not several:
        return asked
    goes_back = several or _BACK.search(_IS_THERE.sub("", asked.text)) or _GOES_ON.match(asked.text) or words <= 2
    if asked.without or asked.unseen or _THE_HOME.search(asked.text) or not goes_back:
        return asked
    return _of_the_same(asked, subject, before, image_ids)


def _why(asked: Question, subject: Question, image_ids: tuple[int, ...]) -> Question:
    return replace(subject, text=asked.text, intent=Intent.WHY, image_ids=image_ids)


def _same_of_others(asked: Question, subject: Question) -> Question:
    """ "And the bathroom?": what was asked of another room, unless it says itself what is asked."""
    if not _GOES_ON.match(asked.text) or asked.aspects or asked.intent not in (Intent.SHOW, Intent.THERE, Intent.OTHER):
        return asked
    if subject.intent not in _KEPT:
        return asked
    intent = Intent.MEASURE if subject.intent is Intent.RANK else subject.intent
    rooms = asked.rooms or (subject.rooms if asked.tags else asked.rooms)
    return replace(asked, intent=intent, aspects=subject.aspects, rooms=rooms, worst=subject.worst)


def _of_the_same(
    asked: Question, subject: Question, before: frozenset[RoomType], image_ids: tuple[int, ...]
) -> Question:
    """ "Is it bright?": another question about the same."""
    rooms, intent = subject.rooms, asked.intent
    if _SEVERAL.search(asked.text) and len(rooms) == 1 and intent in (Intent.RANK, Intent.COMPARE):
        rooms |= before
    if intent is Intent.RANK and len(rooms) > 1:
        intent = Intent.COMPARE
    if intent in (Intent.INVENTORY, Intent.OTHER):
        intent = Intent.SHOW
    another = not asked.numbers and rooms and _ANOTHER.search(asked.text)
    carried = () if rooms or subject.tags or asked.beyond else image_ids
    return replace(
        asked,
        intent=Intent.THERE if another else intent,
        rooms=rooms,
        numbers=frozenset({2}) if another else asked.numbers or subject.numbers,
        tags=subject.tags if intent is Intent.SHOW and not rooms else frozenset(),
        image_ids=carried,
        unseen=frozenset(),
    )
