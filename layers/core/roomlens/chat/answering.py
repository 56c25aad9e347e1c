"""One question answered, whoever writes the answer: what must not be asked or said is taken out, and receipts are
asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from roomlens.chat.backends import Asked, ChatBackend
from roomlens.chat.guard import guard, harmless, neutral, remembered
from roomlens.chat.receipts import hold
from roomlens.chat.replies import Reply, Sentence
from roomlens.chat.wording import listed
from roomlens.listings.alterations import altered_among
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
    harmless_asked = replace(asked, question=guarded.question, history=remembered(asked.history))
    held, evidence = hold(session, asked.scope, backend.answer(session, harmless_asked))
    said = _disclosing(session, neutral(held, evidence))
    reply = replace(said, sentences=(*guarded.notices, *said.sentences))
    return Answered(reply, _shown(evidence, reply), backend.label)


def _disclosing(session: Session, reply: Reply) -> Reply:
    """An altered photo shows what is not there: whoever writes an answer that rests on one, the answer says so."""
    if not reply.image_ids or not (altered := altered_among(session, reply.image_ids)):
        return reply
    one = len(altered) == 1
    photos = f"Photo {altered[0]} was" if one else f"Photos {listed(map(str, altered))} were"
    text = f"{photos} digitally altered: not all that {'it shows' if one else 'they show'} is there."
    return replace(reply, sentences=(*reply.sentences, Sentence(text, tuple(altered))))


def _shown(evidence: Sequence[Evidence], reply: Reply) -> list[Evidence]:
    """The photos of what is left of an answer. Their captions are people's words, and are shown beside it."""
    by_id = {photo.image_id: photo for photo in evidence}
    return [
        by_id[image_id].model_copy(update={"caption": harmless(by_id[image_id].caption)})
        for image_id in reply.image_ids
    ]
