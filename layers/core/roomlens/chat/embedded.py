"""Answers without a language model: finds photos, and composes sentences from what was seen in them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from roomlens.chat.backends import Asked, Scope
from roomlens.chat.composing import Reply, Seen, compose
from roomlens.chat.receipts import analysed
from roomlens.models import Image
from roomlens.photos.facts import Facts, facts_of
from roomlens.schemas import QueryRequest
from roomlens.search import Relevance, embedder_in_force, search
from roomlens.vision import told

COMPOSER: Final = "roomlens-composer@4"  # no language model, so its version is its code's
MOST_PHOTOS: Final = 200  # of one listing; listings have fewer
NEAR: Final = 20  # photos that a search brings
NEAREST: Final = 3  # photos that an answer names when the question names nothing we know
_LONGEST_QUESTION: Final = 2_000  # of a search; messages may be longer


class EmbeddedBackend:
    """The composer of this package."""

    @property
    def label(self) -> str:
        return f"{COMPOSER}+{embedder_in_force()}"

    def answer(self, session: Session, asked: Asked) -> Reply:
        photos = _photos_to_speak_of(session, asked)
        nearest = [photo for photo in photos if photo.score is not None][:NEAREST]
        exist = bool(photos) or session.execute(analysed(asked.scope).limit(1)).first() is not None
        reply = compose(asked.question, photos, nearest, told(), exist=exist)
        return replace(reply, scores={photo.image_id: photo.score for photo in photos if photo.score is not None})


def _photos_to_speak_of(session: Session, asked: Asked) -> list[Seen]:
    """The photos nearest to the question (those with a score, best first), then the listing's others.

    Without a listing only the nearest are spoken of: nobody means "all photos of all listings".
    """
    near: list[Seen] = []
    question, listing_id = asked.question.strip(), asked.scope.listing_id
    if question:
        wanted = QueryRequest(query=question[:_LONGEST_QUESTION], k=NEAR, listing_id=listing_id)
        near = [
            replace(seen(hit.image.id, hit.facts), score=hit.score if hit.relevance == Relevance.STRONG else None)
            for hit in search(session, wanted).hits
            if listing_id is not None or hit.relevance != Relevance.NOISE
        ]
    if listing_id is None:
        return near
    known = {photo.image_id for photo in near}
    return near + [photo for photo in _all_of(session, asked.scope) if photo.image_id not in known]


def _all_of(session: Session, scope: Scope) -> list[Seen]:
    statement = analysed(scope).order_by(Image.id).limit(MOST_PHOTOS)
    return [seen(image.id, facts_of(analysis, image.correction)) for image, analysis in session.execute(statement)]


def seen(image_id: int, facts: Facts) -> Seen:
    """A photo as answers are composed of it: by what counts, a person's word before the model's."""
    return Seen(
        image_id=image_id,
        room=facts.room_type,
        tags=frozenset(facts.tags),
        caption=facts.caption,
        condition=facts.condition_score,
        daylight=facts.natural_light_score,
        denied=facts.tags_denied,
        judged=facts.condition_judged,
    )
