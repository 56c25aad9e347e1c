"""Writes an answer from what was seen in photos. Pure: no database, no model.

Every sentence names the photos it rests on. What no photo shows is said to be not shown, and what a photo can't tell
is not claimed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from roomlens.vocabulary import ROOM_LABELS, TAG_LABELS, RoomType, Tag, rooms_mentioned, tags_mentioned, things_not_seen

_LIGHT: Final = re.compile(
    r"\b(daylight|natural light|sunlight|light|bright\w*|dark\w*|sunn\w+|gloomy|dim)\b", re.IGNORECASE
)
_CONDITION: Final = re.compile(
    r"\b(condition|shape|worn|repair\w*|maintained|improv\w*|resale|fix\w*)\b", re.IGNORECASE
)
# what a condition that rests on one picture can't say
_RENOVATION: Final = re.compile(r"\b(renovat\w*|remodel\w*|updat\w*|dated|outdated|modern\w*)\b", re.IGNORECASE)
_WHAT_ROOMS: Final = re.compile(r"\b(what|which|how many|list)\b[^?]*\brooms\b", re.IGNORECASE)
_HOW_MANY: Final = re.compile(r"\bhow many\b", re.IGNORECASE)
_NO_DIFFERENCE: Final = 0.1  # two measures nearer than this are called alike
_HINT: Final = "Ask me what the photos show: a room, a feature, the light or the condition."
_PLEASANTRY: Final = re.compile(
    r"\W*(hello|hi|hey|thanks|thank you|good (morning|day|evening)|ok|okay|bye)\W*", re.IGNORECASE
)
_CONDITION_NOTE: Final = "an estimate from the picture, not an inspection"


@dataclass(frozen=True)
class Seen:
    """One photo, as far as an answer needs it."""

    image_id: int
    room: RoomType
    tags: frozenset[Tag]
    caption: str
    condition: float | None
    daylight: float | None
    score: float | None = None


@dataclass(frozen=True)
class Sentence:
    text: str
    image_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Reply:
    """`abstained`: nothing in the photos answers the question; what is said then rests on no photo."""

    sentences: tuple[Sentence, ...]
    abstained: bool

    @property
    def text(self) -> str:
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def image_ids(self) -> list[int]:
        """The photos that the reply rests on, each once, in the order of the sentences."""
        return list(dict.fromkeys(image_id for sentence in self.sentences for image_id in sentence.image_ids))


@dataclass
class _Draft:
    """An answer in the making: what the photos show, and what they don't."""

    shown: list[Sentence] = field(default_factory=list)
    missing: list[Sentence] = field(default_factory=list)

    def show(self, text: str, photos: Iterable[Seen]) -> None:
        self.shown.append(Sentence(text, tuple(photo.image_id for photo in photos)))

    def miss(self, text: str) -> None:
        self.missing.append(Sentence(text))

    def reply(self) -> Reply:
        return Reply((*self.shown, *self.missing), abstained=not self.shown)


def compose(question: str, photos: Sequence[Seen], nearest: Sequence[Seen]) -> Reply:
    """Answers a question.

    `photos`: all that may be spoken of; `nearest`: those whose meaning lies strongly near the question, best first,
    used when the question names nothing of the vocabulary.
    """
    draft = _Draft()
    if not question.strip() or _PLEASANTRY.fullmatch(question):
        draft.miss(_HINT)
    elif not photos:
        draft.miss("There are no analysed photos to answer from yet.")
    else:
        _answer(draft, question, photos, nearest)
    return draft.reply()


def _answer(draft: _Draft, question: str, photos: Sequence[Seen], nearest: Sequence[Seen]) -> None:
    rooms, tags, unseen = rooms_mentioned(question), tags_mentioned(question), things_not_seen(question)
    for thing in sorted(unseen):
        draft.miss(f"The photos can't tell me about {thing}.")
    if _RENOVATION.search(question):
        draft.miss("The photos can't tell me what was renovated, or when.")
    for room in sorted(rooms):
        if not any(photo.room == room for photo in photos):
            draft.miss(f"None of the {_count(photos)} shows {_a(ROOM_LABELS[room])}.")
    in_rooms = [photo for photo in photos if photo.room in rooms] if rooms else list(photos)
    for tag in sorted(tags):
        _speak_of_tag(draft, tag, in_rooms, rooms)
    measured = _speak_of_measures(draft, question, in_rooms, rooms) if not unseen else False
    if tags or measured:
        return
    if _HOW_MANY.search(question) and rooms:
        _count_rooms(draft, in_rooms)
    elif _WHAT_ROOMS.search(question):
        _count_rooms(draft, photos)
    elif not draft.missing or rooms:
        _describe(draft, rooms, in_rooms, nearest)


def _speak_of_measures(draft: _Draft, question: str, photos: Sequence[Seen], rooms: set[RoomType]) -> bool:
    asked = [
        measure
        for pattern, measure in ((_LIGHT, _DAYLIGHT), (_CONDITION, _STATE))
        if photos and pattern.search(question)
    ]
    for measure in asked:
        if len(rooms) > 1:
            _compare_rooms(draft, photos, measure)
        else:
            _extremes(draft, photos, measure)
    return bool(asked)


def _speak_of_tag(draft: _Draft, tag: Tag, photos: Sequence[Seen], rooms: set[RoomType]) -> None:
    label = TAG_LABELS[tag]
    having = [photo for photo in photos if tag in photo.tags]
    if having:
        places = _listed(dict.fromkeys(f"the {ROOM_LABELS[photo.room]}" for photo in having))
        draft.show(f"{_capital(_a(label))} can be seen in {places} ({_photos(having)}).", having)
    else:
        where = f" of {_listed(f'the {ROOM_LABELS[room]}' for room in sorted(rooms))}" if rooms else ""
        draft.miss(f"I can't make out {_a(label)} in the photos{where}; I overlook many things, so there may be one.")


@dataclass(frozen=True)
class _Measure:
    noun: str
    best: str
    worst: str
    of: Callable[[Seen], float | None]
    note: str = ""


_DAYLIGHT: Final = _Measure("daylight", "The most daylight", "the least", lambda photo: photo.daylight)
_STATE: Final = _Measure(
    "condition", "The best condition", "the weakest", lambda photo: photo.condition, f" Condition is {_CONDITION_NOTE}."
)


def _ranked(photos: Sequence[Seen], measure: _Measure) -> list[tuple[float, Seen]]:
    """Worst first; without those that could not be measured."""
    measured = ((value, photo) for photo in photos if (value := measure.of(photo)) is not None)
    return sorted(measured, key=lambda pair: pair[0])


def _extremes(draft: _Draft, photos: Sequence[Seen], measure: _Measure) -> None:
    ranked = _ranked(photos, measure)
    if not ranked:
        draft.miss(f"The {measure.noun} can't be told from these photos.")
        return
    (low, worst), (high, best) = ranked[0], ranked[-1]
    if best is worst:
        text = f"In the {_place(best)} the {measure.noun} is {_value(high)}."
        draft.show(text + measure.note, [best])
    elif high - low < _NO_DIFFERENCE:
        shown = [photo for _, photo in ranked]
        draft.show(
            f"The {measure.noun} is much the same everywhere, about {_value((low + high) / 2)}.{measure.note}", shown
        )
    else:
        rest = f"{measure.worst} in the {_place(worst)}, {low:.2f}."
        text = f"{measure.best} is in the {_place(best)}, {_value(high)}; {rest}"
        draft.show(text + measure.note, [best, worst])


def _compare_rooms(draft: _Draft, photos: Sequence[Seen], measure: _Measure) -> None:
    """The best photo of each room that was named, the best room first."""
    best: dict[RoomType, tuple[float, Seen]] = {photo.room: (value, photo) for value, photo in _ranked(photos, measure)}
    if not best:
        draft.miss(f"The {measure.noun} can't be told from these photos.")
        return
    ordered = sorted(best.values(), key=lambda pair: -pair[0])
    values = _listed(f"{value:.2f} in the {_place(photo)}" for value, photo in ordered)
    draft.show(f"Of 1 at best, the {measure.noun} is {values}.{measure.note}", [photo for _, photo in ordered])


def _count_rooms(draft: _Draft, photos: Sequence[Seen]) -> None:
    by_room: dict[RoomType, list[Seen]] = {}
    for photo in photos:
        by_room.setdefault(photo.room, []).append(photo)
    if by_room:
        seen = _listed(f"{_a(ROOM_LABELS[room])} ({_photos(several)})" for room, several in by_room.items())
        draft.show(f"The photos show {seen}; two photos may show one room.", photos)


def _place(photo: Seen) -> str:
    return f"{ROOM_LABELS[photo.room]} (photo {photo.image_id})"


def _value(value: float) -> str:
    return f"{value:.2f} out of 1"


def _describe(draft: _Draft, rooms: set[RoomType], in_rooms: Sequence[Seen], nearest: Sequence[Seen]) -> None:
    if rooms:
        for photo in in_rooms:
            draft.show(f"Photo {photo.image_id}: {_caption(photo)}{_measures(photo)}.", [photo])
    elif nearest:
        for photo in nearest:
            draft.show(f"Photo {photo.image_id} comes closest: {_caption(photo)}.", [photo])
    else:
        draft.miss("None of the photos answers that.")


def _measures(photo: Seen) -> str:
    said = []
    if photo.condition is not None:
        said.append(f"condition about {photo.condition:.2f} out of 1, {_CONDITION_NOTE}")
    if photo.daylight is not None:
        said.append(f"daylight {photo.daylight:.2f} out of 1")
    return f" ({'; '.join(said)})" if said else ""


def _caption(photo: Seen) -> str:
    return photo.caption.rstrip(".") or ROOM_LABELS[photo.room]


def _photos(photos: Sequence[Seen]) -> str:
    word = "photo" if len(photos) == 1 else "photos"
    return f"{word} {_listed(str(photo.image_id) for photo in photos)}"


def _count(photos: Sequence[Seen]) -> str:
    return f"{len(photos)} photo{'s' if len(photos) != 1 else ''}"


def _listed(words: Iterable[str]) -> str:
    """a; a and b; a, b and c"""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def _a(noun: str) -> str:
    """With its article; several of a kind have none."""
    if noun.endswith("s"):
        return noun
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
