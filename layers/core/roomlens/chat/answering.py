"""One question answered, whoever writes the answer: what must not be asked is taken out, and receipts are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from roomlens.chat.backends import Asked, ChatBackend
from roomlens.chat.guard import guard, neutral
from roomlens.chat.receipts import hold
from roomlens.chat.replies import Reply
from roomlens.schemas import Evidence


@dataclass(frozen=True)
class Answered:
    """An answer, the photos that it rests on in the order of its sentences, and who wrote it."""

    reply: Reply
    evidence: Sequence[Evidence]
    model: str


def answer(session: Session, asked: Asked, backend: ChatBackend) -> Answered:
    """Raises what the backend does: then there is no answer, and nothing is kept of the question."""
    guarded = guard(asked.question)
    if guarded.notices and not guarded.question.strip():
        return Answered(Reply(guarded.notices, abstained=True), [], backend.label)
    written = neutral(backend.answer(session, replace(asked, question=guarded.question)))
    held, evidence = hold(session, asked.scope, written)
    reply = replace(held, sentences=(*guarded.notices, *held.sentences))
    return Answered(reply, evidence, backend.label)
