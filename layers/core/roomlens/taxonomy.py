"""The vocabulary as the API shows it: static, but for what the model in force can tell. No model is loaded for it."""

from __future__ import annotations

from roomlens.schemas import Band, RoomWord, TagWord, Taxonomy
from roomlens.vision import told
from roomlens.vocabulary import (
    BAND_FROM,
    MEASURED_ON,
    RESO_IMAGE_OF,
    ROOM_LABELS,
    SCORE_SCALE,
    TAG_GROUPS,
    TAG_LABELS,
    ComplianceFlag,
    CopyKind,
    QualityFlag,
    RoomType,
    Scene,
    Tag,
    Told,
    scene_of,
)


def present_taxonomy() -> Taxonomy:
    """All words, each with what belongs to it; which of them are told depends on the model in force."""
    reach = told()
    return Taxonomy(
        scenes=list(Scene),
        rooms=[_room(room, told=room in reach.rooms) for room in RoomType],
        tags=[_tag(tag, reach) for tag in Tag],
        score_scale=SCORE_SCALE,
        condition_bands=[Band(name=band, lowest=lowest) for band, lowest in BAND_FROM.items()],
        quality_flags=list(QualityFlag),
        compliance_flags=list(ComplianceFlag),
        copy_kinds=list(CopyKind),
        measured_on=MEASURED_ON,
    )


def _room(room: RoomType, *, told: bool) -> RoomWord:
    return RoomWord(
        name=room, label=ROOM_LABELS[room], scene=scene_of(room), reso_image_of=RESO_IMAGE_OF[room], told=told
    )


def _tag(tag: Tag, reach: Told) -> TagWord:
    measured = reach.measured.get(tag)
    return TagWord(
        name=tag,
        label=TAG_LABELS[tag],
        group=TAG_GROUPS[tag],
        told=tag in reach.tags,
        precision=round(measured.precision, 3) if measured else None,
        measured_photos=measured.told if measured else None,
    )
