"""What was said before in a conversation, as far as an answer needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from roomlens.models import Message, Role

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from roomlens.models import Conversation

_LAST: Final = 12  # messages


@dataclass(frozen=True)
class Said:
    """One earlier message; `image_ids`: the photos that it rests on."""

    role: Role
    content: str
    image_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class History:
    """The last messages, oldest first, and a short account of those before them."""

    messages: tuple[Said, ...] = ()
    summary: str = ""


def read_history(session: Session, conversation: Conversation) -> History:
    """What an answer in this conversation is to know of it."""
    statement = (
        select(Message).where(Message.conversation_id == conversation.id).order_by(Message.id.desc()).limit(_LAST)
    )
    return History(
        tuple(
            Said(
                Role(message.role),
                message.content,
                tuple(id_ for cited in message.citations for id_ in cited["image_ids"]),
            )
            for message in reversed(session.scalars(statement).all())
        )
    )
