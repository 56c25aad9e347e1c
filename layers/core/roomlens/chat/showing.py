"""Says how a listing's photos are shown: which is the cover, in what order the others follow, which were altered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from roomlens.chat.homes import Home
from roomlens.chat.questions import Question
from roomlens.chat.replies import Draft, Seen
from roomlens.chat.wording import named, of_rooms
from roomlens.listings.alterations import Altered
from roomlens.vocabulary import AlterationKind

_DONE: Final[Mapping[AlterationKind, str]] = {
    AlterationKind.VIRTUAL_STAGING: "is virtually staged",
    AlterationKind.ITEM_REMOVAL: "had things removed from it",
    AlterationKind.SKY_REPLACEMENT: "has another sky",
    AlterationKind.LANDSCAPING: "shows other plants or grounds",
    AlterationKind.RENOVATION_PREVIEW: "shows a renovation that was not done",
    AlterationKind.OTHER: "was altered",
}


def tell_cover(draft: Draft, photos: Sequence[Seen], home: Home) -> None:
    """The first photo with the reason, and those that follow it."""
    by_id = {photo.image_id: photo for photo in photos}
    places = [place for place in home.order if place.image_id in by_id]
    if not places:
        return
    first, *others = places
    reason = first.reason.rstrip(".")
    why = f"{reason[:1].lower()}{reason[1:]}"
    draft.show(f"Photo {first.image_id} comes first ({why}).", [by_id[first.image_id]])
    if others:
        after = [by_id[place.image_id] for place in others]
        draft.show(f"After it come{'s' if len(after) == 1 else ''} {named(after)}.", after)


def tell_altered(draft: Draft, asked: Question, chosen: Sequence[Seen], photos: Sequence[Seen], home: Home) -> None:
    """What the ledger says of the photos that are asked about: it is all that is known of how they came about."""
    by_id = {photo.image_id: photo for photo in photos}
    altered = {one.image_id: one for one in home.altered}
    for photo in chosen:
        if (one := altered.get(photo.image_id)) is not None:
            original = by_id.get(one.original_id or 0)
            draft.show(_said_of(one), [photo] if original is None else [photo, original])
    if not draft.shown and not draft.missing:
        of = of_rooms(asked.rooms if chosen else ())
        draft.miss(f"None of the photos{of} is declared as altered; the pictures themselves don't tell me.")


def _said_of(one: Altered) -> str:
    original = "its original is missing" if one.original_id is None else f"photo {one.original_id} is its original"
    undisclosed = "" if one.disclosure else ", and nothing discloses it"
    return f"Photo {one.image_id} {_DONE[AlterationKind(one.kind)]}; {original}{undisclosed}."
