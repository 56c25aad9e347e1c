"""How much of the vocabulary a model can tell; all other words are people's alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from roomlens.vocabulary.measured import MEASURED, RULES_TELL, TOLD_TAGS, Measured
from roomlens.vocabulary.rooms import TOLD_ROOMS, RoomType
from roomlens.vocabulary.scales import ComplianceFlag
from roomlens.vocabulary.tags import Tag


@dataclass(frozen=True)
class Told:
    """The rooms, tags and flags that a model may answer. That it names no other one says nothing of a home."""

    rooms: frozenset[RoomType]
    tags: frozenset[Tag]
    measured: Mapping[Tag, Measured]  # how often it was right, where that was counted
    flags: frozenset[ComplianceFlag] = frozenset(ComplianceFlag)


_FLAGS = frozenset(ComplianceFlag) - {ComplianceFlag.FACE}  # what the embedded networks can't see (models.md)
EMBEDDED_TELLS = Told(TOLD_ROOMS, TOLD_TAGS, MEASURED, _FLAGS)
WITHOUT_TAG_HEAD = Told(TOLD_ROOMS, frozenset(RULES_TELL), RULES_TELL, _FLAGS)
EVERYTHING = Told(frozenset(RoomType), frozenset(Tag), {})
