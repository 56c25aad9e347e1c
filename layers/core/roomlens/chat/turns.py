"""One turn: a question comes, photos are found, an answer is written, and both are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from roomlens.chat.composing import Reply, Seen, compose
from roomlens.chat.conversations import open_conversation
from roomlens.models import Analysis, Conversation, Image, ImageStatus, Message, Role
from roomlens.photos.facts import Facts, facts_of
from roomlens.photos.presenting import thumbnail_url
from roomlens.schemas import ChatAnswer, ChatRequest, Citation, Evidence, QueryRequest
from roomlens.search import Relevance, embedder_in_force, search
from roomlens.versions import made_by, model_in_force
from roomlens.vision import told

COMPOSER: Final = "roomlens-composer@3"  # the embedded answerer: no language model, so its version is its code's
MOST_PHOTOS: Final = 200  # of one listing; listings have fewer
NEAR: Final = 20  # photos that a search brings
_LONGEST_QUESTION: Final = 2_000  # of a search; messages may be longer
NEAREST: Final = 3  # photos that an answer names when the question names nothing we know


@dataclass(frozen=True)
class _Photo:
    image: Image
    seen: Seen


def take_turn(session: Session, asked: ChatRequest) -> ChatAnswer:
    """Answers a message and stores both. Raises what `open_conversation` raises; then nothing is stored."""
    conversation = open_conversation(session, asked.conversation_id, asked.listing_id, asked.user_id)
    photos = _photos_to_speak_of(session, conversation, asked.message)
    nearest = [photo.seen for photo in photos if photo.seen.score is not None][:NEAREST]
    exist = bool(photos) or session.scalar(_analysed(conversation.listing_id).limit(1)) is not None
    reply = compose(asked.message, [photo.seen for photo in photos], nearest, told(), exist=exist)
    return _store(session, conversation, asked.message, reply, photos)


def _photos_to_speak_of(session: Session, conversation: Conversation, question: str) -> list[_Photo]:
    """The photos nearest to the question (those with a score, best first), then the listing's others.

    Without a listing only the nearest are spoken of: nobody means "all photos of all listings".
    """
    near: list[_Photo] = []
    if question.strip():
        asked = QueryRequest(query=question.strip()[:_LONGEST_QUESTION], k=NEAR, listing_id=conversation.listing_id)
        found = search(session, asked)
        near = [
            _Photo(
                hit.image,
                replace(
                    seen(hit.image.id, hit.facts),
                    score=hit.score if hit.relevance == Relevance.STRONG else None,
                ),
            )
            for hit in found.hits
            if conversation.listing_id is not None or hit.relevance != Relevance.NOISE
        ]
    if conversation.listing_id is None:
        return near
    known = {photo.image.id for photo in near}
    return near + [photo for photo in _all_of(session, conversation.listing_id) if photo.image.id not in known]


def _all_of(session: Session, listing_id: int) -> list[_Photo]:
    statement = _analysed(listing_id).options(joinedload(Image.correction)).order_by(Image.id).limit(MOST_PHOTOS)
    return [
        _Photo(image, seen(image.id, facts_of(analysis, image.correction)))
        for image, analysis in session.execute(statement)
    ]


def _analysed(listing_id: int | None) -> Select[Image, Analysis]:
    """The photos that the model in force has looked at: of a listing, or of all."""
    statement = (
        select(Image, Analysis)
        .join(Analysis, Analysis.image_id == Image.id)
        .where(Image.status == ImageStatus.ANALYZED)
        .where(made_by(Analysis, model_in_force()))
    )
    return statement if listing_id is None else statement.where(Image.listing_id == listing_id)


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


def _store(
    session: Session, conversation: Conversation, question: str, reply: Reply, photos: Sequence[_Photo]
) -> ChatAnswer:
    citations = [
        Citation(sentence=sentence.text, image_ids=list(sentence.image_ids))
        for sentence in reply.sentences
        if sentence.image_ids
    ]
    model = f"{COMPOSER}+{embedder_in_force()}"
    answer = Message(
        conversation_id=conversation.id,
        role=Role.ASSISTANT,
        content=reply.text,
        citations=[citation.model_dump() for citation in citations],
        abstained=reply.abstained,
        model=model,
    )
    session.add(Message(conversation_id=conversation.id, role=Role.USER, content=question, citations=[]))
    session.flush()  # the question first: messages are read in the order of their ids
    session.add(answer)
    session.flush()
    return ChatAnswer(
        conversation_id=conversation.id,
        message_id=answer.id,
        reply=reply.text,
        context_used=_evidence(reply, photos),
        citations=citations,
        abstained=reply.abstained,
        model=model,
    )


def _evidence(reply: Reply, photos: Sequence[_Photo]) -> list[Evidence]:
    by_id = {photo.image.id: photo for photo in photos}
    return [
        Evidence(
            image_id=image_id,
            listing_id=by_id[image_id].image.listing_id,
            room_type=by_id[image_id].seen.room,
            caption=by_id[image_id].seen.caption,
            score=by_id[image_id].seen.score,
            thumbnail_url=thumbnail_url(by_id[image_id].image.sha256 or ""),
        )
        for image_id in reply.image_ids
    ]
