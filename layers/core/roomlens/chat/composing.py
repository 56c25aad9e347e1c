"""Writes an answer from what was seen in photos. Pure: no database, no model.

Every sentence names the photos it rests on. What a model would have seen and did not is said to be not shown; what it
can't tell, and no person has said, is not claimed either way. A person's word that a thing is not there is an answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from roomlens.chat.measures import measured, speak_of_measures
from roomlens.chat.replies import Draft, Reply, Seen
from roomlens.chat.wording import caption, listed, named, number_of, places
from roomlens.vocabulary import (
    EMBEDDED_TELLS,
    ROOM_LABELS,
    TAG_LABELS,
    RoomType,
    Tag,
    Told,
    answering_rooms,
    capital,
    kinds_of,
    rooms_mentioned,
    shown_by,
    tag_kinds,
    tags_mentioned,
    things_not_seen,
    with_article,
)

__all__ = ["Reply", "Seen", "compose"]

# what a condition that rests on one picture can't say
_RENOVATION: Final = re.compile(r"\b(renovat\w*|remodel\w*|updat\w*|dated|outdated|modern\w*)\b", re.IGNORECASE)
_WHAT_ROOMS: Final = re.compile(r"\b(what|which|how many|list)\b[^?]*\brooms\b", re.IGNORECASE)
_HOW_MANY: Final = re.compile(r"\bhow many\b", re.IGNORECASE)
_HINT: Final = "Ask me what the photos show: a room, a feature, the light or the condition."
_PLEASANTRY: Final = re.compile(
    r"\W*(hello|hi|hey|thanks|thank you|good (morning|day|evening)|ok|okay|bye)\W*", re.IGNORECASE
)


def compose(
    question: str,
    photos: Sequence[Seen],
    nearest: Sequence[Seen],
    told: Told = EMBEDDED_TELLS,
    *,
    exist: bool = False,
) -> Reply:
    """Answers a question.

    `photos`: all that may be spoken of; `nearest`: those whose meaning lies strongly near the question, best first,
    used when the question names nothing of the vocabulary; `told`: what the model that saw the photos can tell;
    `exist`: there are analysed photos, though it may be that none of them is near enough to be spoken of.
    """
    draft = Draft()
    if not question.strip() or _PLEASANTRY.fullmatch(question):
        draft.miss(_HINT)
    elif not photos and not exist:
        draft.miss("There are no analysed photos to answer from yet.")
    else:
        _speak_of_unseen(draft, question)
        if photos:
            _answer(draft, question, photos, nearest, told)
        elif not draft.missing:
            _name_nearest(draft, nearest)
    return draft.reply()


def _speak_of_unseen(draft: Draft, question: str) -> None:
    """Says of what was asked that no photo can tell it."""
    for thing in sorted(things_not_seen(question)):
        draft.miss(f"The photos can't tell me about {thing}.")
    if _RENOVATION.search(question):
        draft.miss("The photos can't tell me what was renovated, or when.")


def _answer(draft: Draft, question: str, photos: Sequence[Seen], nearest: Sequence[Seen], told: Told) -> None:
    rooms, tags = rooms_mentioned(question), tags_mentioned(question)
    sought = {room for room in rooms if _look_for_room(draft, room, photos, told)}
    of_rooms = [photo for photo in photos if photo.room in _answering(rooms)]
    proven = _speak_of_proofs(draft, rooms - {photo.room for photo in of_rooms}, photos)
    for tag in sorted(tags):
        _speak_of_tag(draft, tag, of_rooms if sought else photos, sought, told)
    unseen = things_not_seen(question)
    asked = False if unseen else speak_of_measures(draft, question, of_rooms if rooms else photos, rooms)
    if tags or asked:
        return
    if _HOW_MANY.search(question) and rooms:
        _count_rooms(draft, of_rooms)
    elif _WHAT_ROOMS.search(question):
        _count_rooms(draft, photos)
    elif of_rooms:
        for photo in of_rooms:
            draft.show(f"Photo {photo.image_id}: {caption(photo)}{measured(photo)}.", [photo])
    elif not draft.missing and not proven:
        _name_nearest(draft, nearest)


def _answering(rooms: set[RoomType]) -> set[RoomType]:
    return {answer for room in rooms for answer in answering_rooms(room)}


def _look_for_room(draft: Draft, room: RoomType, photos: Sequence[Seen], told: Told) -> bool:
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
        draft.miss(f"None of the {other}{number_of(unjudged)} shows {name}.")
    elif unjudged:
        draft.miss(f"The {other}photos can't tell me about {name}.")
    return may_be_seen


def _speak_of_proofs(draft: Draft, rooms: set[RoomType], photos: Sequence[Seen]) -> bool:
    """Of places without a photo of their own: the things that show them all the same, such as a pool seen from
    inside, or a person's word that they are not there. Whether there is any of it."""
    proofs = sorted({tag for room in rooms for tag in shown_by(room)})
    if _show_tags(draft, proofs, photos):
        return True
    denying = [photo for tag in proofs for photo in _show_denied(draft, tag, photos)]
    return bool(denying)


def _speak_of_tag(draft: Draft, tag: Tag, photos: Sequence[Seen], rooms: set[RoomType], told: Told) -> None:
    kinds = sorted(tag_kinds(tag), key=lambda kind: (kind is not tag, kind))
    if _show_tags(draft, kinds, photos):
        return
    denying = _show_denied(draft, tag, photos)
    if denying and len(denying) == len(photos):
        return
    name, other = with_article(TAG_LABELS[tag]), "other " if denying else ""
    if tag not in told.tags:
        draft.miss(f"The {other}photos can't tell me about {name}.")
        return
    where = f" of {listed(f'the {ROOM_LABELS[room]}' for room in sorted(rooms))}" if rooms else ""
    draft.miss(f"I can't make out {name} in the {other}photos{where}; I overlook many things, so there may be one.")


def _show_tags(draft: Draft, tags: Sequence[Tag], photos: Sequence[Seen]) -> bool:
    """Says where each thing can be seen that can be; whether any can."""
    seen = {tag: having for tag in tags if (having := [photo for photo in photos if tag in photo.tags])}
    for tag, having in seen.items():
        draft.show(f"{capital(with_article(TAG_LABELS[tag]))} can be seen in {places(having)}.", having)
    return bool(seen)


def _show_denied(draft: Draft, tag: Tag, photos: Sequence[Seen]) -> list[Seen]:
    """Says where a thing is not, by what people said of photos; of which photos they did."""
    denying = [photo for photo in photos if tag in photo.denied]
    if denying:
        looked = "that photo" if len(denying) == 1 else "each photo"
        text = f"No {TAG_LABELS[tag]} can be seen in {places(denying)}: a person looked at {looked} and says so."
        draft.show(text, denying)
    return denying


def _count_rooms(draft: Draft, photos: Sequence[Seen]) -> None:
    by_room: dict[RoomType, list[Seen]] = {}
    for photo in photos:
        by_room.setdefault(photo.room, []).append(photo)
    if by_room:
        seen = listed(f"{with_article(ROOM_LABELS[room])} ({named(several)})" for room, several in by_room.items())
        draft.show(f"The photos show {seen}; two photos may show one room.", photos)


def _name_nearest(draft: Draft, nearest: Sequence[Seen]) -> None:
    for photo in nearest:
        draft.show(f"Photo {photo.image_id} comes closest: {caption(photo)}.", [photo])
    if not nearest:
        draft.miss("None of the photos answers that.")
