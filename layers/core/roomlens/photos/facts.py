"""What counts of a photo: what a person said of it, else what the model saw."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from roomlens.models import Analysis, Correction, Image
from roomlens.vision import NOT_MEASURED, NOT_SCORABLE
from roomlens.vision.captions import caption
from roomlens.vocabulary import (
    ROOM_LABELS,
    ROOM_SYNONYMS,
    TAG_LABELS,
    TAG_SYNONYMS,
    ComplianceFlag,
    RoomType,
    Scene,
    Tag,
    capital,
    condition_band,
    scene_of,
)

_JUDGED = ("A person judged it.",)


@dataclass(frozen=True)
class Facts:
    """One photo, as searches and answers have to see it.

    `tags_denied`: what a person said is not there. `condition_judged`: the score is a person's, no estimate.
    `reworded`: a person's words make another text of it than the model's.
    """

    scene: Scene
    room_type: RoomType
    tags: tuple[Tag, ...]  # the model's surest first, then those that a person added
    tags_denied: frozenset[Tag]
    caption: str
    condition_score: float | None
    condition_reason: str | None
    condition_why: tuple[str, ...]
    condition_judged: bool
    natural_light_score: float | None
    natural_light_why: tuple[str, ...]
    corrected: bool
    reworded: bool

    @property
    def condition_band(self) -> str | None:
        return None if self.condition_score is None else condition_band(self.condition_score)


def facts_of(analysis: Analysis, correction: Correction | None) -> Facts:
    """A person's words win over the model's, one by one.

    What follows from them is told anew: the scene of a room, the caption of other things, and no condition or daylight
    of what is no room. What the model did not measure, because it took a room for something else, stays unknown.
    """
    model = _as_seen(analysis)
    if correction is None:
        return model
    room = RoomType(correction.room_type or model.room_type)
    removed = frozenset(Tag(tag) for tag in correction.tags_removed)
    added = tuple(Tag(tag) for tag in correction.tags_added)
    tags = tuple(dict.fromkeys(tag for tag in (*model.tags, *added) if tag not in removed))
    other_things = room is not model.room_type or set(tags) != set(model.tags)
    inside = room.is_interior or not correction.room_type
    daylight = model.natural_light_score if inside else None
    scene = scene_of(room) if correction.room_type else model.scene
    words = correction.caption or (
        caption(room, tuple(dict.fromkeys((*added, *tags))), daylight, scene) if other_things else model.caption
    )
    score, reason, why = _condition(model, correction, room)
    return Facts(
        scene=scene,
        room_type=room,
        tags=tags,
        tags_denied=removed,
        caption=words,
        condition_score=score,
        condition_reason=reason,
        condition_why=why,
        condition_judged=correction.condition_score is not None,
        natural_light_score=daylight,
        natural_light_why=model.natural_light_why if inside else (),
        corrected=True,
        reworded=other_things or words != model.caption,
    )


def compliance_of(analysis: Analysis, correction: Correction | None) -> list[dict[str, Any]]:
    """What listing services may forbid, as the model saw it; whoever names the room says if it is a drawing."""
    if correction is None or not correction.room_type:
        return analysis.compliance
    drawing = {"flag": ComplianceFlag.FLOOR_PLAN, "confidence": 1.0}
    others = [found for found in analysis.compliance if found["flag"] != ComplianceFlag.FLOOR_PLAN]
    return [drawing, *others] if correction.room_type == RoomType.FLOOR_PLAN else others


def captured_at(image: Image) -> datetime | None:
    """When a photo was taken: what a person said, else what its sender or its camera did."""
    said = image.correction.captured_at if image.correction else None
    return said or image.captured_at


def text_of(facts: Facts) -> str:
    """What a photo's text vector is to mean: its caption, and the room and things that the caption leaves out."""
    labels = (ROOM_LABELS[facts.room_type], *(TAG_LABELS[tag] for tag in facts.tags))
    left_out = (label for label in labels if not re.search(rf"\b{re.escape(label)}\b", facts.caption, re.IGNORECASE))
    return " ".join([facts.caption, *(f"{capital(label)}." for label in left_out)])


def document_of(facts: Facts) -> str:
    """The words that find a photo: its caption, and every name of its room and its tags."""
    names = [ROOM_LABELS[facts.room_type], *ROOM_SYNONYMS[facts.room_type]]
    for tag in facts.tags:
        names += [TAG_LABELS[tag], *TAG_SYNONYMS[tag]]
    return " ".join([facts.caption, *names])


def _as_seen(analysis: Analysis) -> Facts:
    return Facts(
        scene=Scene(analysis.scene),
        room_type=RoomType(analysis.room_type),
        tags=tuple(Tag(feature["tag"]) for feature in analysis.features),
        tags_denied=frozenset(),
        caption=analysis.caption,
        condition_score=analysis.condition_score,
        condition_reason=analysis.condition_reason,
        condition_why=tuple(analysis.reasons.get("condition", ())),
        condition_judged=False,
        natural_light_score=analysis.natural_light_score,
        natural_light_why=tuple(analysis.reasons.get("natural_light", ())),
        corrected=False,
        reworded=False,
    )


def _condition(
    model: Facts, correction: Correction, room: RoomType
) -> tuple[float | None, str | None, tuple[str, ...]]:
    """The score, or the reason why there is none, and what it rests on."""
    if correction.condition_score is not None:
        return correction.condition_score, None, _JUDGED
    if correction.room_type and not room.is_interior:
        return None, NOT_SCORABLE, ()
    if correction.room_type and model.condition_reason == NOT_SCORABLE:
        return None, NOT_MEASURED, ()
    return model.condition_score, model.condition_reason, model.condition_why
