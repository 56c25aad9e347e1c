"""Holds an answer to its receipts, whoever wrote it: a claim stays when the photos it names are there to be seen."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from roomlens.chat.backends import Scope
from roomlens.chat.quoting import plain
from roomlens.chat.replies import Reply, Sentence
from roomlens.models import Analysis, Image, ImageStatus
from roomlens.photos.facts import facts_of
from roomlens.photos.presenting import thumbnail_url
from roomlens.schemas import Evidence
from roomlens.versions import made_by, model_in_force


def analysed(scope: Scope) -> Select[Image, Analysis]:
    """The photos within a scope that the model in force has looked at, with what it saw."""
    statement = (
        select(Image, Analysis)
        .join(Analysis, Analysis.image_id == Image.id)
        .where(Image.status == ImageStatus.ANALYZED)
        .where(made_by(Analysis, model_in_force()))
        .options(joinedload(Image.correction))
    )
    return statement if scope.listing_id is None else statement.where(Image.listing_id == scope.listing_id)


def hold(session: Session, scope: Scope, reply: Reply) -> tuple[Reply, list[Evidence]]:
    """Drops photos that may not be named, and claims that are left with none. What is left comes in the order
    in which the answer names them."""
    named = reply.image_ids
    if not named:
        return replace(reply, abstained=True), []
    statement = analysed(scope).where(Image.id.in_(named))
    evidence = {
        image.id: _evidence(image, analysis, reply.scores.get(image.id))
        for image, analysis in session.execute(statement)
    }
    kept = tuple(sentence for one in reply.sentences if (sentence := _held(one, evidence.keys())) is not None)
    held = replace(reply, sentences=kept, abstained=not any(sentence.image_ids for sentence in kept))
    return held, [evidence[image_id] for image_id in held.image_ids]


def _held(sentence: Sentence, evidence: Collection[int]) -> Sentence | None:
    if not sentence.image_ids:
        return sentence
    there = tuple(image_id for image_id in sentence.image_ids if image_id in evidence)
    return replace(sentence, image_ids=there) if there else None


def _evidence(image: Image, analysis: Analysis, score: float | None) -> Evidence:
    facts = facts_of(analysis, image.correction)
    return Evidence(
        image_id=image.id,
        listing_id=image.listing_id,
        room_type=facts.room_type,
        caption=plain(facts.caption),
        score=score,
        thumbnail_url=thumbnail_url(image.sha256 or ""),
    )
