"""Every domain word, once: rooms, tags and their groups, the scales, and the words people ask with.

Pure data, and the look-ups in it. The rooms follow RESO's `ImageOf` and the bands UAD's condition ratings in meaning,
not in wording.
"""

from roomlens.vocabulary.alterations import DISCLOSURES, AlterationKind
from roomlens.vocabulary.grammar import capital, with_article
from roomlens.vocabulary.kinds import CopyKind, shown_by, tag_kinds
from roomlens.vocabulary.measured import HEADS_TELL, MEASURED, MEASURED_ON, RULES_TELL, TOLD_TAGS, Measured
from roomlens.vocabulary.notices import NoticeKind
from roomlens.vocabulary.rooms import (
    RESO_IMAGE_OF,
    ROOM_LABELS,
    TOLD_ROOMS,
    RoomType,
    Scene,
    answering_rooms,
    general_room,
    kinds_of,
    scene_of,
)
from roomlens.vocabulary.scales import (
    BAND_FROM,
    SCORE_SCALE,
    ComplianceFlag,
    ConditionBand,
    QualityFlag,
    condition_band,
)
from roomlens.vocabulary.tags import TAG_GROUPS, TAG_LABELS, Tag, TagGroup
from roomlens.vocabulary.told import EMBEDDED_TELLS, EVERYTHING, WITHOUT_TAG_HEAD, Told
from roomlens.vocabulary.words import (
    ROOM_SYNONYMS,
    TAG_SYNONYMS,
    UNSEEN_THINGS,
    rooms_mentioned,
    tags_mentioned,
    things_not_seen,
)

__all__ = [
    "BAND_FROM",
    "DISCLOSURES",
    "EMBEDDED_TELLS",
    "EVERYTHING",
    "HEADS_TELL",
    "MEASURED",
    "MEASURED_ON",
    "RESO_IMAGE_OF",
    "ROOM_LABELS",
    "ROOM_SYNONYMS",
    "RULES_TELL",
    "SCORE_SCALE",
    "TAG_GROUPS",
    "TAG_LABELS",
    "TAG_SYNONYMS",
    "TOLD_ROOMS",
    "TOLD_TAGS",
    "UNSEEN_THINGS",
    "WITHOUT_TAG_HEAD",
    "AlterationKind",
    "ComplianceFlag",
    "ConditionBand",
    "CopyKind",
    "Measured",
    "NoticeKind",
    "QualityFlag",
    "RoomType",
    "Scene",
    "Tag",
    "TagGroup",
    "Told",
    "answering_rooms",
    "capital",
    "condition_band",
    "general_room",
    "kinds_of",
    "rooms_mentioned",
    "scene_of",
    "shown_by",
    "tag_kinds",
    "tags_mentioned",
    "things_not_seen",
    "with_article",
]
