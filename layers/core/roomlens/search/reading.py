"""Hits read from the database: the photos, what counts of them, their listings, and why they were found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from roomlens.models import Analysis, Correction, Image, ImageVector, Listing, TextVector
from roomlens.photos.facts import facts_of
from roomlens.search.grouping import Group
from roomlens.search.kinds import Hit, HitListing, Signal, Space, Why
from roomlens.search.lexical import in_listing, in_photo
from roomlens.search.question import Question
from roomlens.search.ranking import Ranked
from roomlens.vocabulary import tag_kinds

if TYPE_CHECKING:
    from roomlens.vectors import FloatArray

_texts = TextVector.__table__.c
_listings = Listing.__table__.c


def read_hits(
    session: Session,
    question: Question,
    shown: Sequence[Ranked],
    *,
    groups: Sequence[Group] = (),
    place: int = 0,
    explain: bool = False,
    embeddings: bool = False,
) -> list[Hit]:
    """The hits of a page, in its order.

    Args:
        groups: the listings that they stand for, one each; none when they stand for themselves.
        place: how many hits come before these.
        explain, embeddings: whether each hit says why it was found, and brings its vectors.
    """
    ids = [one.row.image_id for one in shown]
    if not ids:
        return []
    photos = _photos_of(session, question, ids)
    listings = _listings_of(session, groups)
    reasons = _reasons(session, question, shown, place) if explain else {}
    vectors = _vectors(session, question, ids) if embeddings else {}
    return [
        Hit(
            image=photos[one.row.image_id][0],
            analysis=photos[one.row.image_id][1],
            facts=facts_of(*photos[one.row.image_id][1:]),
            score=one.fused.score,
            relevance=one.relevance,
            listing=listings.get(one.row.image_id),
            why=reasons.get(one.row.image_id),
            embedding=vectors.get(one.row.image_id),
        )
        for one in shown
        if one.row.image_id in photos  # else it was deleted a moment ago
    ]


def _photos_of(
    session: Session, question: Question, ids: Sequence[int]
) -> dict[int, tuple[Image, Analysis, Correction | None]]:
    """Each photo with the analysis whose vectors were compared, and what a person said of it."""
    base = TextVector if question.space is not Space.IMAGE else ImageVector
    found = session.execute(
        select(Image, Analysis, Correction)
        .join(base, base.image_id == Image.id)
        .join(Analysis, Analysis.id == base.analysis_id)
        .outerjoin(Image.correction)
        .options(contains_eager(Image.correction))
        .where(Image.id.in_(ids), base.embedder == question.embedder)
    )
    return {image.id: (image, analysis, correction) for image, analysis, correction in found}


def _listings_of(session: Session, groups: Sequence[Group]) -> dict[int, HitListing]:
    """The listing that each photo stands for."""
    ids = [group.best.row.listing_id for group in groups]
    if not ids:
        return {}
    found = {listing.id: listing for listing in session.scalars(select(Listing).where(Listing.id.in_(ids)))}
    return {
        group.best.row.image_id: HitListing(found[group.best.row.listing_id], group.matches)
        for group in groups
        if group.best.row.listing_id in found
    }


def _reasons(session: Session, question: Question, shown: Sequence[Ranked], place: int) -> dict[int, Why]:
    words = _matched_words(session, question, [one.row.image_id for one in shown])
    asked = question.understood
    tags = frozenset(kind for tag in asked.tags for kind in tag_kinds(tag)) if asked else frozenset()
    rooms = asked.rooms if asked else frozenset()
    return {
        one.row.image_id: Why(
            matched_tags=[tag for tag in one.row.tags if tag in tags],
            matched_rooms=[one.row.room_type] if one.row.room_type in rooms else [],
            matched_words=words.get(one.row.image_id, []),
            signals={
                name: Signal(strength, one.fused.contributions[name], one.fused.ranks[name])
                for name, strength in one.strengths.items()
            },
            rank_before_fusion=one.rank_before,
            rank_after=place + number,
            corrections=dict(asked.corrections) if asked else {},
        )
        for number, one in enumerate(shown, start=1)
    }


def _matched_words(session: Session, question: Question, ids: Sequence[int]) -> dict[int, list[str]]:
    """The words of the question that each photo has, or its listing."""
    if not question.words:
        return {}
    has = [condition for word in question.words for condition in (in_photo(word), in_listing(word))]
    rows = session.execute(
        select(_texts.image_id, *has)
        .select_from(TextVector.__table__.outerjoin(Listing.__table__, _listings.id == _texts.listing_id))
        .where(_texts.embedder == question.embedder, _texts.image_id.in_(ids))
    )
    return {
        image_id: [word.forms[0] for place, word in enumerate(question.words) if any(told[2 * place : 2 * place + 2])]
        for image_id, *told in rows
    }


def _vectors(session: Session, question: Question, ids: Sequence[int]) -> dict[int, Mapping[Space, FloatArray]]:
    """The vectors that were compared, and no others."""
    tables: dict[Space, Any] = {}
    if question.space is not Space.IMAGE:
        tables[Space.TEXT] = TextVector
    if question.space is not Space.TEXT:
        tables[Space.IMAGE] = ImageVector
    found: dict[int, dict[Space, FloatArray]] = {image_id: {} for image_id in ids}
    for space, table in tables.items():
        rows = select(table.image_id, table.vector).where(table.embedder == question.embedder, table.image_id.in_(ids))
        for image_id, vector in session.execute(rows):
            found[image_id][space] = vector
    return dict(found)
