"""Photos by the words of a question, whatever it means: names, addresses, references, and things that are rare.

A photo has words of its own (its caption, its room and its tags by all their names), and those of its listing. What a
question's words weigh is how rare they are, so that in "kitchen on Maple Street" the street counts most. A share is
the weight of the words that a document has, out of the weight of all that were asked for: from 0 to 1.

The work is bounded, however many photos there are: a word that COMMON documents have is common, and is looked up in
the NEWEST of them alone. What that leaves out shares only common words with the question, and the vectors find it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select, union_all
from sqlalchemy.orm import Session

from roomlens.fulltext import has_any_word, is_word, words_in
from roomlens.isolation import searching
from roomlens.models import Listing, TextVector
from roomlens.search.words import Understood

MOST_WORDS: Final = 16  # of a question; a sentence has no more, and each is a look-up
COMMON: Final = 200  # documents: from here on a word is no longer rare, and how common it is is not counted
NEWEST: Final = 400  # documents that are looked into for common words
LISTINGS: Final = 30  # that are looked into, those first that share most with the question
MOST_ROWS: Final = 600  # photos of them; photos with a rare word

_photos = TextVector.__table__.c
_listings = Listing.__table__.c


@dataclass(frozen=True)
class Word:
    """A word of a question, and how it was typed where that is taken for a mistake: it may be a name after all.

    `photos`, `listings`: how many of either have one of the forms, counted no further than COMMON. No listing has a
    word that is looked for in photos alone ("kitchen"): in a title it says nothing of any one photo.
    """

    forms: tuple[str, ...]
    photos: int
    listings: int

    @property
    def weight(self) -> float:
        """How much it says that a document has the word: from 0.4 for common words to 5.3 for one that none has.

        The inverse document frequency as BM25 knows it, but counted no further than COMMON.
        """
        return math.log(1 + COMMON / (1 + self.photos + self.listings))


def weigh(
    session: Session,
    words: Sequence[tuple[str, ...]],
    *,
    embedder: str,
    of_photos: Collection[str] = (),
) -> tuple[Word, ...]:
    """Those of some words that can be found at all, and how rare each is.

    Args:
        words: each in its forms, the first of which counts, as `words_of` gives them.
        of_photos: those that are looked for in photos' own words alone.
    """
    if not words:
        return ()
    columns = [column for forms in words for column in (is_word(forms[0]), *_counts(forms, embedder))]
    told = session.execute(select(*columns), execution_options=searching(session.connection())).one()
    return tuple(
        Word(forms, told[3 * place + 1], 0 if forms[0] in of_photos else told[3 * place + 2])
        for place, forms in enumerate(words)
        if told[3 * place]
    )


def words_of(asked: Understood) -> list[tuple[str, ...]]:
    """The words of a question to be looked up, the first MOST_WORDS of them. Pure; any text may be asked."""
    found: dict[tuple[str, ...], None] = {}
    for term, typed in zip(asked.terms, asked.typed, strict=True):
        if term != typed:
            found[tuple(words_in(f"{term} {typed}"))] = None
        else:
            found.update(((word,), None) for word in words_in(term))
    return list(found or {(word,): None for word in words_in(asked.text)})[:MOST_WORDS]


def share_of_photo(words: Sequence[Word]) -> ColumnElement[float]:
    """The share of the words, by weight, that a photo has itself. Pure."""
    return _weight_of(words, in_photo)


def share_of_listing(words: Sequence[Word]) -> ColumnElement[float]:
    """The same of a listing. Pure."""
    return _weight_of(words, in_listing)


def in_photo(word: Word) -> ColumnElement[bool]:
    """Whether a photo has a word itself. Pure."""
    return has_any_word(_photos.document, word.forms)


def in_listing(word: Word) -> ColumnElement[bool]:
    """Whether a listing has a word that is looked for in listings. Pure."""
    return has_any_word(_listings.document, word.forms) if word.listings else false()


def nearest_words(
    session: Session, words: Sequence[Word], *, embedder: str, limit: int, where: Sequence[ColumnElement[bool]] = ()
) -> list[int]:
    """The ids of photos that share words with the question, by themselves or by their listing; best first.

    Args:
        where: conditions on the columns of text_vectors.
    """
    known = [word for word in words if word.photos or word.listings]
    if not known:
        return []
    statement = words_statement(known, embedder=embedder, limit=limit, where=where)
    return list(session.scalars(statement, execution_options=searching(session.connection())))


def words_statement(
    words: Sequence[Word], *, embedder: str, limit: int, where: Sequence[ColumnElement[bool]] = ()
) -> Select[tuple[int]]:
    """(image_id) of the photos that share most with the question. Pure; each half is served by its own GIN index."""
    mine = (_photos.embedder == embedder, *where)
    halves = [half.subquery() for half in (*_by_photo(words, mine), *_by_listing(words, mine))]
    candidates = union_all(*[select(half.c.analysis_id) for half in halves])
    share = _weight_of(words, lambda word: or_(in_photo(word), in_listing(word)))
    return (
        select(_photos.image_id)
        .select_from(TextVector.__table__.outerjoin(Listing.__table__, _listings.id == _photos.listing_id))
        .where(_photos.analysis_id.in_(candidates), *mine)
        .order_by(share.desc(), _photos.image_id)
        .limit(limit)
    )


def _weight_of(words: Sequence[Word], has: Callable[[Word], ColumnElement[bool]]) -> ColumnElement[float]:
    total = sum(word.weight for word in words)
    parts = [case((has(word), word.weight / total), else_=0.0) for word in words]
    return sum(parts[1:], start=parts[0])


def _counts(forms: Sequence[str], embedder: str) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """How many photos and listings have a word; the index is read no further than COMMON."""
    counts = []
    for found in (
        select(_photos.analysis_id).where(_photos.embedder == embedder, has_any_word(_photos.document, forms)),
        select(_listings.id).where(has_any_word(_listings.document, forms)),
    ):
        some = found.limit(COMMON).subquery()
        counts.append(select(func.count()).select_from(some).scalar_subquery())
    return counts[0], counts[1]


def _by_photo(words: Sequence[Word], mine: Sequence[ColumnElement[bool]]) -> list[Select[Any]]:
    """Photos whose own words are asked for: all with a rare one, and the newest with common ones."""
    return _of_each_kind(
        words,
        [word.photos for word in words],
        lambda condition: select(_photos.analysis_id).where(*mine, condition).order_by(_photos.analysis_id.desc()),
        _photos.document,
        MOST_ROWS,
    )


def _by_listing(words: Sequence[Word], mine: Sequence[ColumnElement[bool]]) -> list[Select[Any]]:
    """Photos of the listings whose words are asked for."""
    halves = _of_each_kind(
        words,
        [word.listings for word in words],
        lambda condition: select(_listings.id).where(condition).order_by(_listings.id.desc()),
        _listings.document,
        NEWEST,
    )
    if not halves:
        return []
    found = [half.subquery() for half in halves]
    has_photos = exists().where(_photos.listing_id == _listings.id, *mine).correlate(Listing.__table__)
    best = (
        select(_listings.id)
        .where(_listings.id.in_(union_all(*[select(half.c.id) for half in found])), has_photos)
        .order_by(share_of_listing(words).desc(), _listings.id.desc())
        .limit(LISTINGS)
        .subquery()
    )
    of_them = select(_photos.analysis_id).where(*mine, _photos.listing_id.in_(select(best.c.id)))
    return [of_them.order_by(_photos.analysis_id.desc()).limit(MOST_ROWS)]


def _of_each_kind(
    words: Sequence[Word], counts: Sequence[int], read: Any, document: ColumnElement[Any], most: int
) -> list[Select[Any]]:
    """What has a rare word, at most `most`; the newest that have common ones, and those that have all of those."""
    rare = [form for word, count in zip(words, counts, strict=True) if 0 < count < COMMON for form in word.forms]
    common = [word.forms for word, count in zip(words, counts, strict=True) if count >= COMMON]
    halves = [read(has_any_word(document, rare)).limit(most)] if rare else []
    if common:
        halves.append(read(has_any_word(document, [form for forms in common for form in forms])).limit(NEWEST))
    if len(common) > 1:
        halves.append(read(and_(*(has_any_word(document, forms) for forms in common))).limit(NEWEST))
    return halves
