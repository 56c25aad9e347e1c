"""What was said: conversations and their messages."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from roomlens.errors import ConflictError, NotFoundError
from roomlens.models import Conversation, Message
from roomlens.photos.records import require_listing


def get_conversation(session: Session, conversation_id: int) -> Conversation:
    """Raises NotFoundError."""
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        raise NotFoundError(f"There is no conversation {conversation_id}.")
    return conversation


def open_conversation(
    session: Session, conversation_id: int | None, listing_id: int | None, user_id: str | None
) -> Conversation:
    """The conversation that goes on, or a new one. Raises as `continued`."""
    conversation = continued(session, conversation_id, listing_id)
    if conversation is None:
        conversation = Conversation(listing_id=listing_id, user_id=user_id)
        session.add(conversation)
        session.flush()
    return conversation


def continued(session: Session, conversation_id: int | None, listing_id: int | None) -> Conversation | None:
    """The conversation that goes on; None when a new one begins.

    Raises NotFoundError for an unknown conversation or listing, ConflictError when it is about another listing.
    """
    require_listing(session, listing_id)
    if conversation_id is None:
        return None
    conversation = get_conversation(session, conversation_id)
    if listing_id is not None and conversation.listing_id != listing_id:
        raise ConflictError("The conversation is not about this listing; start a new one.")
    return conversation


def list_conversations(
    session: Session, *, limit: int, after_id: int = 0, listing_id: int | None = None
) -> Sequence[Conversation]:
    statement = select(Conversation).where(Conversation.id > after_id).order_by(Conversation.id).limit(limit)
    if listing_id is not None:
        statement = statement.where(Conversation.listing_id == listing_id)
    return session.scalars(statement).all()


def list_messages(session: Session, conversation_id: int, *, limit: int, after_id: int = 0) -> Sequence[Message]:
    """Oldest first. Raises NotFoundError for an unknown conversation."""
    get_conversation(session, conversation_id)
    statement = (
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.id > after_id)
        .order_by(Message.id)
        .limit(limit)
    )
    return session.scalars(statement).all()
