"""A turn that nobody waits for: its question is checked and kept now, and answered by a workflow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from roomlens import tasks
from roomlens.chat.conversations import continued
from roomlens.chat.turns import take_turn
from roomlens.models import Task
from roomlens.schemas import ChatRequest

PATIENCE: Final = 20.0
"""Seconds that a workflow's step waits for another turn of its conversation: with the longest turn of a hosted model
(24 s) it ends within the function's 55. After that the workflow tries again."""


def queue_turn(session: Session, asked: ChatRequest) -> Task:
    """Raises what `take_turn` would: NotFoundError and ConflictError."""
    continued(session, asked.conversation_id, asked.listing_id)
    return tasks.start_chat(session, asked)


def take_queued_turn(session: Session, request: Mapping[str, Any]) -> dict[str, Any]:
    """The answer, as POST /api/chat/ would have given it. Raises as `take_turn`."""
    asked = ChatRequest.model_validate(request)
    return take_turn(session, asked, patience=PATIENCE).model_dump(mode="json")
