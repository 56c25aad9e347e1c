"""A turn that nobody waits for: its question is checked and kept now, and answered by a workflow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from roomlens import tasks
from roomlens.chat.conversations import continued
from roomlens.chat.turns import take_turn
from roomlens.models import Task
from roomlens.schemas import ChatRequest


def queue_turn(session: Session, asked: ChatRequest) -> Task:
    """Raises what `take_turn` would: NotFoundError and ConflictError."""
    continued(session, asked.conversation_id, asked.listing_id)
    return tasks.start_chat(session, asked)


def take_queued_turn(session: Session, request: Mapping[str, Any]) -> dict[str, Any]:
    """The answer, as POST /api/chat/ would have given it. Raises as `take_turn`."""
    return take_turn(session, ChatRequest.model_validate(request)).model_dump(mode="json")
