"""Finds the nearest photos. Two spaces, never mixed: words are compared with text vectors, pictures with image vectors.

Two ways, chosen by how many rows a filter leaves (measured: docs/adr/0004-vectors-in-postgresql.md):
* exact, for a listing or any small set: a B-tree finds the rows, and every one is compared; nothing is missed;
* approximate, for everything else: the HNSW index, asked for more than is wanted and sorted again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sqlalchemy import Select, Subquery, func, select, text
from sqlalchemy.orm import Session

from roomlens.errors import NotFoundError
from roomlens.models import Analysis, Image, ImageVector, TextVector
from roomlens.observability import timed
from roomlens.photos.presenting import thumbnail_url
from roomlens.photos.records import require_listing
from roomlens.schemas import HitOut, QueryAnswer, QueryRequest
from roomlens.text import text_embedder
from roomlens.vectors import widen_the_scan
from roomlens.vision import model_in_force

if TYPE_CHECKING:
    from roomlens.vectors import FloatArray

VectorTable: TypeAlias = type[TextVector] | type[ImageVector]

# Up to this many rows the exact way costs about 5 ms and misses nothing; the index would be slower and wrong.
EXACT_ROWS: Final = 3_000
# `relaxed_order` stops in graph order once it has enough rows, so asking for more is what raises recall.
OVERFETCH: Final = 8
EF_SEARCH: Final = 100


class Space(StrEnum):
    TEXT = "text"
    IMAGE = "image"


class Relevance(StrEnum):
    STRONG = "strong"
    WEAK = "weak"
    NOISE = "noise"


@dataclass(frozen=True)
class Hit:
    """A photo that was found. `score`: cosine similarity, cut to [0, 1]."""

    image: Image
    analysis: Analysis
    score: float
    relevance: Relevance


@dataclass(frozen=True)
class Found:
    hits: Sequence[Hit]
    space: Space
    model: str


def embedder_in_force() -> str:
    """Names the model and version whose vectors are compared; rows of any other are not seen."""
    model = model_in_force()
    return f"{model.name}@{model.version}"


def search(session: Session, asked: QueryRequest) -> Found:
    """Answers a query in the space that it asks in.

    Raises NotFoundError for a listing or a photo that does not exist.
    """
    require_listing(session, asked.listing_id)
    if asked.image_id is not None:
        return search_image(session, asked.image_id, k=asked.k, listing_id=asked.listing_id)
    return search_text(session, asked.query or "", k=asked.k, listing_id=asked.listing_id)


def present(found: Found) -> QueryAnswer:
    return QueryAnswer(
        top_k=[
            HitOut(
                id=hit.image.id,
                listing_id=hit.image.listing_id,
                score=hit.score,
                relevance=hit.relevance.value,
                thumbnail_url=thumbnail_url(hit.image.sha256 or ""),
                room_type=hit.analysis.room_type,
                feature_tags=[feature["tag"] for feature in hit.analysis.features],
                caption=hit.analysis.caption,
            )
            for hit in found.hits
        ],
        space=found.space.value,
        model=found.model,
    )


def search_text(session: Session, query: str, *, k: int, listing_id: int | None = None) -> Found:
    """The k photos whose text vectors lie nearest to a question's, best first."""
    with timed("model"):
        vector = text_embedder().embed([query])[0]
    return _search(session, TextVector, vector, Space.TEXT, k=k, listing_id=listing_id)


def search_image(session: Session, image_id: int, *, k: int, listing_id: int | None = None) -> Found:
    """The k photos that look most like a stored one, which is not among them.

    Raises NotFoundError when there is no such photo, or when it has not been analysed.
    """
    vector = session.scalar(
        select(ImageVector.vector).where(ImageVector.image_id == image_id, ImageVector.embedder == embedder_in_force())
    )
    if vector is None:
        raise NotFoundError(f"There is no analysed photo {image_id}.")
    return _search(session, ImageVector, vector, Space.IMAGE, k=k, listing_id=listing_id, but_not=image_id)


def candidates(
    table: VectorTable, *, embedder: str, listing_id: int | None = None, but_not: int | None = None
) -> Select[tuple[int, int, Any]]:
    """The rows that may be hits: (analysis_id, image_id, vector). Pure."""
    statement = select(table.analysis_id, table.image_id, table.vector).where(table.embedder == embedder)
    if listing_id is not None:
        statement = statement.where(table.listing_id == listing_id)
    if but_not is not None:
        statement = statement.where(table.image_id != but_not)
    return statement


def nearest(
    rows: Select[tuple[int, int, Any]], table: VectorTable, vector: FloatArray, k: int, *, exact: bool
) -> Select[Any]:
    """(analysis_id, image_id, distance), nearest first. Pure.

    Always `order by vector <=> query`: an expression on it (such as 1 - distance) would not use the index. Equal
    distances are ordered by image, so that the same question gives the same answer.
    """
    if exact:
        few = rows.cte("candidates").prefix_with("materialized", dialect="postgresql")
        distance = few.c.vector.cosine_distance(vector).label("distance")
        return select(few.c.analysis_id, few.c.image_id, distance).order_by(distance, few.c.image_id).limit(k)
    distance = table.vector.cosine_distance(vector).label("distance")
    wide = rows.with_only_columns(table.analysis_id, table.image_id, distance).order_by(distance).limit(k * OVERFETCH)
    near = _materialized(wide)
    # "+ 0" keeps the planner from taking the inner order for the outer one: relaxed order is only nearly sorted
    return (
        select(near.c.analysis_id, near.c.image_id, near.c.distance)
        .order_by(near.c.distance + 0, near.c.image_id)
        .limit(k)
    )


def _materialized(statement: Select[Any]) -> Any:
    return statement.cte("near").prefix_with("materialized", dialect="postgresql")


def _search(
    session: Session,
    table: VectorTable,
    vector: FloatArray,
    space: Space,
    *,
    k: int,
    listing_id: int | None,
    but_not: int | None = None,
) -> Found:
    embedder = embedder_in_force()
    rows = candidates(table, embedder=embedder, listing_id=listing_id, but_not=but_not)
    exact = listing_id is not None or _is_small(session, rows)
    if not exact:
        widen_the_scan(session, EF_SEARCH)
    near = nearest(rows, table, vector, k, exact=exact).subquery()
    return Found(_hits(session, near, space), space, embedder)


def _is_small(session: Session, rows: Select[Any]) -> bool:
    """Whether at most EXACT_ROWS rows match; counts no further than that."""
    some = rows.with_only_columns(text("1")).limit(EXACT_ROWS + 1).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) <= EXACT_ROWS


def _hits(session: Session, near: Subquery, space: Space) -> list[Hit]:
    statement = (
        select(Image, Analysis, near.c.distance)
        .join(Analysis, Analysis.id == near.c.analysis_id)
        .join(Image, Image.id == near.c.image_id)
        .order_by(near.c.distance, Image.id)
    )
    found = session.execute(statement).all()
    return [
        Hit(image, analysis, score := similarity(distance), relevance(score, space))
        for image, analysis, distance in found
    ]


def similarity(distance: float) -> float:
    """Cosine similarity of a cosine distance, cut to [0, 1]: what points away is as irrelevant as the unrelated."""
    return min(1.0, max(0.0, 1.0 - distance))


def relevance(score: float, space: Space) -> Relevance:
    """How much a score says, by thresholds measured for the model in force."""
    from roomlens.text import RELEVANCE

    if space is Space.IMAGE:
        strong, weak = IMAGE_STRONG, IMAGE_WEAK
    else:
        strong, weak = RELEVANCE.strong, RELEVANCE.weak
    return Relevance.STRONG if score >= strong else Relevance.WEAK if score >= weak else Relevance.NOISE


# Cosine of two photos' image vectors (models.md, section C): any two photos average 0.34 with a deviation of 0.19.
IMAGE_STRONG: Final = 0.72  # two deviations above
IMAGE_WEAK: Final = 0.53  # one deviation above
