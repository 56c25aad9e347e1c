"""Puts a photo where searches look for it: one row in each space, with all that a search filters by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from roomlens.dialects import insert
from roomlens.errors import AppError
from roomlens.models import Analysis, Image, ImageVector, TextVector
from roomlens.observability import logger, timed
from roomlens.photos.facts import Facts, captured_at, document_of, facts_of, text_of
from roomlens.text import embedder_called
from roomlens.versions import model_in_force

if TYPE_CHECKING:
    from roomlens.text import ModelVersion
    from roomlens.vectors import FloatArray


def index_photo(
    session: Session,
    image: Image,
    analysis: Analysis,
    *,
    embedder: str,
    text_model: ModelVersion,
    text_vector: FloatArray,
    image_vector: FloatArray,
) -> None:
    """Stores the vectors of one analysis, (1536,) and (768,); those that are there already stay.

    A person's correction of the photo applies to a new analysis too.

    Args:
        embedder: the model and version that made the vectors.
        text_model: the model of texts behind `text_vector`.
    """
    facts = facts_of(analysis, None)
    keys = {"analysis_id": analysis.id, "image_id": image.id, "listing_id": image.listing_id, "embedder": embedder}
    shared = {**keys, **filtered_columns(image, facts)}
    text = {"vector": text_vector, "text_model": text_model.label, "document": document_of(facts)}
    rows: tuple[tuple[type[TextVector] | type[ImageVector], dict[str, Any]], ...] = (
        (TextVector, {**shared, **text}),
        (ImageVector, {**shared, "vector": image_vector}),
    )
    for table, row in rows:
        session.execute(insert(session, table).values(**row).on_conflict_do_nothing())
    if image.correction is not None:
        reindex(session, image, analysis)


def reindex(session: Session, image: Image, analysis: Analysis) -> None:
    """Brings the search rows of one analysis up to what counts of its photo now.

    Where a person's words make another text, that text alone becomes the text vector: the rest of the model's own
    speaks of what the model thought it saw. That one is kept beside it, and comes back when the words are taken back.
    The words are read by the model of texts that made the row's vector, in force or not; where nobody here can run it,
    the row keeps its vector, since two models' can't be compared.
    """
    facts = facts_of(analysis, image.correction)
    columns = filtered_columns(image, facts)
    for table in (TextVector, ImageVector):
        _update(session, table, analysis, columns)
    own = func.coalesce(TextVector.own_vector, TextVector.vector)
    words = {"document": document_of(facts)}
    if not facts.reworded:
        _update(session, TextVector, analysis, {**words, "vector": own, "own_vector": None})
        return
    _update(session, TextVector, analysis, words)
    made_by = session.scalar(select(TextVector.text_model).where(TextVector.analysis_id == analysis.id))
    vector = _read_by(made_by, text_of(facts), counts=_is_in_force(analysis)) if made_by else None
    if vector is not None:
        _update(session, TextVector, analysis, {"vector": vector, "own_vector": own})


def _read_by(text_model: str, words: str, *, counts: bool) -> FloatArray | None:
    """The vector of a person's words by a model of texts; None when nobody here can run it.

    `counts`: it is searched now. Another's is not worth a correction that fails because that model has no time.
    """
    embedder = embedder_called(text_model)
    if embedder is None:
        return None
    try:
        with timed("model"):
            vector: FloatArray = embedder.embed([words])[0]
    except AppError as error:
        if counts:
            raise
        logger().warning("correction.unread", extra={"model": text_model, "code": error.code})
        return None
    return vector


def _is_in_force(analysis: Analysis) -> bool:
    model = model_in_force()
    return (analysis.model, analysis.version) == (model.name, model.version)


def _update(
    session: Session,
    table: type[TextVector] | type[ImageVector],
    analysis: Analysis,
    values: dict[str, Any],
) -> None:
    statement = update(table).where(table.analysis_id == analysis.id).values(**values)
    session.execute(statement, execution_options={"synchronize_session": False})


def filtered_columns(image: Image, facts: Facts) -> dict[str, Any]:
    """What searches filter by, beside the vector."""
    return {
        "room_type": facts.room_type,
        "tags": list(facts.tags),
        "condition_score": facts.condition_score,
        "natural_light_score": facts.natural_light_score,
        "captured_at": captured_at(image),
    }
