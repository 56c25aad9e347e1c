"""Which of several listings answers: each by the photo that shows it best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from roomlens.chat.homes import Listing
from roomlens.chat.measures import whose_word
from roomlens.chat.questions import Aspect, Question
from roomlens.chat.replies import Draft, Seen
from roomlens.chat.things import telling
from roomlens.chat.wording import a_room, listed
from roomlens.vocabulary import TAG_LABELS, Tag, Told, answering_rooms, tag_kinds, with_article

MOST_LISTINGS: Final = 5  # that an answer names


def answer(draft: Draft, asked: Question, listings: Sequence[Listing], told: Told) -> None:
    """`listings`: the best first; one more than are named tells that there are more."""
    if not listings:
        _tell_none(draft, asked, told)
    best = listings[:MOST_LISTINGS]
    scored = [one.photo for one in best if Aspect.CONDITION in asked.aspects and one.photo.condition is not None]
    for found in best:
        photo = found.photo
        note = whose_word(scored) if scored and photo is scored[-1] else ""
        text = f"Listing {found.listing_id}: photo {photo.image_id} shows {_what(asked, photo)}.{note}"
        draft.show(text, [photo])
    if len(listings) > MOST_LISTINGS:
        draft.miss("There are more listings like these; name a room or a thing to narrow them down.")


def _tell_none(draft: Draft, asked: Question, told: Told) -> None:
    for room in sorted(asked.rooms):
        if answering_rooms(room) & told.rooms:
            draft.miss(f"No listing's photos show {a_room(room)}, as far as I can make out.")
        else:
            draft.miss(f"The photos can't tell me about {a_room(room)}.")
    for tag in sorted(asked.tags):
        name = with_article(TAG_LABELS[tag])
        if tag in told.tags:
            draft.miss(f"I can't make out {name} in any listing's photos; I overlook many things.")
        else:
            draft.miss(f"The photos can't tell me about {name}.")
    if not asked.rooms and not asked.tags:
        draft.miss("None of the photos answers that.")


def _what(asked: Question, photo: Seen) -> str:
    things = [name for tag in sorted(asked.tags) if (name := _named(tag, photo))]
    text = a_room(photo.room) + (f" with {listed(things)}" if things else "")
    values = {Aspect.CONDITION: photo.condition, Aspect.DAYLIGHT: photo.daylight}
    said = [f"{aspect} {values[aspect]:.2f} out of 1" for aspect in sorted(asked.aspects) if values[aspect] is not None]
    return f"{text} ({'; '.join(said)})" if said else text


def _named(tag: Tag, photo: Seen) -> str:
    """The thing, by the kind of it that was seen; empty where the photo shows none."""
    kinds = telling(tag_kinds(tag) & photo.tags)
    return with_article(TAG_LABELS[kinds[0]]) if kinds else ""
