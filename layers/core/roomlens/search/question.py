"""A question, read: its vectors, its words, and which rows may answer it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from roomlens.errors import NotFoundError
from roomlens.models import ImageVector
from roomlens.observability import timed
from roomlens.schemas import Filters, PictureQuestion
from roomlens.search.filters import conditions
from roomlens.search.kinds import Conditions, Mode, Space, VectorTable
from roomlens.search.lexical import Word, weigh, words_of
from roomlens.search.words import Understood, understand
from roomlens.versions import model_in_force, text_embedder_in_force
from roomlens.vision import told

if TYPE_CHECKING:
    from roomlens.vectors import FloatArray

# What does not change which hits come in which order, and so may differ from page to page.
_OF_A_PAGE: Final = {"k", "cursor", "explain", "include"}


@dataclass(frozen=True)
class Question:
    """What is looked for, and among which rows.

    Args:
        embedder: whose vectors are compared; rows of any other are not seen.
        fingerprint: the same for two questions that have the same hits in the same order.
        text_vector: (1536,) of the words; None when they are not compared by their meaning.
        image_vector: (768,) of the picture.
        words: those that are looked up; none when they are not.
        but_not: the photo that is the question.
    """

    embedder: str
    fingerprint: str
    text_vector: FloatArray | None = None
    image_vector: FloatArray | None = None
    understood: Understood | None = None
    words: tuple[Word, ...] = ()
    mode: Mode = Mode.VECTOR
    filters: Filters | None = None
    listing_id: int | None = None
    but_not: int | None = None

    @property
    def space(self) -> Space:
        if self.image_vector is None:
            return Space.TEXT
        return Space.IMAGE if self.text_vector is None else Space.BOTH

    def where(self, table: VectorTable) -> Conditions:
        return conditions(table, self.filters, listing_id=self.listing_id, but_not=self.but_not)


def embedder_in_force() -> str:
    """Names the model and version whose vectors are compared; rows of any other are not seen."""
    return model_in_force().label


def read(
    session: Session, asked: PictureQuestion, *, image_id: int | None = None, picture: FloatArray | None = None
) -> Question:
    """Makes of a request what the legs of a search need.

    Args:
        image_id: a stored photo that is the question, or part of it.
        picture: the image vector of one that is not stored, (768,).

    Raises NotFoundError when there is no such photo, or when it was not analysed by the model in force.
    """
    embedder, mode = embedder_in_force(), Mode(asked.mode)
    image_vector = picture if image_id is None else stored_vector(session, image_id, embedder)
    text_vector, understood = None, None
    words: tuple[Word, ...] = ()
    if asked.query is not None:
        understood = understand(asked.query, told())
        text_vector = None if mode is Mode.TEXT else vector_of(understood.text)
        if mode is not Mode.VECTOR:
            words = weigh(session, words_of(understood), embedder=embedder, of_photos=understood.of_photos)
    return Question(
        embedder=embedder,
        fingerprint=_fingerprint(asked, image_id, picture),
        text_vector=text_vector,
        image_vector=image_vector,
        understood=understood,
        words=words,
        mode=mode,
        filters=asked.filters,
        listing_id=asked.listing_id,
        but_not=image_id,
    )


def vector_of(words: str) -> FloatArray:
    """The text vector of a question, (1536,). Raises UnavailableError as `text_embedder_in_force`."""
    with timed("model"):
        vector: FloatArray = text_embedder_in_force().embed([words], question=True)[0]
    return vector


def stored_vector(session: Session, image_id: int, embedder: str) -> FloatArray:
    """The image vector of a photo, (768,), by one embedder. Raises NotFoundError when it has none by that."""
    vector: FloatArray | None = session.scalar(
        select(ImageVector.vector).where(ImageVector.image_id == image_id, ImageVector.embedder == embedder)
    )
    if vector is None:
        raise NotFoundError(f"There is no analysed photo {image_id}.")
    return vector


def _fingerprint(asked: PictureQuestion, image_id: int | None, picture: FloatArray | None) -> str:
    shape = asked.model_dump(mode="json", exclude=_OF_A_PAGE) | {"image_id": image_id}
    digest = hashlib.sha256(orjson.dumps(shape, option=orjson.OPT_SORT_KEYS))
    if picture is not None:
        digest.update(picture.tobytes())
    return digest.hexdigest()[:16]
