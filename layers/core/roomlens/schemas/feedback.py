"""What people think of answers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from roomlens.fields import Line, Readable, Time
from roomlens.schemas.base import Answer, Request
from roomlens.vocabulary.feedback import FeedbackCategory, FeedbackRating


class FeedbackRequest(Request):
    rating: FeedbackRating
    category: FeedbackCategory | None = None
    comment: Annotated[str, Field(max_length=2_000), Readable] | None = None
    user_id: Line | None = Field(
        None,
        description="Who says so. Saying it again replaces what they said before. Where calls need a token, it is whom "
        "the token names.",
    )


class FeedbackOut(Answer):
    id: int
    message_id: int
    rating: FeedbackRating
    category: FeedbackCategory | None
    comment: str | None
    user_id: str | None
    created_at: Time


class FeedbackCount(Answer):
    """How many people rated an answer so."""

    up: int
    down: int
