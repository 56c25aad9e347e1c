"""What all photos of a listing say together, and what became of its rooms."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, computed_field

from roomlens.fields import Id, Time
from roomlens.schemas.base import Answer, Request
from roomlens.vocabulary import SCORE_SCALE, ConditionBand, RoomType, Tag, condition_band


class MeasuredOut(Answer):
    """A score, and the photos it rests on; all are `null` where no photo could be scored."""

    score: float | None
    best_image_id: int | None
    median_image_id: int | None = Field(description="Of an even number of photos, the worse of the two in the middle.")
    worst_image_id: int | None


class ConditionOut(MeasuredOut):
    @computed_field(description="An estimate from photos, no inspection.")  # type: ignore[prop-decorator]
    @property
    def band(self) -> ConditionBand | None:
        return None if self.score is None else condition_band(self.score)


class PartOut(Answer):
    """Of the rooms inside, of the outside, or of both: the mean of the rooms, each counting once."""

    condition: ConditionOut
    natural_light: MeasuredOut
    image_ids: list[int]


class RoomInstanceOut(Answer):
    """One room. Scores and tags are those of its newest photos, by the middle one of them."""

    name: str = Field(description="Such as `bathroom 1`; without a number where there is one of a kind.")
    room_type: RoomType
    number: int
    image_ids: list[int]
    condition: ConditionOut
    natural_light: MeasuredOut
    tags: list[Tag]


class TagCountOut(Answer):
    """How many photos show a thing, and which."""

    tag: Tag
    count: int
    image_ids: list[int]


class GapOut(Answer):
    """What buyers look for and no photo shows."""

    room_type: RoomType
    reason: str


class AggregationOut(Answer):
    """A room counts as its newest photos show it, by the middle one of them; altered photos give neither scores nor
    tags. `model`: whose analyses these are. `as_of`: when it is asked for as of a time."""

    listing_id: int
    model: str
    as_of: Time | None
    score_scale: str = SCORE_SCALE
    photo_count: int
    interior: PartOut
    exterior: PartOut
    overall: PartOut
    rooms: list[RoomInstanceOut]
    tags: list[TagCountOut]
    gaps: list[GapOut]


class ChangeRequest(Request):
    """Two photos of the listing. Which one is before, the caller says, whatever their times say."""

    before_image_id: Id
    after_image_id: Id


class ChangeOut(Answer):
    """What became of a room between two photos of it. Differences are after minus before."""

    before_image_id: int
    after_image_id: int
    before_at: Time | None
    after_at: Time | None
    room_type: RoomType
    instance: str | None = Field(description="The room that both show; `null` when they show two.")
    verdict: Literal["improved", "worsened", "unchanged", "not_comparable"]
    reason: str | None = Field(
        description="Why the two can't be compared: `different_rooms`, `same_moment`, `altered`, `blurry`, `dark`, "
        "`not_scored`."
    )
    tags_added: list[Tag]
    tags_removed: list[Tag]
    condition_delta: float | None
    natural_light_delta: float | None


class ChangesAnswer(Answer):
    listing_id: int
    model: str
    changes: list[ChangeOut]
