"""Photos, and what was seen in them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, ValidationInfo, field_validator, model_validator

from roomlens.fields import Line, Readable, Score, Time
from roomlens.schemas.alterations import AlterationOut
from roomlens.schemas.base import Answer, Request
from roomlens.vocabulary import SCORE_SCALE, ComplianceFlag, CopyKind, QualityFlag, RoomType, Scene, Tag


class Candidate(Answer):
    label: str
    confidence: Score


class Room(Candidate):
    """What a photo shows. `other` inside an `interior` means: a room, and which one could not be told."""

    scene: Scene
    reso_image_of: str = Field(description="The value of RESO's lookup `ImageOf`.")
    alternatives: list[Candidate] = Field(default=[])


class Feature(Answer):
    tag: str
    group: str
    confidence: Score


class Flag(Answer):
    """Something in a photo that rules of listing services may forbid."""

    flag: ComplianceFlag
    confidence: Score


class Model(Answer):
    """Which model made a number."""

    name: str
    version: str
    weights_sha256: str


class Predictions(Answer):
    """What was seen in a photo. `null` means "can't be told", never zero; `condition_*` is an estimate.

    With `label_source: "human"` a person has corrected something; the analyses still say what the model saw.
    """

    room_type: Room
    condition_score: Score | None
    condition_band: str | None
    condition_reason: str | None
    condition_why: list[str]
    natural_light_score: Score | None
    natural_light_why: list[str]
    score_scale: str = SCORE_SCALE
    feature_tags: list[str]
    features: list[Feature]
    quality_flags: list[QualityFlag]
    compliance: list[Flag]
    caption: str
    label_source: Literal["model", "human"]


class AnalysisOut(Answer):
    predictions: Predictions
    components: dict[str, dict[str, float]]
    model: Model
    analysis_ms: float
    created_at: Time


class Failure(Answer):
    code: str
    detail: str


class ImageOut(Answer):
    id: int
    listing_id: int | None
    status: Literal["queued", "running", "analyzed", "failed"]
    filename: str
    s3_path: str
    content_type: str | None
    byte_size: int | None
    width: int | None
    height: int | None
    sha256: str | None
    captured_at: Time | None
    created_at: Time
    thumbnail_url: str | None
    image_url: str | None
    predictions: Predictions | None
    analysis_ms: float | None
    failure: Failure | None


class CorrectionOut(Answer):
    """What people have said of a photo: `null`, or a tag in neither list, leaves a thing as models saw it."""

    room_type: str | None
    tags_added: list[str]
    tags_removed: list[str]
    caption: str | None
    condition_score: Score | None
    captured_at: Time | None
    corrected_by: str | None
    created_at: Time
    updated_at: Time


class ImageDetail(ImageOut):
    """`predictions` are what counts; each analysis says what its model saw, whatever people said of it."""

    correction: CorrectionOut | None
    alteration: AlterationOut | None = Field(description="Null: nothing is declared of it.")
    analyses: list[AnalysisOut]


class CorrectionRequest(Request):
    """What a person says of a photo. What is left out stays as it is, `null` takes back what was said of it before."""

    room_type: RoomType | None = None
    add_tags: Annotated[list[Tag], Field(max_length=len(Tag))] | None = Field(
        None, description="The photo shows these, beside what was said before. `null` takes back every tag added."
    )
    remove_tags: Annotated[list[Tag], Field(max_length=len(Tag))] | None = Field(
        None, description="The photo does not show these. `null` takes back every tag removed."
    )
    caption: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Readable] | None = (
        None
    )
    condition_score: Score | None = None
    captured_at: Time | None = None
    corrected_by: Line | None = Field(None, description="Whose words they are.")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set - {"corrected_by"}:
            raise ValueError("say what to correct, or null for what to take back")
        return self

    @field_validator("remove_tags")
    @classmethod
    def _not_added(cls, removed: list[Tag] | None, info: ValidationInfo) -> list[Tag] | None:
        both = set(info.data.get("add_tags") or ()) & set(removed or ())
        if both:
            raise ValueError(f"{', '.join(sorted(both))}: either add or remove")
        return removed


class ImagePage(Answer):
    images: list[ImageOut]
    next_cursor: str | None


class Uploaded(Answer):
    status: Literal["success"] = "success"
    image_id: int
    listing_id: int | None
    deduplicated: bool
    s3_path: str
    predictions: Predictions
    model: Model


class Queued(Answer):
    status: Literal["queued"] = "queued"
    task_id: str
    image_id: int


class DuplicateOut(Answer):
    """A copy of a photo, in the strongest class that it belongs to."""

    image_id: int
    listing_id: int | None
    kind: CopyKind
    bits: int | None = Field(description="In how many of 64 bits the perceptual hashes differ.")
    cosine: Score | None = Field(description="Of the image vectors; null for identical bytes that were not compared.")
    thumbnail_url: str


class CopyThresholds(Answer):
    """From where on a photo counts as a copy."""

    edited_bits: int = Field(description="At most so many.")
    same_scene_cosine: Score | None = Field(
        description="At least so much; null: not measured for the model in force, so no scene is called the same."
    )


class DuplicatesAnswer(Answer):
    image_id: int
    duplicates: list[DuplicateOut]
    thresholds: CopyThresholds
    model: str
