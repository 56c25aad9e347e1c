"""Answers without a language model: reads the question, finds photos, and composes sentences from what was seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from roomlens.chat.backends import Asked
from roomlens.chat.composing import Reply, compose
from roomlens.chat.followups import in_context
from roomlens.chat.history import Said
from roomlens.chat.questions import parts_of
from roomlens.chat.receipts import analysed
from roomlens.chat.replies import joined
from roomlens.chat.retrieving import gather
from roomlens.chat.spelling import respelt
from roomlens.models import Role
from roomlens.search import embedder_in_force
from roomlens.vision import told

COMPOSER: Final = "roomlens-composer@7"  # no language model, so its version is its code's
NEAREST: Final = 3  # photos that an answer names when the question names nothing we know


class EmbeddedBackend:
    """The composer of this package."""

    @property
    def label(self) -> str:
        return f"{COMPOSER}+{embedder_in_force()}"

    def answer(self, session: Session, asked: Asked) -> Reply:
        """Each question of a message, in the context of those before it."""
        history, replies = asked.history, list[Reply]()
        for part in parts_of(asked.question):
            reply = self._answer(session, replace(asked, question=part, history=history))
            replies.append(reply)
            turn = (Said(Role.USER, part), Said(Role.ASSISTANT, reply.text, tuple(reply.image_ids)))
            history = replace(history, messages=(*history.messages, *turn))
        return joined(replies)

    def _answer(self, session: Session, asked: Asked) -> Reply:
        question = in_context(asked.question, asked.history, respelt)
        found = gather(session, question, asked.scope)
        nearest = found.nearest[:NEAREST]
        exist = bool(found.photos) or session.execute(analysed(asked.scope).limit(1)).first() is not None
        reply = compose(question, found.photos, nearest, told(), exist=exist, home=found.home, listings=found.listings)
        return replace(
            reply, scores={photo.image_id: photo.score for photo in found.nearest if photo.score is not None}
        )
