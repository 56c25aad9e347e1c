"""Which tags the embedded model tells, how, and how often it was right: measured on photos kept apart (docs/tags.md).

The figures are those of the card beside the heads (`roomlens_models/heads/tags.json`), which `python -m training.tags`
writes; a test holds them together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from roomlens.vocabulary.tags import Tag

MEASURED_ON = "houses of houses-train whose number is divisible by five, and eval-rooms"


@dataclass(frozen=True)
class Measured:
    """How a tag did: of `told` photos that it was said of, `right` show the thing; `seen` photos show it in all.

    `seen` is None for a rule: only photos were looked at of which it spoke.
    """

    right: int
    told: int
    seen: int | None = None

    @property
    def precision(self) -> float:
        """The share of what was said that was right, 0..1."""
        return self.right / self.told

    @property
    def recall(self) -> float | None:
        """The share of what is there that was said, 0..1; None where it was not counted."""
        return None if self.seen is None else self.right / self.seen

    @property
    def frequency(self) -> float:
        """What to expect of the next one: (right + 1) / (told + 2), the rule of succession, 0..1."""
        return (self.right + 1) / (self.told + 2)


RULES_TELL: Mapping[Tag, Measured] = {
    Tag.STOVE: Measured(9, 10),
    Tag.KITCHEN_CABINETS: Measured(20, 20),
    Tag.BATHTUB: Measured(16, 20),
    Tag.WASHBASIN: Measured(22, 24),
    Tag.TOILET: Measured(40, 42),
    Tag.SHOWER_CURTAIN: Measured(12, 13),
    Tag.VANITY: Measured(18, 20),
    Tag.STAIRCASE: Measured(14, 14),
    Tag.BED: Measured(18, 20),
    Tag.DINING_TABLE: Measured(19, 20),
}
"""By ImageNet's own classes (`roomlens.vision.tags`)."""

HEADS_TELL: Mapping[Tag, Measured] = {
    Tag.ISLAND: Measured(18, 21, 34),
    Tag.STAINLESS_STEEL_APPLIANCES: Measured(22, 25, 42),
    Tag.REFRIGERATOR: Measured(36, 45, 56),
    Tag.WHITE_CABINETS: Measured(20, 24, 28),
    Tag.WOOD_CABINETS: Measured(64, 68, 67),
    Tag.GRANITE_COUNTERS: Measured(16, 20, 27),
    Tag.RECESSED_LIGHTING: Measured(13, 14, 28),
    Tag.BATHTUB: Measured(23, 27, 48),
    Tag.SOAKING_TUB: Measured(10, 11, 26),
    Tag.SHOWER_CURTAIN: Measured(11, 11, 20),
    Tag.CEILING_FAN: Measured(29, 34, 39),
    Tag.ATTACHED_GARAGE: Measured(17, 19, 47),
    Tag.TILE_ROOF: Measured(16, 17, 26),
    Tag.LARGE_WINDOWS: Measured(18, 20, 41),
    Tag.SOFA: Measured(49, 55, 53),
}
"""By trained heads (`roomlens.vision.tag_head`), where a head goes before a rule."""

MEASURED: Mapping[Tag, Measured] = {**RULES_TELL, **HEADS_TELL}
TOLD_TAGS: frozenset[Tag] = frozenset(MEASURED)
"""The tags that the embedded model can tell."""
