"""Sentences about daylight and condition: where there is most and least, and how rooms compare."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from roomlens.chat.replies import Draft, Seen
from roomlens.chat.wording import listed, named, place
from roomlens.vocabulary import RoomType

CONDITION_NOTE: Final = "an estimate from the picture, not an inspection"
_NO_DIFFERENCE: Final = 0.1  # two measures nearer than this are called alike


@dataclass(frozen=True)
class Measure:
    """Something measured of a photo, and how it is spoken of; `asked` finds it in a question.

    `note`: what else has to be said of the photos whose values are told.
    """

    noun: str
    best: str
    worst: str
    of: Callable[[Seen], float | None]
    asked: re.Pattern[str]
    note: Callable[[Sequence[Seen]], str] = lambda _: ""


def _whose_word(photos: Sequence[Seen]) -> str:
    """Whether conditions are estimates, or a person's word."""
    judged = [photo for photo in photos if photo.judged]
    if not judged:
        return f" Condition is {CONDITION_NOTE}."
    if len(judged) == len(photos):
        return " A person judged it."
    return f" A person judged {named(judged)}; the rest is {CONDITION_NOTE}."


MEASURES: Final = (
    Measure(
        "daylight",
        "The most daylight",
        "the least",
        lambda photo: photo.daylight,
        re.compile(r"\b(daylight|natural light|sunlight|light|bright\w*|dark\w*|sunn\w+|gloomy|dim)\b", re.IGNORECASE),
    ),
    Measure(
        "condition",
        "The best condition",
        "the weakest",
        lambda photo: photo.condition,
        re.compile(r"\b(condition|shape|worn|repair\w*|maintained|improv\w*|resale|fix\w*)\b", re.IGNORECASE),
        _whose_word,
    ),
)


def speak_of_measures(draft: Draft, question: str, photos: Sequence[Seen], rooms: set[RoomType]) -> bool:
    """Whether a measure was asked for. Several rooms are compared, else the best and the weakest photo are named."""
    asked = [measure for measure in MEASURES if photos and measure.asked.search(question)]
    for measure in asked:
        if len(rooms) > 1:
            _compare_rooms(draft, photos, measure)
        else:
            _extremes(draft, photos, measure)
    return bool(asked)


def _ranked(photos: Sequence[Seen], measure: Measure) -> list[tuple[float, Seen]]:
    """Worst first; without those that could not be measured."""
    measured = ((value, photo) for photo in photos if (value := measure.of(photo)) is not None)
    return sorted(measured, key=lambda pair: pair[0])


def _extremes(draft: Draft, photos: Sequence[Seen], measure: Measure) -> None:
    ranked = _ranked(photos, measure)
    if not ranked:
        draft.miss(f"The {measure.noun} can't be told from these photos.")
        return
    (low, worst), (high, best) = ranked[0], ranked[-1]
    if best is worst:
        text = f"In the {place(best)} the {measure.noun} is {_value(high)}."
        draft.show(text + measure.note([best]), [best])
    elif high - low < _NO_DIFFERENCE:
        shown = [photo for _, photo in ranked]
        text = f"The {measure.noun} is much the same everywhere, about {_value((low + high) / 2)}."
        draft.show(text + measure.note(shown), shown)
    else:
        rest = f"{measure.worst} in the {place(worst)}, {low:.2f}."
        text = f"{measure.best} is in the {place(best)}, {_value(high)}; {rest}"
        draft.show(text + measure.note([best, worst]), [best, worst])


def _compare_rooms(draft: Draft, photos: Sequence[Seen], measure: Measure) -> None:
    """The best photo of each room that was named, the best room first."""
    best: dict[RoomType, tuple[float, Seen]] = {photo.room: (value, photo) for value, photo in _ranked(photos, measure)}
    if not best:
        draft.miss(f"The {measure.noun} can't be told from these photos.")
        return
    ordered = sorted(best.values(), key=lambda pair: -pair[0])
    values = listed(f"{value:.2f} in the {place(photo)}" for value, photo in ordered)
    shown = [photo for _, photo in ordered]
    draft.show(f"Of 1 at best, the {measure.noun} is {values}.{measure.note(shown)}", shown)


def measured(photo: Seen) -> str:
    """What was measured of one photo, in brackets; empty when nothing was."""
    said = []
    if photo.condition is not None:
        about, whose = ("", "judged by a person") if photo.judged else ("about ", CONDITION_NOTE)
        said.append(f"condition {about}{_value(photo.condition)}, {whose}")
    if photo.daylight is not None:
        said.append(f"daylight {_value(photo.daylight)}")
    return f" ({'; '.join(said)})" if said else ""


def _value(value: float) -> str:
    return f"{value:.2f} out of 1"
