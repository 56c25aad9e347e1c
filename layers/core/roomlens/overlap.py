"""How much two versions of the models agree: the same questions to both, and how many of their ten best photos are the
same. A figure for whoever is about to promote one, not a judgement: a better model finds others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from roomlens.errors import ConfigurationError, InferenceFailedError
from roomlens.models import ImageVector, Task, TextVector
from roomlens.search.kinds import Conditions, VectorTable
from roomlens.search.nearest import nearest_rows
from roomlens.search.question import stored_vector
from roomlens.search.sentinels import ASKED
from roomlens.text import embedder_called
from roomlens.versions import Version, register, version_in_force, version_of
from roomlens.vocabulary import ROOM_LABELS, TAG_LABELS

if TYPE_CHECKING:
    from roomlens.vectors import FloatArray

K: Final = 10
PICTURES: Final = 50  # photos that are asked with
_OF_A_KIND: Final = 20  # questions: rooms, things and sentences, so many of each at most
_Thing = TypeVar("_Thing")


def measure_for(session: Session, task: Task) -> dict[str, Any]:
    """The result of a backfill's task: `measure` for the model that it names."""
    return {"overlap": measure(session, task.request["model"])}


def measure(session: Session, name: str) -> dict[str, Any]:
    """The overlap of the version that this code makes of a name with the one in force, kept in the version's row.

    Raises NotFoundError for an unknown name, and whatever an embedder raises that is asked.
    """
    new = version_of(name)
    found = overlap(session, version_in_force(session), new)
    register(session, new).overlap = found
    session.flush()
    return found


def overlap(session: Session, old: Version, new: Version, *, pictures: int = PICTURES) -> dict[str, Any]:
    """The mean share of the ten best photos that both versions find, of questions in words and of pictures.

    A share is of as many as the one that found more has found; a question to which neither finds anything does not
    count. `None`: nothing could be asked, or one of the text models can't be run here.
    """
    return {
        "compared_with": old.embedder,
        "k": K,
        "text": _of_words(session, old, new),
        "image": _of_pictures(session, old, new, pictures),
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def questions() -> tuple[str, ...]:
    """What is asked in words, always the same: names of rooms, names of things, and sentences about homes."""
    kinds = (list(ROOM_LABELS.values()), list(TAG_LABELS.values()), [text for _, text in ASKED])
    return tuple(dict.fromkeys(text for texts in kinds for text in spread(texts, _OF_A_KIND)))


def spread(things: Sequence[_Thing], most: int) -> Sequence[_Thing]:
    """At most so many of them, from the first to the last at even distances. Pure."""
    if len(things) <= most:
        return things
    return [things[place * (len(things) - 1) // (most - 1)] for place in range(most)] if most > 1 else things[:most]


def share(one: Sequence[int], other: Sequence[int]) -> float | None:
    """How many of the photos that the longer list has are in both; None of two empty ones. Pure."""
    longer = max(len(one), len(other))
    return len(set(one) & set(other)) / longer if longer else None


def _of_words(session: Session, old: Version, new: Version) -> dict[str, Any] | None:
    asked = questions()
    vectors = {version.text_model: _read(version.text_model, asked) for version in (old, new)}
    if any(read is None for read in vectors.values()):
        return None
    pairs = zip(*(vectors[version.text_model] for version in (old, new)), strict=True)
    return _mean(
        share(_nearest(session, TextVector, one, old), _nearest(session, TextVector, other, new))
        for one, other in pairs
    )


def _of_pictures(session: Session, old: Version, new: Version, pictures: int) -> dict[str, Any] | None:
    return _mean(
        share(*(_like(session, image_id, version) for version in (old, new)))
        for image_id in spread(_seen_by_both(session, old, new), pictures)
    )


def _mean(shares: Iterator[float | None]) -> dict[str, Any] | None:
    known = [share for share in shares if share is not None]
    return {"mean": round(sum(known) / len(known), 4), "questions": len(known)} if known else None


def _read(text_model: str, texts: Sequence[str]) -> FloatArray | None:
    """Their vectors; None when nobody here can run this model, or may ask it."""
    embedder = embedder_called(text_model)
    with suppress(ConfigurationError, InferenceFailedError):
        return None if embedder is None else embedder.embed(texts, question=True)
    return None


def _like(session: Session, image_id: int, version: Version) -> list[int]:
    """The photos that look most like a stored one, by a version's own vectors."""
    vector = stored_vector(session, image_id, version.embedder)
    return _nearest(session, ImageVector, vector, version, (ImageVector.image_id != image_id,))


def _nearest(
    session: Session, table: VectorTable, vector: FloatArray, version: Version, where: Conditions = ()
) -> list[int]:
    near = nearest_rows(session, table, vector, embedder=version.embedder, k=K, where=where)
    return [row.image_id for row in near]


def _seen_by_both(session: Session, old: Version, new: Version) -> Sequence[int]:
    """In the order the photos came."""
    one, other = aliased(ImageVector), aliased(ImageVector)
    statement = (
        select(one.image_id)
        .join(other, other.image_id == one.image_id)
        .where(one.embedder == old.embedder, other.embedder == new.embedder)
        .order_by(one.image_id)
    )
    return session.scalars(statement).all()
