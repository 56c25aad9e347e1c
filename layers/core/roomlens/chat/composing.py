"""Writes an answer from what was seen in photos. Pure: no database, no model.

Every sentence names the photos it rests on. What a model would have seen and did not is said to be not shown; what it
can't tell, and no person has said, is not claimed either way. A person's word that a thing is not there is an answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from roomlens.chat import changing, improving, rooms, several, showing, things
from roomlens.chat.homes import NOWHERE, Home, Listing, of_numbers, places_of, things_now
from roomlens.chat.intents import Intent
from roomlens.chat.measures import best_of_each, explain, speak_of_measures
from roomlens.chat.questions import Aspect, Question, read
from roomlens.chat.replies import HINT, Draft, Reply, Seen
from roomlens.chat.wording import caption, either, of_rooms
from roomlens.vocabulary import EMBEDDED_TELLS, Tag, Told

__all__ = ["Reply", "Seen", "compose"]

# what a condition that rests on one picture can't say
_RENOVATION: Final = re.compile(r"\b(renovat\w*|remodel\w*|updat\w*|dated|outdated|modern\w*)\b", re.IGNORECASE)
_ENGLISH: Final = "I read English only."
_WHICH_HOME: Final = "Tell me which listing you mean: that is a question about one home."
_NOTHING: Final = "None of the photos answers that."
_OF_ONE_HOME: Final = frozenset({Intent.CHANGES, Intent.IMPROVE, Intent.MISSING, Intent.COVER, Intent.ALTERED})


def compose(
    question: str | Question,
    photos: Sequence[Seen],
    nearest: Sequence[Seen],
    told: Told = EMBEDDED_TELLS,
    *,
    exist: bool = False,
    home: Home | None = NOWHERE,
    listings: Sequence[Listing] = (),
) -> Reply:
    """Answers a question.

    `photos`: all that may be spoken of; `nearest`: those whose meaning lies strongly near the question, best first,
    used when the question names nothing of the vocabulary; `told`: what the model that saw the photos can tell;
    `exist`: there are analysed photos, though it may be that none of them is near enough to be spoken of;
    `home`: what else is known of the listing, None when the photos are of any; `listings`: those that answer then.
    """
    draft = Draft()
    asked = read(question) if isinstance(question, str) else question
    if asked.intent is Intent.GREETING:
        draft.miss(HINT)
    elif not photos and not exist:
        draft.miss("There are no analysed photos to answer from yet.")
    else:
        _speak_of_unseen(draft, asked)
        of_listings = asked.names_something and (asked.intent is Intent.WHICH or bool(listings))
        if home is None and _is_of_one_home(asked, photos):
            draft.miss(_WHICH_HOME)
        elif home is None and of_listings:
            several.answer(draft, asked, listings, told)
        elif photos:
            _Answer(draft, asked, photos, told, home or NOWHERE).write(nearest)
        elif not draft.missing:
            _name_nearest(draft, nearest)
    if not draft.shown and not draft.missing:
        draft.miss(_NOTHING)
        if asked.intent is Intent.OTHER:
            draft.miss(HINT)
            draft.miss(_ENGLISH)
    return draft.reply()


def _is_of_one_home(asked: Question, photos: Sequence[Seen]) -> bool:
    """Rooms of several homes are neither counted nor compared as if they were of one."""
    if asked.intent in (Intent.COUNT, Intent.COMPARE):
        return any(photo.listing_id is not None for photo in photos)
    return asked.intent in _OF_ONE_HOME


def _speak_of_unseen(draft: Draft, asked: Question) -> None:
    """Says of what was asked that no photo can tell it."""
    for thing in sorted(asked.unseen):
        draft.miss(f"The photos can't tell me about {thing}.")
    if _RENOVATION.search(asked.text) and asked.intent not in _OF_ONE_HOME:
        draft.miss(changing.NOT_WHAT)


@dataclass(frozen=True)
class _Answer:
    """One question about the photos of one home, or about the nearest of any."""

    draft: Draft
    asked: Question
    photos: Sequence[Seen]
    told: Told
    home: Home

    def write(self, nearest: Sequence[Seen]) -> None:
        asked, draft = self.asked, self.draft
        if asked.intent is Intent.CHANGES:
            changing.speak_of_changes(draft, asked, self.photos, self.home)
            return
        if asked.intent is Intent.COVER:
            showing.tell_cover(draft, self.photos, self.home)
            return
        if asked.intent is Intent.ALTERED:
            showing.tell_altered(draft, asked, self._chosen(), self.photos, self.home)
            return
        if asked.intent is Intent.MISSING and self.home is not NOWHERE:
            rooms.tell_gaps(draft, self.photos, self.home, asked.rooms)
            return
        sought = {room for room in sorted(asked.rooms) if rooms.look_for_room(draft, room, self.photos, self.told)}
        chosen = self._chosen()
        proven = things.speak_of_proofs(draft, asked.rooms - {photo.room for photo in chosen}, self.photos)
        for tag in sorted(asked.tags):
            things.speak_of_tag(draft, tag, chosen if sought or asked.photos else self.photos, sought, self.told)
        if asked.beyond:
            self._admit(chosen)
            return
        if asked.tags and asked.intent is not Intent.IMPROVE:
            return
        if not self._speak_of(chosen) and not proven:
            _name_nearest(draft, nearest)

    def _admit(self, chosen: Sequence[Seen]) -> None:
        """What is seen of the rooms that are asked about; and that it is not what was asked."""
        if self.asked.rooms:
            rooms.describe(self.draft, chosen)
        if self.draft.shown or not self.draft.missing:
            self.draft.miss(
                "The photos can't tell me more than that." if self.draft.shown else "The photos can't tell me that."
            )

    def _chosen(self) -> list[Seen]:
        """The photos of what is asked for: rooms, numbers, a time, or those of an earlier answer."""
        asked = self.asked
        if asked.photos:
            return self._named()
        chosen = [photo for photo in self.photos if asked.answers(photo.room)]
        if asked.image_ids:
            cited = [photo for photo in chosen if photo.image_id in asked.image_ids]
            chosen = sorted(cited, key=lambda photo: asked.image_ids.index(photo.image_id)) or chosen
        rooms.look_for_numbers(self.draft, asked, chosen, self.home)
        chosen = of_numbers(self.home, asked, chosen)
        if asked.period is None or not chosen:
            return chosen
        of_then = [photo for photo in chosen if asked.period.holds(photo.taken)]
        if not of_then:
            of = of_rooms(asked.rooms)
            self.draft.miss(f"None of the photos{of} is known to have been taken {asked.period.name}.")
        return of_then

    def _named(self) -> list[Seen]:
        by_id = {photo.image_id: photo for photo in self.photos}
        unknown = [str(image_id) for image_id in self.asked.photos if image_id not in by_id]
        if unknown:
            self.draft.miss(f"I know of no photo {either(unknown)} here.")
        return [by_id[image_id] for image_id in self.asked.photos if image_id in by_id]

    def _speak_of(self, chosen: Sequence[Seen]) -> bool:
        """Whether something was said, or nothing is left to say, of the photos that are asked for."""
        asked, draft = self.asked, self.draft
        names_photos = bool(asked.rooms or asked.without or asked.photos or asked.image_ids or asked.period)
        if not chosen:
            return bool(draft.shown or draft.missing)
        if asked.intent is Intent.IMPROVE:
            improving.improve(draft, asked, chosen, self.home)
        elif asked.intent is Intent.WHY:
            explain(draft, asked.aspects or frozenset(Aspect), chosen if names_photos else ())
        elif asked.aspects or asked.intent in (Intent.COMPARE, Intent.RANK):
            self._measure(chosen)
        elif asked.intent is Intent.COUNT:
            rooms.count(draft, asked, chosen, self.home)
        elif asked.intent in (Intent.INVENTORY, Intent.MISSING) and not names_photos:
            rooms.take_stock(draft, chosen, self.home)
            if self.home is not NOWHERE:
                things.make_out(draft, "them", {photo: things_now(self.home, photo) for photo in chosen})
        elif names_photos and asked.intent is Intent.THERE and self.home is not NOWHERE:
            rooms.say_there(draft, chosen)
        elif names_photos:
            rooms.describe(draft, chosen)
        return bool(draft.shown or draft.missing)

    def _measure(self, chosen: Sequence[Seen]) -> None:
        asked = self.asked
        compared = asked.intent is Intent.COMPARE or len(asked.rooms) > 1
        aspects = asked.aspects or (frozenset(Aspect) if compared else frozenset({Aspect.CONDITION}))
        for aspect in sorted(aspects, reverse=True):  # daylight first
            places = places_of(chosen, self.home)
            if compared and len(asked.rooms) > 1 and self.home is NOWHERE:
                places = best_of_each(places, aspect) or places
            speak_of_measures(self.draft, {aspect}, places, compared=compared, worst_first=asked.worst and not compared)
        if compared and not asked.aspects:
            self._tell_things(chosen)

    def _tell_things(self, chosen: Sequence[Seen]) -> None:
        """What else differs: the things that can be made out in each place."""
        by_place: dict[str, dict[Seen, frozenset[Tag]]] = {}
        for place in places_of(chosen, self.home):
            seen = {photo: things_now(self.home, photo) for photo in place.photos}
            by_place.setdefault(place.name, {}).update(seen)
        for name, seen in by_place.items():
            things.make_out(self.draft, name, seen)


def _name_nearest(draft: Draft, nearest: Sequence[Seen]) -> None:
    for photo in nearest:
        draft.show(f"Photo {photo.image_id} comes closest: {caption(photo)}.", [photo])
