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

_LIGHT: Final = re.compile(r"\b(day|natural|sun)?-?(light|lit|bright\w*|dark\w*|sunn\w+|gloomy|dim)\b", re.IGNORECASE)
_CONDITION: Final = re.compile(
    r"\b(condition|state|shape|worn|dated|renovat\w*|remodel\w*|updat\w*|modern\w*|repair\w*|maintained|improv\w*|resale|value|fix\w*)\b",
    re.IGNORECASE,
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
    condition_band: str | None
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
    if not question.strip():
        draft.miss("Ask me what the photos show: a room, a feature, the light or the condition.")
    elif not photos:
        draft.miss("There are no analysed photos to answer from yet.")
    else:
        _answer(draft, question, photos, nearest)
    return draft.reply()


def _answer(draft: _Draft, question: str, photos: Sequence[Seen], nearest: Sequence[Seen]) -> None:
    rooms, tags, unseen = rooms_mentioned(question), tags_mentioned(question), things_not_seen(question)
    for thing in sorted(unseen):
        draft.miss(f"The photos can't tell me about {thing}.")
    in_rooms = [photo for photo in photos if photo.room in rooms] if rooms else list(photos)
    for room in sorted(rooms):
        if not any(photo.room == room for photo in photos):
            draft.miss(f"None of the {_count(photos)} shows {_a(ROOM_LABELS[room])}.")
    for tag in sorted(tags):
        _speak_of_tag(draft, tag, in_rooms, rooms)
    asked_measure = False
    for asks, speak in ((_LIGHT, _speak_of_daylight), (_CONDITION, _speak_of_condition)):
        if asks.search(question) and in_rooms:
            speak(draft, in_rooms)
            asked_measure = True
    if not tags and not asked_measure:
        _describe(draft, rooms, in_rooms, [] if unseen else nearest)


def _speak_of_tag(draft: _Draft, tag: Tag, photos: Sequence[Seen], rooms: set[RoomType]) -> None:
    label = TAG_LABELS[tag]
    having = [photo for photo in photos if tag in photo.tags]
    if having:
        places = _listed(dict.fromkeys(f"the {ROOM_LABELS[photo.room]}" for photo in having))
        draft.show(f"{_capital(_a(label))} can be seen in {places} ({_photos(having)}).", having)
    else:
        where = f" of {_listed(f'the {ROOM_LABELS[room]}' for room in sorted(rooms))}" if rooms else ""
        draft.miss(f"I see no {label} in the photos{where}.")


def _speak_of_daylight(draft: _Draft, photos: Sequence[Seen]) -> None:
    _extremes(draft, photos, lambda photo: photo.daylight, "daylight", "The most daylight", "the least", "")


def _speak_of_condition(draft: _Draft, photos: Sequence[Seen]) -> None:
    note = f" ({_CONDITION_NOTE})"
    _extremes(draft, photos, lambda photo: photo.condition, "condition", "The best condition", "the weakest", note)


def _extremes(
    draft: _Draft,
    photos: Sequence[Seen],
    measure: Callable[[Seen], float | None],
    noun: str,
    best_words: str,
    worst_words: str,
    note: str,
) -> None:
    measured = sorted(
        ((value, photo) for photo in photos if (value := measure(photo)) is not None), key=lambda pair: pair[0]
    )
    if not measured:
        draft.miss(f"The {noun} can't be told from these photos.")
        return
    (low, worst), (high, best) = measured[0], measured[-1]
    if best is worst:
        draft.show(
            f"In the {ROOM_LABELS[best.room]} (photo {best.image_id}) the {noun} is {high:.2f} out of 1{note}.", [best]
        )
        return
    text = (
        f"{best_words} is in the {ROOM_LABELS[best.room]} (photo {best.image_id}, {high:.2f} out of 1){note}, "
        f"{worst_words} in the {ROOM_LABELS[worst.room]} (photo {worst.image_id}, {low:.2f})."
    )
    draft.show(text, [best, worst])


def _describe(draft: _Draft, rooms: set[RoomType], in_rooms: Sequence[Seen], nearest: Sequence[Seen]) -> None:
    if rooms:
        for photo in in_rooms:
            draft.show(f"Photo {photo.image_id}: {_caption(photo)}{_measures(photo)}.", [photo])
    elif nearest:
        for photo in nearest:
            draft.show(f"Photo {photo.image_id} comes closest: {_caption(photo)}.", [photo])
    elif not draft.missing:
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
