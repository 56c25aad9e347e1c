"""One turn: a question comes, an answer is written, and both are kept."""

from __future__ import annotations

from sqlalchemy.orm import Session

from roomlens.chat.answering import Answered, answer
from roomlens.chat.backends import Asked, Scope, chat_backend
from roomlens.chat.conversations import PATIENCE, open_conversation
from roomlens.chat.history import read_history
from roomlens.chat.replies import Reply
from roomlens.models import Conversation, Message, Role
from roomlens.schemas import ChatAnswer, ChatRequest, Citation, NoticeOut, SourceOut


def take_turn(session: Session, asked: ChatRequest, *, patience: float = PATIENCE) -> ChatAnswer:
    """Answers a message and stores both. Turns of one conversation come one after the other.

    `patience`: seconds that another turn is waited for. Raises what `open_conversation` and the backend raise; then
    nothing is stored.
    """
    conversation = open_conversation(session, asked.conversation_id, asked.listing_id, asked.user_id, patience=patience)
    question = Asked(asked.message, Scope(conversation.listing_id), read_history(session, conversation))
    return _store(session, conversation, asked.message, answer(session, question, chat_backend()))


def _store(session: Session, conversation: Conversation, question: str, answered: Answered) -> ChatAnswer:
    reply = answered.reply
    citations = citations_of(reply)
    message = Message(
        conversation_id=conversation.id,
        role=Role.ASSISTANT,
        content=reply.text,
        citations=[citation.model_dump() for citation in citations],
        abstained=reply.abstained,
        model=answered.model,
    )
    session.add(Message(conversation_id=conversation.id, role=Role.USER, content=question, citations=[]))
    session.flush()  # the question first: messages are read in the order of their ids
    session.add(message)
    session.flush()
    return ChatAnswer(
        conversation_id=conversation.id,
        message_id=message.id,
        reply=reply.text,
        context_used=list(answered.evidence),
        citations=citations,
        notices=[NoticeOut(kind=said.notice, text=said.text) for said in reply.sentences if said.notice],
        abstained=reply.abstained,
        model=answered.model,
    )


def citations_of(reply: Reply) -> list[Citation]:
    """The claims of an answer, each with its photos."""
    return [
        Citation(
            sentence=sentence.text,
            image_ids=list(sentence.image_ids),
            source=SourceOut(title=sentence.source.title, url=sentence.source.url) if sentence.source else None,
        )
        for sentence in reply.sentences
        if sentence.image_ids
    ]
