"""The photos that may answer a question, and what each way of looking says of all of them.

Each leg (meaning, look, words) brings its own best. Then every one of them is compared in every way, so that what a
signal says of a photo is a number that was measured, and not whether the photo happened to be among its best.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, literal, select
from sqlalchemy.orm import Session

from roomlens.models import ImageVector, Listing, TextVector
from roomlens.search.kinds import COSINES, Mode, Row, Space
from roomlens.search.lexical import nearest_words, share_of_listing, share_of_photo
from roomlens.search.nearest import nearest_rows
from roomlens.search.question import Question
from roomlens.search.relevance import similarity
from roomlens.vectors import cosine_distance

_texts = TextVector.__table__.c
_looks = ImageVector.__table__.c
_listings = Listing.__table__.c


@dataclass(frozen=True)
class Pool:
    """The photos that are considered.

    `signals`: by name, then by photo, a strength in [0, 1]. `distances`: the same vectors' distances, by photo, which
    tell apart even those that are farther than a strength of 0. `complete`: there are no others to consider.
    """

    rows: Mapping[int, Row]
    signals: Mapping[str, Mapping[int, float]]
    distances: Mapping[int, float]
    complete: bool


def gather(session: Session, question: Question, depth: int, *extra: Any) -> Pool:
    """The best `depth` photos of each leg, compared in every way that the question asks for.

    Args:
        extra: functions that give a further condition for a table (TextVector or ImageVector).
    """
    legs = list(_legs(session, question, depth, extra))
    ids = {image_id for leg in legs for image_id in leg}
    if not ids:
        return Pool({}, {}, {}, complete=True)
    by_meaning = legs[: (question.text_vector is not None) + (question.image_vector is not None)]
    complete = any(len(leg) < depth for leg in by_meaning or legs)  # a vector's leg brings whatever there is
    columns = _signal_columns(question)
    found = session.execute(_statement(question, columns, ids)).all()
    rows = {row.image_id: Row(*row[:8]) for row in found}
    values = {name: {row.image_id: row[8 + place] for row in found} for place, name in enumerate(columns)}
    distances = [values[name] for name in COSINES if name in values]
    signals = {
        name: {key: _strength(name, value) for key, value in measured.items()} for name, measured in values.items()
    }
    return Pool(
        rows=rows,
        signals={**signals, **_things_asked_for(question, rows.values())},
        distances={key: sum(each[key] for each in distances) for key in rows},
        complete=complete,
    )


def _strength(name: str, value: float) -> float:
    """In [0, 1]: a distance as a similarity; the shares of all words add up to a little more than 1, as rounded."""
    return similarity(value) if name in COSINES else min(1.0, value)


def _legs(session: Session, question: Question, depth: int, extra: Iterable[Any]) -> Iterable[list[int]]:
    texts, looks = (
        [*question.where(table), *(condition(table) for condition in extra)] for table in (TextVector, ImageVector)
    )
    embedder = question.embedder
    how: Any = {"embedder": embedder, "k": depth, "narrow": question.listing_id is not None}
    if question.text_vector is not None:
        near = nearest_rows(session, TextVector, question.text_vector, where=texts, **how)
        yield [one.image_id for one in near]
    if question.image_vector is not None:
        near = nearest_rows(session, ImageVector, question.image_vector, where=looks, **how)
        yield [one.image_id for one in near]
    if question.mode is not Mode.VECTOR:
        yield nearest_words(session, question.words, embedder=embedder, limit=depth, where=texts)


def _signal_columns(question: Question) -> dict[str, ColumnElement[float]]:
    """What the database measures: distances of vectors, shares of words. A signal that the question does not give
    (no word of it stands in any listing) is left out."""
    columns: dict[str, ColumnElement[float]] = {}
    if question.text_vector is not None:
        columns["vector"] = cosine_distance(_texts.vector, literal(question.text_vector, _texts.vector.type))
    if question.image_vector is not None:
        columns["image"] = cosine_distance(_looks.vector, literal(question.image_vector, _looks.vector.type))
    if any(word.photos for word in question.words):
        columns["text"] = share_of_photo(question.words)
    if any(word.listings for word in question.words):
        columns["listing"] = share_of_listing(question.words)
    return columns


def _statement(question: Question, columns: Mapping[str, ColumnElement[float]], ids: Iterable[int]) -> Any:
    base = ImageVector if question.space is Space.IMAGE else TextVector
    rows: Any = base.__table__.outerjoin(Listing.__table__, _listings.id == base.__table__.c.listing_id)
    if question.space is Space.BOTH:
        rows = rows.join(ImageVector.__table__, _looks.analysis_id == _texts.analysis_id)
    of = base.__table__.c
    facts = (of.image_id, of.listing_id, of.room_type, of.tags, of.condition_score, of.natural_light_score)
    return (
        select(*facts, of.captured_at, _listings.price, *columns.values())
        .select_from(rows)
        .where(of.embedder == question.embedder, of.image_id.in_(sorted(ids)))
    )


def _things_asked_for(question: Question, rows: Iterable[Row]) -> dict[str, dict[int, float]]:
    """The share of the tags asked for that each photo has, and whether it shows a room asked for."""
    asked = question.understood
    if asked is None or question.mode is not Mode.HYBRID:
        return {}
    found: dict[str, dict[int, float]] = {}
    if asked.tags:
        found["tags"] = {row.image_id: len(asked.things_in(row.tags)) / len(asked.tags) for row in rows}
    if asked.rooms:
        found["rooms"] = {row.image_id: float(row.room_type in asked.rooms) for row in rows}
    return found
