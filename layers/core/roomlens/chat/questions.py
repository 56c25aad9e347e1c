"""A question, read: what it is after, and which rooms, things, measures and times it is about. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from roomlens.chat import phrases
from roomlens.chat.intents import Intent, intent_of
from roomlens.chat.periods import Period, period_in
from roomlens.vocabulary import (
    RoomType,
    Tag,
    answering_rooms,
    rooms_mentioned,
    tags_mentioned,
    things_not_seen,
)


class Aspect(StrEnum):
    """What is measured of a photo."""

    DAYLIGHT = "daylight"
    CONDITION = "condition"


@dataclass(frozen=True)
class Question:
    """`rooms`: asked for; `numbers`: of which rooms of a kind (2 for "bathroom 2"), `without`: all rooms but these.

    `unseen`: what it asks that no photo can tell. `worst`: the worst end is asked for first. `photos`: those that it
    names by their numbers; `image_ids`: those of an earlier answer that it goes back to. `beyond`: it asks of the home,
    or of a part of it, what is not understood ("is the kitchen big", "would you buy it"): no photo answers that.
    """

    text: str
    intent: Intent
    rooms: frozenset[RoomType] = frozenset()
    numbers: frozenset[int] = frozenset()
    without: frozenset[RoomType] = frozenset()
    tags: frozenset[Tag] = frozenset()
    unseen: frozenset[str] = frozenset()
    aspects: frozenset[Aspect] = frozenset()
    worst: bool = False
    period: Period | None = None
    photos: tuple[int, ...] = ()
    image_ids: tuple[int, ...] = ()
    beyond: bool = False

    @property
    def names_something(self) -> bool:
        return bool(self.rooms or self.tags or self.aspects or self.without)

    def answers(self, room: RoomType) -> bool:
        """Whether a photo of a room is one of those asked for; of all rooms where none is named."""
        if any(room in answering_rooms(other) for other in self.without):
            return False
        return not self.rooms or any(room in answering_rooms(wanted) for wanted in self.rooms)


_ASPECTS: Final = {
    Aspect.DAYLIGHT: re.compile(
        r"\b(daylight|natural light|sunlight|sunshine|sun|light|lighter|lightest|lit|bright\w*|dark\w*|sunn\w+|"
        r"gloom\w+|dim\w*|shady)\b",
        re.IGNORECASE,
    ),
    Aspect.CONDITION: re.compile(
        r"\b(condition|conditions|shape|worn|repair\w*|maintained|run[- ]?down|shabb\w+|state|kept|damaged?|tidy|"
        r"tidiest|cleanest|newest|best kept)\b",
        re.IGNORECASE,
    ),
}
_ORDINALS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "other": 2}
_NUMBERED: Final = re.compile(
    r"(?:\b(?P<word>first|second|third|fourth|fifth|other|[1-5](?:st|nd|rd|th))\s+"
    r"(?:(?:bed|bath)\s?rooms?|baths?|kitchen|living room|dining room|hallway)\b)"
    r"|(?:\b(?:(?:bed|bath)\s?rooms?|baths?|kitchen|living room|dining room|hallway)\s+(?:no\.?\s*|number\s+|#\s*)?"
    r"(?P<digit>[1-9])\b(?:\s*(?:and|or|with|to|vs\.?|versus|,)\s*(?:(?:bed|bath)\s?rooms?\s+)?(?P<more>[1-9])\b)?)",
    re.IGNORECASE,
)
_WITHOUT: Final = re.compile(
    r"\b(?:except(?: for)?|but(?: not)?|apart from|other than|without|besides)\b", re.IGNORECASE
)
_ALL: Final = re.compile(r"\b(?:every\w*|all|anything|any rooms?|the rest|rooms?)\b", re.IGNORECASE)
_CLAUSE: Final = re.compile(
    r"[?!;]+|\.(?=\s|$)|,\s*(?:and|but)\b|\b(?:and|but)\s+(?=(?:is|are|does|do|has|have|what|which|how|where|show)\b)",
    re.IGNORECASE,
)
_NEXT: Final = re.compile(
    r"\?+\s+(?=\w)|(?:,\s*|\s+)(?:and|but|also)\s+(?=(?:is|are|does|do|has|have|how|what|which|where)\b)", re.IGNORECASE
)
_MOST_PARTS: Final = 3
_FEWEST_WORDS: Final = 3  # of a question that is one by itself
_PHOTOS: Final = re.compile(
    r"\b(?:photos?|pictures?|pics?|images?)\s*(?:no\.?|numbers?|#)?\s*"
    r"(\d{1,9}(?:(?:\s*,\s*|\s+(?:and|or|vs|with|to)\s+)#?\d{1,9})*)\b",
    re.IGNORECASE,
)
_STATES: Final = re.compile(
    r"^\W*(?:is|are|was|were) (?:the|its|their|this|that|my|our|your)\b"
    r"(?!.*\b(?:in|on|at|of|there|attached|detached)\b)",
    re.IGNORECASE,
)
# "White cabinets" is one thing; "are the cabinets white" is the same thing in other words.
_TURNED: Final = re.compile(
    r"\b(?:are|is) (?:the |all )?((?:kitchen )?(?:cabinets?|cupboards?)|appliances|floors?|"
    r"counters?|countertops?|roof) "
    r"(?:made of |of |in |all )?(white|wooden|wood|oak|stainless steel|stainless|hardwood|tiled?|"
    r"granite|quartz|marble|laminate)\b",
    re.IGNORECASE,
)
_GARAGE: Final = re.compile(r"\bgarages? (?:that (?:is|are) )?(attached|detached)\b", re.IGNORECASE)
_KITCHEN_THINGS: Final = re.compile(r"^kitchen ", re.IGNORECASE)
# Whether a room is there is asked of "a kitchen"; of "the kitchen" something else is asked, unless it is to be seen.
_KNOWN: Final = re.compile(r"\b(?:the|its|their|this|that|my|our|your)\s+(\w+(?:\s+\w+){0,2})", re.IGNORECASE)
_TO_BE_SEEN: Final = re.compile(
    r"\b(?:shown|show|visible|pictured|photographed|included|seen|see|photos?|pictures?|images?|missing)\b",
    re.IGNORECASE,
)
_OF_IT: Final = re.compile(
    r"^\W*(?:and |but |so )?(?:is|are|was|were|does|do|did|will|would|can|could|should|has|have) "
    r"(?:it|this|that|these|those|they|he|she|you|i|we|the (?:house|home|place|property|listing))\b"
    r"(?! (?:have|has|had|got|come|include|offer|feature|see|spot|find|show|tell|describe|know)\b)",
    re.IGNORECASE,
)
_LONGEST: Final = 1_500  # characters that are read; some patterns take time by the square of it
_SALE: Final = "prices and costs"


def read(text: str) -> Question:
    """Reads any text. What a clause asks in vain takes what it names along: how far it is from the kitchen to a school
    is no question about the kitchen."""
    plain = _TURNED.sub(lambda found: f"is there {found[2]} {_KITCHEN_THINGS.sub('', found[1])}", _short(text))
    plain = _GARAGE.sub(lambda found: f"{found[1]} garage", plain)
    unseen = frozenset(things_not_seen(plain))
    told = plain if not unseen else " . ".join(_of_what_can_be_told(plain))
    wanted, excluded = _split(told)
    rooms, tags = frozenset(rooms_mentioned(wanted)), frozenset(tags_mentioned(wanted))
    aspects = frozenset(aspect for aspect, pattern in _ASPECTS.items() if pattern.search(told))
    numbers, photos = frozenset(_numbers(told)), _photos_named(plain)
    intent = intent_of(
        plain,
        named=bool(rooms or tags or excluded or photos),
        rooms=len(rooms),
        measured=bool(aspects),
        unseen=bool(unseen) and not (rooms or tags),
    )
    if intent is Intent.WHICH and not aspects and phrases.RANK.search(told):
        aspects = frozenset({Aspect.CONDITION})
    if intent is Intent.IMPROVE:  # it is about the sale, whatever it is called
        unseen -= {_SALE}
        rooms, tags = frozenset(rooms_mentioned(plain)), frozenset(tags_mentioned(plain))
    return Question(
        text=text,
        intent=intent,
        rooms=rooms,
        numbers=numbers if intent is not Intent.COMPARE or len(numbers) > 1 else frozenset(),  # it is one of the two
        without=frozenset(excluded),
        tags=tags,
        unseen=unseen,
        aspects=aspects if aspects or intent not in (Intent.RANK,) else frozenset({Aspect.CONDITION}),
        worst=phrases.WORST.search(told) is not None,
        period=period_in(told),
        photos=photos,
        beyond=not unseen and _is_beyond(plain, intent, rooms, tags),
    )


def parts_of(text: str) -> list[str]:
    """The questions in a text, each to be answered: it may hold several. One with what hangs on to it is one."""
    parts = [part.strip() for part in _NEXT.split(_short(text))]
    alone = all(len(part.split()) >= _FEWEST_WORDS for part in parts)
    return parts if alone and 1 < len(parts) <= _MOST_PARTS else [text]


def _is_beyond(text: str, intent: Intent, rooms: frozenset[RoomType], tags: frozenset[Tag]) -> bool:
    if intent is Intent.OTHER:
        return _OF_IT.match(text) is not None
    if intent is not Intent.THERE or not (rooms or tags) or _TO_BE_SEEN.search(text):
        return False
    known = _KNOWN.findall(text)
    if tags:
        return _STATES.match(text) is not None and tags <= {tag for words in known for tag in tags_mentioned(words)}
    return rooms <= {room for words in known for room in rooms_mentioned(words)}


def _photos_named(text: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(one) for numbers in _PHOTOS.findall(text) for one in re.findall(r"\d+", numbers)))


def _short(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]


def _of_what_can_be_told(text: str) -> Iterable[str]:
    """The clauses that ask nothing that no photo can tell, unless they name a thing that one can."""
    for clause in _CLAUSE.split(text):
        if not things_not_seen(clause):
            yield clause


def _split(text: str) -> tuple[str, set[RoomType]]:
    """What is asked for, and the rooms that "all but the kitchen" leaves out."""
    found = _WITHOUT.search(text)
    if found is None or not _ALL.search(text[: found.start()]):
        return text, set()
    excluded = rooms_mentioned(text[found.end() :])
    return (text[: found.start()], excluded) if excluded else (text, set())


def _numbers(text: str) -> Iterable[int]:
    for found in _NUMBERED.finditer(text):
        if found["digit"]:
            yield int(found["digit"])
            if found["more"]:
                yield int(found["more"])
        else:
            word = found["word"].lower()
            yield _ORDINALS.get(word) or int(word[0])
