"""What counts of a photo: what a person said of it, else what the model saw."""

from __future__ import annotations

from dataclasses import dataclass

from roomlens.models import Analysis, Correction
from roomlens.vocabulary import (
    ROOM_LABELS,
    ROOM_SYNONYMS,
    TAG_LABELS,
    TAG_SYNONYMS,
    RoomType,
    Scene,
    Tag,
    condition_band,
    scene_of,
)


@dataclass(frozen=True)
class Facts:
    """One photo, as searches and answers have to see it."""

    scene: Scene
    room_type: RoomType
    tags: tuple[Tag, ...]  # the model's surest first, then those that a person added
    caption: str
    condition_score: float | None
    natural_light_score: float | None
    corrected: bool

    @property
    def condition_band(self) -> str | None:
        return None if self.condition_score is None else condition_band(self.condition_score)


def facts_of(analysis: Analysis, correction: Correction | None) -> Facts:
    """A person's words win over the model's, one by one."""
    seen = tuple(Tag(feature["tag"]) for feature in analysis.features)
    if correction is None:
        room = RoomType(analysis.room_type)
        return Facts(
            scene=Scene(analysis.scene),
            room_type=room,
            tags=seen,
            caption=analysis.caption,
            condition_score=analysis.condition_score,
            natural_light_score=analysis.natural_light_score,
            corrected=False,
        )
    room = RoomType(correction.room_type or analysis.room_type)
    added = tuple(Tag(tag) for tag in correction.tags_added)
    condition = analysis.condition_score if correction.condition_score is None else correction.condition_score
    return Facts(
        scene=scene_of(room) if correction.room_type else Scene(analysis.scene),
        room_type=room,
        tags=tuple(dict.fromkeys(tag for tag in (*seen, *added) if tag not in correction.tags_removed)),
        caption=correction.caption or analysis.caption,
        condition_score=condition,
        natural_light_score=analysis.natural_light_score,
        corrected=True,
    )


def document_of(facts: Facts) -> str:
    """The words that find a photo: its caption, and every name of its room and its tags."""
    names = [ROOM_LABELS[facts.room_type], *ROOM_SYNONYMS[facts.room_type]]
    for tag in facts.tags:
        names += [TAG_LABELS[tag], *TAG_SYNONYMS[tag]]
    return " ".join([facts.caption, *names])
