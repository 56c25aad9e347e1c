"""Finds the nearest photos. Two spaces, never mixed: words meet text vectors, pictures meet image vectors."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from roomlens.errors import NotFoundError
from roomlens.models import Analysis, Image, ImageVector, TextVector
from roomlens.observability import timed
from roomlens.photos.records import require_listing
from roomlens.schemas import QueryRequest
from roomlens.search.kinds import Found, Hit, Relevance, Space
from roomlens.search.nearest import Near, VectorTable, nearest_rows
from roomlens.search.presenting import present
from roomlens.search.relevance import IMAGE_STRONG, IMAGE_WEAK, relevance, similarity
from roomlens.text import text_embedder
from roomlens.vision import model_in_force

__all__ = [
    "IMAGE_STRONG",
    "IMAGE_WEAK",
    "Found",
    "Hit",
    "Relevance",
    "Space",
    "VectorTable",
    "embedder_in_force",
    "nearest_rows",
    "present",
    "relevance",
    "search",
    "search_image",
    "search_text",
    "similarity",
]


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


def search_text(session: Session, query: str, *, k: int, listing_id: int | None = None) -> Found:
    """The k photos whose text vectors lie nearest to a question's, best first."""
    with timed("model"):
        vector = text_embedder().embed([query], question=True)[0]
    embedder = embedder_in_force()
    where = [TextVector.listing_id == listing_id] if listing_id is not None else []
    near = nearest_rows(session, TextVector, vector, embedder=embedder, k=k, where=where)
    return Found(_hits(session, near, Space.TEXT), Space.TEXT, embedder)


def search_image(session: Session, image_id: int, *, k: int, listing_id: int | None = None) -> Found:
    """The k photos that look most like a stored one, which is not among them.

    Raises NotFoundError when there is no such photo, or when it has not been analysed.
    """
    embedder = embedder_in_force()
    vector = session.scalar(
        select(ImageVector.vector).where(ImageVector.image_id == image_id, ImageVector.embedder == embedder)
    )
    if vector is None:
        raise NotFoundError(f"There is no analysed photo {image_id}.")
    where = [ImageVector.image_id != image_id]
    if listing_id is not None:
        where.append(ImageVector.listing_id == listing_id)
    near = nearest_rows(session, ImageVector, vector, embedder=embedder, k=k, where=where)
    return Found(_hits(session, near, Space.IMAGE), Space.IMAGE, embedder)


def _hits(session: Session, near: Sequence[Near], space: Space) -> list[Hit]:
    statement = (
        select(Analysis, Image)
        .join(Image, Image.id == Analysis.image_id)
        .where(Analysis.id.in_([found.analysis_id for found in near]))
    )
    seen = {analysis.id: (image, analysis) for analysis, image in session.execute(statement)}
    return [
        Hit(*seen[found.analysis_id], score := similarity(found.distance), relevance(score, space)) for found in near
    ]
