"""Conversations."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from roomlens.fields import Id, Line, Readable, Score, Time
from roomlens.schemas.base import Answer, Request
from roomlens.schemas.feedback import FeedbackCount
from roomlens.schemas.tasks import CallbackUrl
from roomlens.vocabulary import NoticeKind


class ChatRequest(Request):
    message: Annotated[str, Field(max_length=4_000), Readable]
    conversation_id: Id | None = None
    listing_id: Id | None = None
    user_id: Line | None = Field(None, description="Who asks. Where calls need a token, it is whom the token names.")
    callback_url: CallbackUrl | None = Field(None, description="With `respond-async`: told when it is answered.")


class SourceOut(Answer):
    """Where a general figure in a sentence comes from."""

    title: str
    url: str


class Citation(Answer):
    """A sentence of the reply, and the photos that it rests on."""

    sentence: str
    image_ids: list[int]
    source: SourceOut | None = Field(
        None, exclude_if=lambda source: source is None, description="Of a general figure, which no photo shows."
    )


class Evidence(Answer):
    """A photo that an answer rests on."""

    image_id: int
    listing_id: int | None
    room_type: str
    caption: str
    score: Score | None
    thumbnail_url: str


class NoticeOut(Answer):
    """Says what was not answered or not said, and why. The reply holds it, too."""

    kind: NoticeKind
    text: str


class ChatAnswer(Answer):
    conversation_id: int
    message_id: int
    reply: str
    context_used: list[Evidence]
    citations: list[Citation]
    notices: list[NoticeOut] = Field(description="Parts of the message or of the answer that were left out.")
    abstained: bool
    model: str


class MessageOut(Answer):
    id: int
    role: Literal["user", "assistant"]
    content: str
    citations: list[Citation]
    abstained: bool | None = Field(description="Of an answer: nothing in the photos answers the question.")
    model: str | None = Field(description="Who wrote an answer.")
    feedback: FeedbackCount | None = Field(None, description="Of an answer.")
    created_at: Time


class MessagePage(Answer):
    messages: list[MessageOut]
    next_cursor: str | None


class ConversationOut(Answer):
    id: int
    listing_id: int | None
    user_id: str | None
    created_at: Time


class WordsRemoved(Answer):
    """How many of each went; of `tasks` only what was said, and not the task."""

    messages: int
    feedback: int
    tasks: int


class ConversationRemoved(Answer):
    conversation_id: int
    removed: WordsRemoved


class ConversationPage(Answer):
    conversations: list[ConversationOut]
    next_cursor: str | None
