"""Finds photos by meaning, by look and by words. Two spaces, never mixed: words meet text vectors, pictures meet image
vectors; what both say is fused, not compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from roomlens.observability import timed
from roomlens.photos.decoding import decode
from roomlens.photos.records import require_listing
from roomlens.schemas import PictureQuestion, QueryRequest
from roomlens.search import grouping, ranking
from roomlens.search.candidates import gather
from roomlens.search.kinds import Found, Mode, Relevance
from roomlens.search.paging import decode as decode_cursor
from roomlens.search.paging import encode as encode_cursor
from roomlens.search.paging import page_of
from roomlens.search.presenting import present
from roomlens.search.question import Question, embedder_in_force, read, stored_vector
from roomlens.search.reading import read_hits
from roomlens.versions import analyzer_in_force

if TYPE_CHECKING:
    from roomlens.vectors import FloatArray

__all__ = [
    "Found",
    "Mode",
    "Relevance",
    "embedder_in_force",
    "present",
    "search",
    "search_image",
    "search_picture",
]


def search(session: Session, asked: QueryRequest) -> Found:
    """Answers a question of words, of a stored photo, or of both.

    Raises NotFoundError for a listing or a photo that does not exist, ValidationError for a cursor that is not of this
    question, CursorStaleError for one of another model.
    """
    return _search(session, asked, image_id=asked.image_id)


def search_picture(session: Session, body: bytes, asked: PictureQuestion) -> Found:
    """Answers a question of a picture that is not stored, and will not be.

    Raises as `search`, as `photos.decoding.decode` for what is no photo, and UnavailableError as `analyzer_in_force`.
    """
    with timed("model"):
        vector = analyzer_in_force().image_vector(decode(body).rgb)
    return _search(session, asked, picture=vector)


def search_image(session: Session, image_id: int, *, k: int, listing_id: int | None = None) -> Found:
    """The k photos that look most like a stored one, which is not among them.

    Raises NotFoundError when there is no such photo, or when it has not been analysed.
    """
    embedder = embedder_in_force()
    vector = stored_vector(session, image_id, embedder)
    question = Question(embedder, "", image_vector=vector, listing_id=listing_id, but_not=image_id)
    shown = ranking.ranked(gather(session, question, k), question)  # no page follows: no deeper than it has to be
    return Found(read_hits(session, question, shown), question.space, question.embedder)


def _search(
    session: Session, asked: PictureQuestion, *, image_id: int | None = None, picture: FloatArray | None = None
) -> Found:
    require_listing(session, asked.listing_id)
    question = read(session, asked, image_id=image_id, picture=picture)
    position = decode_cursor(asked.cursor, question)
    wanted = position.shown + asked.k + 1  # one more tells whether there is a page after this one
    groups: Sequence[grouping.Group] = ()
    shown: Sequence[ranking.Ranked]
    if asked.group_by == "listing":
        listings = grouping.in_order(session, question, asked.sort, wanted, asked.min_relevance)
        groups, place, following = page_of(listings, position, asked.k, lambda group: group.listing_id)
        shown = [group.best for group in groups]
    else:
        hits = ranking.in_order(session, question, asked.sort, wanted, asked.min_relevance)
        shown, place, following = page_of(hits, position, asked.k, lambda hit: hit.row.image_id)
    return Found(
        hits=read_hits(
            session,
            question,
            shown,
            groups=groups,
            place=place,
            explain=asked.explain,
            embeddings="embedding" in asked.include,
        ),
        space=question.space,
        model=question.embedder,
        next_cursor=encode_cursor(following, question) if following else None,
    )
