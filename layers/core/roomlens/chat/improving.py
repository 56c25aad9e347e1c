"""What to do before selling: the weakest rooms and photos, each with the photos that show it, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from roomlens.chat.advice import FLOORS, OF_ROOMS, PLAIN_FLOORS, STAGING
from roomlens.chat.homes import Home, places_of
from roomlens.chat.measures import NO_DIFFERENCE, ranked, speak_of_measures
from roomlens.chat.questions import Aspect, Question
from roomlens.chat.replies import Draft, Seen
from roomlens.chat.rooms import tell_gaps
from roomlens.chat.things import names_of
from roomlens.chat.wording import listed, named, places
from roomlens.vocabulary import QualityFlag, capital, general_room

_LITTLE_LIGHT: Final = 0.35  # of 1; rooms below are worth another photo by day
_MOST_ROOMS: Final = 3
_UNTIDY: Final = "less tidy"  # what the embedded model says of such a room (`roomlens.vision.condition`)
_FLAWS: Final = {
    QualityFlag.BLURRY: "blurred",
    QualityFlag.DARK: "too dark",
    QualityFlag.OVEREXPOSED: "overexposed",
    QualityFlag.TILTED: "tilted",
    QualityFlag.LOW_RESOLUTION: "too small",
}


def improve(draft: Draft, asked: Question, photos: Sequence[Seen], home: Home) -> None:
    """`photos`: of the rooms that are asked about, or all."""
    rooms = places_of(photos, home)
    speak_of_measures(draft, {Aspect.CONDITION}, rooms, compared=False, worst_first=bool(home.rooms))
    _figure(draft, asked, photos, home)
    _tidy(draft, photos)
    _lighten(draft, photos, home)
    _take_again(draft, photos)
    _floors(draft, photos)
    if not asked.rooms and asked.period is None and home.gaps:
        tell_gaps(draft, photos, home)


def _figure(draft: Draft, asked: Question, photos: Sequence[Seen], home: Home) -> None:
    """What a remodel brought others: of the room that is asked about, or of the weakest of those that are clearly
    weaker than the best and that figures are known of."""
    order = ranked(places_of(photos, home), Aspect.CONDITION) if home.rooms else []
    weak = [place for value, place in order if asked.rooms or order[-1][0] - value >= NO_DIFFERENCE]
    place = next((place for place in weak if general_room(place.room) in OF_ROOMS), None)
    if place is None:
        return
    figure = OF_ROOMS[general_room(place.room)]
    value = place.values[Aspect.CONDITION]
    first = "" if place is weak[0] else f"In {place.said_of(Aspect.CONDITION)} the condition is {value:.2f} out of 1. "
    draft.show(first + figure.text, place.measured_on[Aspect.CONDITION], figure.source)


def _tidy(draft: Draft, photos: Sequence[Seen]) -> None:
    untidy = [photo for photo in photos if any(_UNTIDY in why for why in photo.condition_why)][:_MOST_ROOMS]
    if untidy:
        draft.show(f"Tidy up {places(untidy)}: there it looks less tidy than in most such rooms.", untidy)
        draft.show(STAGING.text, untidy, STAGING.source)


def _lighten(draft: Draft, photos: Sequence[Seen], home: Home) -> None:
    dark = [place for value, place in ranked(places_of(photos, home), Aspect.DAYLIGHT) if value < _LITTLE_LIGHT][
        :_MOST_ROOMS
    ]
    if dark:
        shown = [photo for place in dark for photo in place.measured_on[Aspect.DAYLIGHT]]
        where = listed(place.said_of(Aspect.DAYLIGHT) for place in dark)
        draft.show(f"There is little daylight in {where}: let more in, and take the photo by day.", shown)


def _take_again(draft: Draft, photos: Sequence[Seen]) -> None:
    for flaw, name in _FLAWS.items():
        having = [photo for photo in photos if flaw in photo.flaws]
        if having:
            are = "is" if len(having) == 1 else "are"
            again = "it" if len(having) == 1 else "them"
            draft.show(f"{capital(named(having))} {are} {name}: take {again} again.", having)


def _floors(draft: Draft, photos: Sequence[Seen]) -> None:
    having = [photo for photo in photos if photo.tags & PLAIN_FLOORS]
    if having:
        tags = {tag for photo in having for tag in photo.tags & PLAIN_FLOORS}
        draft.show(f"{capital(names_of(tags, len(tags)))} can be seen in {places(having)}.", having)
        draft.show(FLOORS.text, having, FLOORS.source)
