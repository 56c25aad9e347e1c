"""Questions, and the photos that answer them."""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, Self, TypeVar

from pydantic import AfterValidator, Field, model_validator

from roomlens.fields import Id, Readable, Score, Time
from roomlens.schemas.base import Answer, Request
from roomlens.schemas.listings import ListingStatus
from roomlens.vocabulary import RoomType, Tag

_Value = TypeVar("_Value")
_Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_Some = Field(min_length=1, max_length=200)

Sort = Literal[
    "relevance",
    "captured_at", "-captured_at",
    "price", "-price",
    "condition", "-condition",
    "natural_light", "-natural_light",
]  # fmt: skip


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("query is empty")
    return text


class Range(Request, Generic[_Value]):
    """From `min` to `max`, both included; what has no value lies in no range."""

    min: _Value | None = None
    max: _Value | None = None

    @model_validator(mode="after")
    def _has_values(self) -> Self:
        low: Any = self.min
        high: Any = self.max
        if low is None and high is None:
            raise ValueError("give min, max or both")
        if low is not None and high is not None and low > high:
            raise ValueError("min is greater than max")
        return self


class TagFilter(Request):
    """Photos with at least one of `any`, with each of `all`, and with no one of `none`."""

    any: Annotated[list[Tag], _Some] | None = None
    all: Annotated[list[Tag], _Some] | None = None
    none: Annotated[list[Tag], _Some] | None = None

    @model_validator(mode="after")
    def _names_some(self) -> Self:
        if self.any is None and self.all is None and self.none is None:
            raise ValueError("give any, all or none")
        return self


class OneOf(Request, Generic[_Value]):
    """Of what a photo has one of: one of `any`, and no one of `none`."""

    any: Annotated[list[_Value], _Some] | None = None
    none: Annotated[list[_Value], _Some] | None = None

    @model_validator(mode="before")
    @classmethod
    def _not_all(cls, value: object) -> object:
        if isinstance(value, dict) and "all" in value:
            raise ValueError("a photo shows one room and is of one listing: give any or none, not all")
        return value

    @model_validator(mode="after")
    def _names_some(self) -> Self:
        if self.any is None and self.none is None:
            raise ValueError("give any or none")
        return self


class RoomFilter(OneOf[RoomType]):
    """Photos of one of the rooms in `any`, and of none in `none`. A room means its special kinds, too."""


class ListingFilter(OneOf[Id]):
    """Photos of one of the listings in `any`, and of none in `none`, which keeps photos of no listing."""


class ScoreRange(Range[Score]):
    """Scores from `min` to `max`, both included. A photo without this score is left out."""


class TimeRange(Range[Time]):
    """Times from `min` to `max`, both included. A photo of unknown time is left out."""


class AmountRange(Range[_Amount]):
    """Amounts from `min` to `max`, both included. A photo whose listing does not say this one is left out."""


class Filters(Request):
    """What a photo must be, all of it at once. What is filtered is what counts: a person's correction wins."""

    rooms: RoomFilter | None = Field(None, description="A room means its special kinds, too.")
    tags: TagFilter | None = None
    listings: ListingFilter | None = Field(None, description="`none` keeps photos of no listing.")
    listing_status: Annotated[list[ListingStatus], _Some] | None = None
    condition: ScoreRange | None = None
    natural_light: ScoreRange | None = None
    captured_at: TimeRange | None = None
    price: AmountRange | None = Field(None, description="Of the photo's listing, as beds, baths and area.")
    beds: AmountRange | None = None
    baths: AmountRange | None = None
    area_sqft: AmountRange | None = None


class PictureQuestion(Request):
    """How to search, beside the picture that was sent; `query` asks for "like this, but with ..."."""

    query: Annotated[str, Field(max_length=2_000), Readable, AfterValidator(_not_blank)] | None = None
    k: Annotated[int, Field(ge=1, le=100)] = 10
    listing_id: Id | None = None
    filters: Filters | None = None
    mode: Literal["hybrid", "vector", "text"] = Field(
        "hybrid", description="`vector` compares meanings alone, `text` words alone, `hybrid` both."
    )
    min_relevance: Literal["strong", "weak", "noise"] | None = Field(None, description="Less relevant photos are cut.")
    sort: Sort = Field(
        "relevance", description="All but `relevance` sort the 500 best hits that are no noise; - is descending."
    )
    group_by: Literal["listing"] | None = Field(None, description="One hit a listing: its best evidence.")
    explain: bool = Field(False, description="Each hit says why it was found.")
    include: list[Literal["embedding"]] = Field(default_factory=list, max_length=10)
    cursor: Annotated[str, Field(max_length=500), Readable] | None = Field(
        None, description="`next_cursor` of the page before. It goes with the same question, and with one model."
    )

    @property
    def has_picture(self) -> bool:
        return True

    @model_validator(mode="after")
    def _can_be_answered(self) -> Self:
        if self.query is None and not self.has_picture:
            raise ValueError("give query, image_id or both")
        if self.mode == "text" and self.has_picture:
            raise ValueError("a picture has no words: mode text goes with query alone")
        return self


class QueryRequest(PictureQuestion):
    """Ask with words (`query`), with a stored photo (`image_id`), or with both: like this, but with ..."""

    image_id: Id | None = None

    @property
    def has_picture(self) -> bool:
        return self.image_id is not None


class Signal(Answer):
    """What one way of looking says of a photo."""

    score: Score
    contribution: Score = Field(description="Its share of the hit's score; all of them add up to it.")
    rank: int = Field(description="The photo's place by this signal alone, from 1, among all that were considered.")


class Why(Answer):
    """Why a photo was found."""

    matched_tags: list[str]
    matched_rooms: list[str]
    matched_words: list[str]
    signals: dict[str, Signal] = Field(
        description=(
            "Those that the question gave: `vector` (likeness in meaning), `image` (likeness in looks), `text` (words "
            "of the photo), `listing` (words of its listing), `tags` and `rooms` (things and rooms asked for)."
        )
    )
    rank_before_fusion: int = Field(description="By meaning alone, or by words alone in mode text.")
    rank_after: int = Field(description="Its place in the answer, from 1, over all pages.")
    corrections: dict[str, str] = Field(description="Words that were read as others, for their spelling.")


class HitListing(Answer):
    """The listing that a hit stands for."""

    id: int
    title: str | None
    address: str | None
    price: float | None
    status: str
    matches: int = Field(description="How many of its photos are no noise, of those that were considered.")


class HitOut(Answer):
    id: int
    listing_id: int | None
    score: Score = Field(description="Cosine similarity, or the fused score where several signals were asked.")
    relevance: Literal["strong", "weak", "noise"] = Field(
        description="How much the hit says: `strong` answers the question, `weak` may, `noise` is only the nearest."
    )
    thumbnail_url: str
    room_type: str
    feature_tags: list[str]
    caption: str
    condition_score: Score | None
    natural_light_score: Score | None
    captured_at: Time | None
    label_source: Literal["model", "human"]
    listing: HitListing | None = None
    why: Why | None = None
    embedding: dict[Literal["text", "image"], list[float]] | None = None


class QueryAnswer(Answer):
    top_k: list[HitOut]
    space: Literal["text", "image", "both"] = Field(
        description="Where photos were compared: `text` for words, `image` for a picture, `both` for one with words."
    )
    model: str
    next_cursor: str | None = Field(None, description="Null at the end, and after the 1,000 best hits (500 if sorted).")
