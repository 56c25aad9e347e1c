"""An old conversation asked again."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from roomlens.fields import Readable
from roomlens.schemas.base import Answer, Request
from roomlens.schemas.chat import Citation
from roomlens.schemas.tasks import Model


class ReplayRequest(Request):
    backend: Literal["embedded", "bedrock"] | None = Field(None, description="Who answers; without it, who does now.")
    model: Model | None = Field(
        None, description="By what this model saw in the photos, not the one in force; GET /api/models names them."
    )
    last: int | None = Field(None, ge=1, le=100, description="The last so many turns; without it, all of them.")
    cursor: Annotated[str, Field(max_length=200), Readable] | None = Field(
        None, description="`next_cursor` of the answer before, which ended before the last turn."
    )


class ReplayedAnswer(Answer):
    reply: str
    claims: list[Citation]
    abstained: bool
    model: str | None


class Reworded(Answer):
    """One claim in two wordings: they rest on the same photos."""

    before: Citation
    after: Citation


class ClaimChanges(Answer):
    """`kept`: the same words, case and punctuation apart, on the same photos."""

    kept: list[Citation]
    reworded: list[Reworded]
    added: list[Citation]
    removed: list[Citation]


class ReplayedTurn(Answer):
    """`same`: no claim has changed, and it abstains where it did."""

    message_id: int = Field(description="Of the question.")
    question: str
    before: ReplayedAnswer
    after: ReplayedAnswer | None = Field(description="`null` when the backend gave no answer; `problem` says why.")
    claims: ClaimChanges | None
    same: bool
    photos_gone: list[int] = Field(description="Photos that the old answer rests on and that are deleted since.")
    problem: dict[str, Any] | None = None


class ReplaySummary(Answer):
    """Of the turns of this answer, and not of those on other pages."""

    turns: int
    same: int
    changed: int
    failed: int
    abstentions_gained: int = Field(description="Turns that were answered and are not any more.")
    abstentions_lost: int
    claims_kept: int
    claims_reworded: int
    claims_added: int
    claims_removed: int


class ReplayAnswer(Answer):
    conversation_id: int
    model: str = Field(description="Who answered now.")
    photos_unseen: int = Field(description="Photos that could be spoken of, had this model looked at them.")
    turns: list[ReplayedTurn]
    summary: ReplaySummary
    truncated: bool = Field(description="There are more turns than fit into a request; go on with `next_cursor`.")
    next_cursor: str | None
