"""Which conversations and messages there are for a caller: every statement that reads them begins here."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, select

from roomlens.models import Conversation, Message


def conversations() -> Select[Conversation]:
    return select(Conversation)


def conversation(conversation_id: int) -> Select[Conversation]:
    return conversations().where(Conversation.id == conversation_id)


def messages() -> Select[Message]:
    return select(Message)


def messages_of(conversation_id: int) -> Select[Message]:
    return messages().where(Message.conversation_id == conversation_id)


def messages_of_all(conversation_ids: Collection[int]) -> Select[Message]:
    return messages().where(Message.conversation_id.in_(conversation_ids))
