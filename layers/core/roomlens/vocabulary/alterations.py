"""What may have been done to a photo beyond light, crop and colour, and what has to be said of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class AlterationKind(StrEnum):
    """What was added, removed or changed in a photo that is not so in the home."""

    VIRTUAL_STAGING = "virtual_staging"
    ITEM_REMOVAL = "item_removal"
    SKY_REPLACEMENT = "sky_replacement"
    LANDSCAPING = "landscaping"
    RENOVATION_PREVIEW = "renovation_preview"
    OTHER = "other"


DISCLOSURES: Mapping[AlterationKind, str] = {
    AlterationKind.VIRTUAL_STAGING: "Virtually staged: furniture and decoration were added to this photo.",
    AlterationKind.ITEM_REMOVAL: "Digitally altered: things were removed from this photo.",
    AlterationKind.SKY_REPLACEMENT: "Digitally altered: the sky in this photo was replaced.",
    AlterationKind.LANDSCAPING: "Digitally altered: plants or grounds in this photo were changed.",
    AlterationKind.RENOVATION_PREVIEW: "Digitally altered: this photo shows a renovation that was not done.",
    AlterationKind.OTHER: "Digitally altered: this photo shows something that is not so.",
}
"""What is said of an altered photo when nobody gave other words. The wording is ours."""
