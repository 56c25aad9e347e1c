"""What was said: conversations and their messages."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from roomlens.chat import rows
from roomlens.errors import ConflictError, InProgressError, NotFoundError
from roomlens.models import Conversation, Message, MessageFeedback, Task
from roomlens.photos.records import require_listing
from roomlens.schemas import ConversationRemoved, WordsRemoved
from roomlens.tasks import Kind

PATIENCE: Final = 3.0
"""Seconds that a request waits for another turn of its conversation: with the longest turn of a hosted model (24 s) it
still ends within the gateway's 29."""
_LOOKS_EVERY: Final = 0.05  # seconds


def get_conversation(session: Session, conversation_id: int) -> Conversation:
    """Raises NotFoundError."""
    conversation = session.scalars(rows.conversation(conversation_id)).one_or_none()
    if conversation is None:
        raise NotFoundError(f"There is no conversation {conversation_id}.")
    return conversation


def lock_conversation(session: Session, conversation_id: int, *, patience: float = PATIENCE) -> Conversation:
    """The conversation as it is now, for no other turn until the transaction ends.

    Who holds it is asked for again and again, and not waited for: to end a wait in time the database would need a SET,
    which pins a connection of RDS Proxy. On SQLite the whole transaction has waited already (`roomlens.dialects`).

    Raises NotFoundError, and InProgressError when another turn goes on for more than `patience` seconds.
    """
    # NO KEY UPDATE: whoever only refers to the row, such as a foreign key that is checked, is no other turn
    known = rows.conversation(conversation_id).execution_options(populate_existing=True)
    free = known.with_for_update(skip_locked=True, key_share=True)
    until = time.monotonic() + patience
    while (conversation := session.scalars(free).one_or_none()) is None:
        get_conversation(session, conversation_id)
        if time.monotonic() >= until:
            raise InProgressError("Another message of this conversation is being answered.")
        time.sleep(_LOOKS_EVERY)
    return conversation


def open_conversation(
    session: Session,
    conversation_id: int | None,
    listing_id: int | None,
    user_id: str | None,
    *,
    patience: float = PATIENCE,
) -> Conversation:
    """The conversation that goes on, locked for this turn, or a new one. Raises as `continued` and
    `lock_conversation`."""
    if continued(session, conversation_id, listing_id) is not None and conversation_id is not None:
        return lock_conversation(session, conversation_id, patience=patience)
    conversation = Conversation(listing_id=listing_id, user_id=user_id, summary="", summarized_id=0)
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
    statement = rows.conversations().where(Conversation.id > after_id).order_by(Conversation.id).limit(limit)
    if listing_id is not None:
        statement = statement.where(Conversation.listing_id == listing_id)
    return session.scalars(statement).all()


def list_messages(session: Session, conversation_id: int, *, limit: int, after_id: int = 0) -> Sequence[Message]:
    """Oldest first. Raises NotFoundError for an unknown conversation."""
    get_conversation(session, conversation_id)
    statement = rows.messages_of(conversation_id).where(Message.id > after_id).order_by(Message.id).limit(limit)
    return session.scalars(statement).all()


def delete_conversation(session: Session, conversation_id: int) -> ConversationRemoved:
    """Deletes what was said, what was thought of it, and its words in the tasks that it was asked by.

    A turn that goes on is waited for; one that has yet to begin finds no conversation, and its task fails with that.

    Raises as `lock_conversation`.
    """
    lock_conversation(session, conversation_id)
    return ConversationRemoved(conversation_id=conversation_id, removed=remove_words(session, [conversation_id]))


def remove_words(session: Session, conversation_ids: Collection[int]) -> WordsRemoved:
    """As `delete_conversation`, of several that are locked, in as many statements as of one."""
    said = rows.messages_of_all(conversation_ids).with_only_columns(Message.id).subquery()
    feedback = select(func.count(MessageFeedback.id)).join(said, said.c.id == MessageFeedback.message_id)
    removed = WordsRemoved(
        messages=session.scalar(select(func.count()).select_from(said)) or 0,
        feedback=session.scalar(feedback) or 0,
        tasks=_forget_words(session, conversation_ids),
    )
    session.execute(delete(Conversation).where(Conversation.id.in_(conversation_ids)))
    return removed


def _forget_words(session: Session, conversation_ids: Collection[int]) -> int:
    """Takes question and answer out of the tasks of conversations; how many those are. The tasks stay: somebody may
    still ask how one ended."""
    asked, answered = (told["conversation_id"].as_integer() for told in (Task.request, Task.result))
    of_them = or_(asked.in_(conversation_ids), answered.in_(conversation_ids))
    tasks = session.scalars(select(Task).where(Task.kind == Kind.CHAT, of_them).with_for_update()).all()
    for task in tasks:
        told_of = (task.request.get("conversation_id"), (task.result or {}).get("conversation_id"))
        known = next(one for one in told_of if one in conversation_ids)
        task.request = task.request | {"conversation_id": known, "message": ""}
        task.result = {"conversation_id": known} if task.result is not None else None
    session.flush()
    return len(tasks)
