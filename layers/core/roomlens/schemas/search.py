"""Questions, and the photos that answer them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from roomlens.fields import Id, Readable, Score
from roomlens.schemas.base import Answer, Request


class QueryRequest(Request):
    """Ask with words (`query`) or with a stored photo (`image_id`)."""

    query: Annotated[str, Field(max_length=2_000), Readable] | None = None
    image_id: Id | None = None
    k: Annotated[int, Field(ge=1, le=100)] = 10
    listing_id: Id | None = None

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        if (self.query is None) == (self.image_id is None):
            raise ValueError("give either query or image_id")
        if self.query is not None and not self.query.strip():
            raise ValueError("query is empty")
        return self


class HitOut(Answer):
    id: int
    listing_id: int | None
    score: Score
    relevance: Literal["strong", "weak", "noise"]
    thumbnail_url: str
    room_type: str
    feature_tags: list[str]
    caption: str


class QueryAnswer(Answer):
    top_k: list[HitOut]
    space: Literal["text", "image"]
    model: str
    next_cursor: None = None
