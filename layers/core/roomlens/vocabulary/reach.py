"""How much of the vocabulary a model can tell; all other words are people's alone."""

from __future__ import annotations

from dataclasses import dataclass

from roomlens.vocabulary.rooms import TOLD_ROOMS, RoomType
from roomlens.vocabulary.tags import Tag
from roomlens.vocabulary.told import TOLD_TAGS


@dataclass(frozen=True)
class Reach:
    """The rooms and tags that a model may answer. That it names no other one says nothing of a home."""

    rooms: frozenset[RoomType]
    tags: frozenset[Tag]


EMBEDDED_REACH = Reach(TOLD_ROOMS, TOLD_TAGS)
WHOLE_VOCABULARY = Reach(frozenset(RoomType), frozenset(Tag))
