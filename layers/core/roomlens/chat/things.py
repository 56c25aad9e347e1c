"""Sentences about things: where they can be seen, where a person says that they can't, and what can't be told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from roomlens.chat.replies import Draft, Seen
from roomlens.chat.wording import listed, named, places, spelt
from roomlens.vocabulary import (
    ROOM_LABELS,
    TAG_LABELS,
    RoomType,
    Tag,
    Told,
    capital,
    shown_by,
    tag_kinds,
    with_article,
)

MOST_THINGS: Final = 6  # that a sentence names; a single one more is named, too


def speak_of_tag(draft: Draft, tag: Tag, photos: Sequence[Seen], rooms: Collection[RoomType], told: Told) -> None:
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


def speak_of_proofs(draft: Draft, rooms: Collection[RoomType], photos: Sequence[Seen]) -> bool:
    """Of places without a photo of their own: the things that show them all the same, such as a pool seen from
    inside, or a person's word that they are not there. Whether there is any of it."""
    proofs = sorted({tag for room in rooms for tag in shown_by(room)})
    if _show_tags(draft, proofs, photos):
        return True
    denying = [photo for tag in proofs for photo in _show_denied(draft, tag, photos)]
    return bool(denying)


def _show_tags(draft: Draft, tags: Sequence[Tag], photos: Sequence[Seen]) -> bool:
    """Says where each thing can be seen that can be; whether any can."""
    seen = {tag: having for tag in tags if (having := [one for one in photos if tag in telling(one.tags & set(tags))])}
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


def telling(tags: Collection[Tag]) -> list[Tag]:
    """Those that say most: where a special kind of a thing is there, the thing itself says no more."""
    return [tag for tag in sorted(tags) if not (tag_kinds(tag) - {tag}) & set(tags)]


def names_of(tags: Collection[Tag], most: int) -> str:
    """The first of those that say most; the others are counted."""
    first, left = _first(tags, most), len(telling(tags)) - len(_first(tags, most))
    return listed([*(with_article(TAG_LABELS[tag]) for tag in first), *([f"{spelt(left)} more"] if left else [])])


def _first(tags: Collection[Tag], most: int) -> list[Tag]:
    special = telling(tags)
    return special if len(special) == most + 1 else special[:most]


def make_out(draft: Draft, where: str, seen: Mapping[Seen, frozenset[Tag]]) -> None:
    """What can be made out, with the photos that show what is named. `seen`: of each photo, the things that count."""
    tags = {tag for things in seen.values() for tag in things}
    if tags:
        shown = [photo for photo, things in seen.items() if things & set(_first(tags, MOST_THINGS))]
        draft.show(f"In {where} I can make out {names_of(tags, MOST_THINGS)} ({named(shown)}).", shown)
