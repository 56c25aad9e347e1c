"""Sentences about daylight and condition: where there is most and least, and how rooms compare."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

from roomlens.chat.homes import Place
from roomlens.chat.questions import Aspect
from roomlens.chat.replies import Draft, Seen
from roomlens.chat.wording import listed, named
from roomlens.vocabulary import RoomType, capital

CONDITION_NOTE: Final = "an estimate from the picture, not an inspection"
NO_DIFFERENCE: Final = 0.1  # two measures nearer than this are called alike
_MOST_COMPARED: Final = 6  # places of one sentence


@dataclass(frozen=True)
class Measure:
    """How something measured is spoken of.

    `note`: what else has to be said of the photos whose values are told.
    """

    aspect: Aspect
    best: str
    worst: str
    note: Callable[[Sequence[Seen]], str] = lambda _: ""


def whose_word(photos: Sequence[Seen]) -> str:
    """Whether conditions are estimates, or a person's word."""
    judged = [photo for photo in photos if photo.judged]
    if not judged:
        return f" Condition is {CONDITION_NOTE}."
    if len(judged) == len(photos):
        return " A person judged the condition."
    return f" A person judged {named(judged)}; the rest is {CONDITION_NOTE}."


MEASURES: Final = (
    Measure(Aspect.DAYLIGHT, "the most daylight", "the least daylight"),
    Measure(Aspect.CONDITION, "the best condition", "the weakest condition", whose_word),
)
_FEW: Final = 3  # places that are named where all are alike


def speak_of_measures(
    draft: Draft, aspects: Collection[Aspect], places: Sequence[Place], *, compared: bool, worst_first: bool = False
) -> None:
    """`compared`: each place is told of, the best first; else the best and the weakest alone."""
    for measure in MEASURES:
        if measure.aspect in aspects and places:
            if compared:
                _compare(draft, places, measure)
            else:
                _extremes(draft, places, measure, worst_first=worst_first)


def ranked(places: Sequence[Place], aspect: Aspect) -> list[tuple[float, Place]]:
    """Worst first; without those that could not be measured."""
    measured = ((value, place) for place in places if (value := place.values[aspect]) is not None)
    return sorted(measured, key=lambda pair: pair[0])


def _extremes(draft: Draft, places: Sequence[Place], measure: Measure, *, worst_first: bool) -> None:
    order, aspect = ranked(places, measure.aspect), measure.aspect
    if not order:
        draft.miss(f"The {aspect} can't be told from these photos.")
        return
    (low, worst), (high, best) = order[0], order[-1]
    if best is worst:
        shown = _photos([best], aspect)
        text = f"In {best.said_of(aspect)} the {aspect} is {_value(high)}."
    elif high - low < NO_DIFFERENCE:
        shown = _photos([place for _, place in order], aspect)
        text = f"The {aspect} is much the same {_everywhere(order)}, about {_value((low + high) / 2)}."
    else:
        ends = [(measure.best, best, high), (measure.worst, worst, low)]
        (first, there, value), (second, other, rest) = reversed(ends) if worst_first else ends
        shown = _photos([there, other], aspect)
        text = (
            f"{capital(first)} is in {there.said_of(aspect)}, {_value(value)};"
            f" {_adjective(second)} in {other.said_of(aspect)}, {rest:.2f}."
        )
        if there.name == other.name:
            text = (
                f"Of the photos of {there.name}, {named(there.measured_on[aspect])} shows {first}, {_value(value)},"
                f" and {named(other.measured_on[aspect])} {_adjective(second)}, {rest:.2f}."
            )
    draft.show(text + measure.note(shown), shown)


def _adjective(end: str) -> str:
    """the most daylight: the most"""
    return end.rpartition(" ")[0]


def _everywhere(order: Sequence[tuple[float, Place]]) -> str:
    names = list(dict.fromkeys(place.name for _, place in order))
    if len(names) == 1:
        return f"in all photos of {names[0]}"
    return f"in {listed(names)}" if len(names) <= _FEW else "in all of these rooms"


def _compare(draft: Draft, places: Sequence[Place], measure: Measure) -> None:
    order, aspect = ranked(places, measure.aspect)[::-1][:_MOST_COMPARED], measure.aspect
    if not order:
        draft.miss(f"The {aspect} can't be told from these photos.")
        return
    if len(order) == 1:
        _extremes(draft, places, measure, worst_first=False)
        return
    values = listed(f"{value:.2f} in {place.said_of(aspect)}" for value, place in order)
    shown = _photos([place for _, place in order], aspect)
    alike = ", which is much the same" if order[0][0] - order[-1][0] < NO_DIFFERENCE else ""
    draft.show(f"On a scale from 0 to 1, the {aspect} is {values}{alike}.{measure.note(shown)}", shown)


def best_of_each(places: Sequence[Place], aspect: Aspect) -> list[Place]:
    """The best place of each kind of room: what can be compared where nobody has told which photos show one room."""
    best: dict[RoomType, Place] = {place.room: place for _, place in ranked(places, aspect)}
    return list(best.values())


def _photos(places: Sequence[Place], aspect: Aspect) -> list[Seen]:
    return [photo for place in places for photo in place.measured_on[aspect]]


def measured(photo: Seen) -> str:
    """What was measured of one photo, in brackets; empty when nothing was. Who judged a condition is `whose_word`."""
    said = []
    if photo.condition is not None:
        said.append(f"condition {'' if photo.judged else 'about '}{_value(photo.condition)}")
    if photo.daylight is not None:
        said.append(f"daylight {_value(photo.daylight)}")
    return f" ({'; '.join(said)})" if said else ""


def explain(draft: Draft, aspects: Collection[Aspect], photos: Sequence[Seen]) -> None:
    """What the measures of photos rest on."""
    for photo in photos:
        said = []
        if Aspect.CONDITION in aspects and photo.condition is not None:
            said += [f"condition {_value(photo.condition)}. {' '.join(photo.condition_why)}".rstrip()]
        if Aspect.DAYLIGHT in aspects and photo.daylight is not None:
            said += [f"daylight {_value(photo.daylight)}. {' '.join(photo.daylight_why)}".rstrip()]
        if said:
            draft.show(f"Photo {photo.image_id}: {' '.join(capital(one) for one in said)}", [photo])


def _value(value: float) -> str:
    return f"{value:.2f} out of 1"
