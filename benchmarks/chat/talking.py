"""A conversation with the embedded composer, as the API has it, without storing it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from benchmarks.chat.asking import Question
from roomlens.chat.answering import answer
from roomlens.chat.backends import Asked, Scope
from roomlens.chat.embedded import EmbeddedBackend
from roomlens.chat.history import History, Said
from roomlens.chat.replies import Reply
from roomlens.models import Role


def ask(session: Session, question: Question, listing_id: int | None) -> Reply:
    """The last reply of a conversation."""
    said: list[Said] = []
    reply = Reply((), abstained=True)
    for text in question.ask:
        asked = Asked(text, Scope(listing_id), History(tuple(said)))
        reply = answer(session, asked, EmbeddedBackend()).reply
        said += [Said(Role.USER, text), Said(Role.ASSISTANT, reply.text, tuple(reply.image_ids))]
    return reply
