"""Puts a photo where searches look for it: one row in each space, with all that a search filters by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from roomlens.dialects import insert
from roomlens.models import Analysis, Image, ImageVector, TextVector
from roomlens.photos.facts import Facts, document_of, facts_of

if TYPE_CHECKING:
    from roomlens.vectors import FloatArray


def index_photo(
    session: Session,
    image: Image,
    analysis: Analysis,
    *,
    embedder: str,
    text_vector: FloatArray,
    image_vector: FloatArray,
) -> None:
    """Stores the vectors of one analysis, (1536,) and (768,); those that are there already stay.

    Args:
        embedder: the model and version that made the vectors.
    """
    facts = facts_of(analysis, image.correction)
    keys = {"analysis_id": analysis.id, "image_id": image.id, "listing_id": image.listing_id, "embedder": embedder}
    shared = {**keys, **filtered_columns(image, facts)}
    rows: tuple[tuple[type[TextVector] | type[ImageVector], dict[str, Any]], ...] = (
        (TextVector, {**shared, "vector": text_vector, "document": document_of(facts)}),
        (ImageVector, {**shared, "vector": image_vector}),
    )
    for table, row in rows:
        session.execute(insert(session, table).values(**row).on_conflict_do_nothing())


def filtered_columns(image: Image, facts: Facts) -> dict[str, Any]:
    """What searches filter by, beside the vector."""
    return {
        "room_type": facts.room_type,
        "tags": list(facts.tags),
        "condition_score": facts.condition_score,
        "natural_light_score": facts.natural_light_score,
        "captured_at": image.captured_at,
    }
