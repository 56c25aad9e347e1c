"""Sentences about rooms: which there are, how many, which are not to be seen, and what each photo of them shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from roomlens.chat.homes import Home, instances_among
from roomlens.chat.intents import counts_photos
from roomlens.chat.measures import measured, whose_word
from roomlens.chat.questions import Question
from roomlens.chat.replies import Draft, Seen
from roomlens.chat.wording import a_room, caption, either, listed, named, none_of, number_of, so_many
from roomlens.vocabulary import (
    ROOM_LABELS,
    TAG_LABELS,
    RoomType,
    Told,
    answering_rooms,
    capital,
    kinds_of,
    shown_by,
    with_article,
)

_MOST_SHOWN: Final = 6  # photos that are described one by one


def look_for_room(draft: Draft, room: RoomType, photos: Sequence[Seen], told: Told) -> bool:
    """Says what is not to be seen of a room. Whether it could be seen at all: by a model, or because people said so."""
    there = {photo.room for photo in photos}
    name = with_article(ROOM_LABELS[room])
    if there & kinds_of(room):
        return True
    general = there & answering_rooms(room)
    if general:
        shown = listed(with_article(ROOM_LABELS[one]) for one in sorted(general))
        draft.miss(f"The photos show {shown}; whether it is {name} they can't tell me.")
        return True
    proofs = shown_by(room)
    if any(photo.tags & proofs for photo in photos):
        return False
    itself = {tag for tag in proofs if TAG_LABELS[tag] == ROOM_LABELS[room]}  # no fenced yard may still be a yard
    unjudged = [photo for photo in photos if not photo.denied & itself]
    other = "other " if len(unjudged) < len(photos) else ""
    may_be_seen = room in told.rooms or bool(answering_rooms(room) & told.rooms)
    if unjudged and may_be_seen:
        draft.miss(f"{none_of(unjudged, other)} {name}.")
    elif unjudged:
        draft.miss(f"The {other}photos can't tell me about {name}.")
    return may_be_seen


def look_for_numbers(draft: Draft, asked: Question, photos: Sequence[Seen], home: Home) -> None:
    """Says of "the second bathroom" that the photos show one alone, where they do. `photos`: of these rooms."""
    shown = [room for room, _ in instances_among(home, photos)]
    if shown and asked.numbers - {room.number for room in shown}:
        so_far = Counter(room.room_type for room in shown)
        draft.miss(f"I can make out only {listed(so_many(room, number) for room, number in so_far.items())}.")


def count(draft: Draft, asked: Question, photos: Sequence[Seen], home: Home) -> None:
    """How many rooms, or photos, of what is asked for. `photos`: one at least."""
    if counts_photos(asked.text):
        what = listed(a_room(room) for room in sorted({photo.room for photo in photos})) if asked.rooms else ""
        shows = "shows" if len(photos) == 1 else "show"
        draft.show(f"{number_of(photos)} {shows} {what}." if what else f"There are {number_of(photos)}.", photos)
        return
    take_stock(draft, photos, home)


def take_stock(draft: Draft, photos: Sequence[Seen], home: Home) -> None:
    """Which rooms there are, and how many of each: by the photos, so there may be more."""
    shown = instances_among(home, photos)
    known = {photo.image_id for _, having in shown for photo in having}
    if not shown or not all(photo.image_id in known for photo in photos if photo.room in _rooms(shown)):
        _list_rooms(draft, photos)
        return
    by_room: dict[RoomType, list[tuple[Seen, ...]]] = {}
    for room, having in shown:
        by_room.setdefault(room.room_type, []).append(having)
    counted = listed(
        f"{so_many(room, len(several))} ({named([photo for having in several for photo in having])})"
        for room, several in by_room.items()
    )
    others = [photo for photo in photos if photo.image_id not in known]
    joined = any(len(having) > 1 for _, having in shown)  # which photos show one room is an estimate
    text = f"Judging by how alike they look, the photos show {counted}." if joined else f"The photos show {counted}."
    draft.show(text, [photo for _, having in shown for photo in having])
    say_there(draft, [photo for photo in others if photo.room is not RoomType.OTHER])
    nameless = [photo for photo in others if photo.room is RoomType.OTHER]
    if nameless:
        shows = "shows" if len(nameless) == 1 else "show"
        draft.show(f"{capital(named(nameless))} {shows} no room that I can name.", nameless)


def _rooms(shown: Iterable[tuple[object, tuple[Seen, ...]]]) -> set[RoomType]:
    return {photo.room for _, having in shown for photo in having}


def _list_rooms(draft: Draft, photos: Sequence[Seen]) -> None:
    """`photos`: one at least."""
    by_room: dict[RoomType, list[Seen]] = {}
    for photo in photos:
        by_room.setdefault(photo.room, []).append(photo)
    seen = listed(f"{with_article(ROOM_LABELS[room])} ({named(several)})" for room, several in by_room.items())
    draft.show(f"The photos show {seen}; two photos may show one room.", photos)


def say_there(draft: Draft, photos: Sequence[Seen]) -> None:
    """That rooms are there, by the photos that show them."""
    by_room: dict[RoomType, list[Seen]] = {}
    for photo in photos:
        by_room.setdefault(photo.room, []).append(photo)
    for room, several in by_room.items():
        draft.show(f"{capital(a_room(room))} can be seen in {named(several)}.", several)


def describe(draft: Draft, photos: Sequence[Seen]) -> None:
    """Photo by photo; of many, the last are only counted."""
    described = photos[:_MOST_SHOWN]
    scored = [photo for photo in described if photo.condition is not None]
    for photo in described:
        note = whose_word(scored) if scored and photo is scored[-1] else ""
        draft.show(f"Photo {photo.image_id}: {caption(photo)}{measured(photo)}.{note}", [photo])
    rest = photos[_MOST_SHOWN:]
    if rest:
        rooms = listed(a_room(room) for room in sorted({photo.room for photo in rest}))
        more = f"{len(rest)} more photo{'s' if len(rest) > 1 else ''}"
        draft.show(f"{more} {'show' if len(rest) > 1 else 'shows'} {rooms} ({named(rest)}).", rest)


def tell_gaps(draft: Draft, photos: Sequence[Seen], home: Home, rooms: frozenset[RoomType] = frozenset()) -> None:
    """What buyers look for and no photo shows: it rests on all photos, since it is about all of them."""
    gaps = [gap for gap in home.gaps if not rooms or gap.room_type in rooms]
    there = {photo.room for photo in photos}
    unseen = [gap for gap in gaps if not there & kinds_of(gap.room_type)]
    if unseen:
        absent = either(dict.fromkeys(a_room(gap.room_type) for gap in unseen))
        none = none_of(photos)
        draft.show(f"Of what buyers look for, {none[0].lower()}{none[1:]} {absent}.", photos)
    for gap in gaps:
        if gap not in unseen:
            draft.show(
                gap.reason, [photo for photo in photos if photo.room in answering_rooms(gap.room_type)] or photos
            )
    if not gaps and not rooms:
        draft.show("The photos show the rooms that buyers look for: nothing is missing that I know of.", photos)
