"""The vocabulary, for those who show it or choose from it."""

from __future__ import annotations

from pydantic import Field

from roomlens.fields import Score
from roomlens.schemas.base import Answer


class RoomWord(Answer):
    """A word for what a photo shows. `told`: the model in force may answer it; all of them may be people's words."""

    name: str
    label: str
    scene: str
    reso_image_of: str
    told: bool


class TagWord(Answer):
    """A word for a thing in a photo."""

    name: str
    label: str
    group: str
    told: bool
    precision: Score | None = Field(
        description="The share of what the embedded model said that was right; null where that was not measured."
    )
    measured_photos: int | None = Field(description="Of how many photos it was said, when that was measured.")


class Band(Answer):
    """A band of the condition score, which begins at `lowest`."""

    name: str
    lowest: Score


class Taxonomy(Answer):
    """Every word that answers are made of and corrections may use."""

    scenes: list[str]
    rooms: list[RoomWord]
    tags: list[TagWord]
    score_scale: str
    condition_bands: list[Band]
    quality_flags: list[str]
    compliance_flags: list[str]
    copy_kinds: list[str]
    measured_on: str = Field(description="Which photos the tags' precision was measured on.")
