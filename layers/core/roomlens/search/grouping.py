"""Listings by their best evidence: for each listing the photo that answers best, and how many of its photos answer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from roomlens.search.candidates import gather
from roomlens.search.kinds import Relevance, VectorTable
from roomlens.search.question import Question
from roomlens.search.ranking import BAND, LAST, Ranked, at_least, goes_on, ranked, sorted_by

DEPTH: Final = 300  # photos of each way of looking: some ten listings' worth


@dataclass(frozen=True)
class Group:
    """A listing. `matches`: how many of its photos are no noise, of those that were considered."""

    best: Ranked
    matches: int

    @property
    def listing_id(self) -> int:
        return _listing(self.best)


def in_order(session: Session, question: Question, sort: str, wanted: int, least: str | None = None) -> list[Group]:
    """The first `wanted` listings, or more, or all that the bounds allow."""
    if sort == "relevance":
        return by_listing(session, question, wanted, least)
    return by_value(session, question, sort, least)


def by_listing(
    session: Session, question: Question, wanted: int, least: str | None = None, depth: int = DEPTH
) -> list[Group]:
    """The first `wanted` listings, or more, or all that there are up to LAST; photos of no listing are left out.

    Each look leaves out the listings that are found already, until there are enough or no others. So the k best
    listings are found, however many photos the first ones have.
    """
    groups: list[Group] = []
    while len(groups) < min(wanted, LAST):
        pool = gather(session, question, depth, _of_other_listings({group.listing_id for group in groups}))
        hits = ranked(pool, question)
        kept = at_least(hits, least)
        groups += _grouped(kept)
        if pool.complete or not goes_on(hits, depth, least):
            break
    return groups[:LAST]


def by_value(session: Session, question: Question, sort: str, least: str | None = None) -> list[Group]:
    """The BAND best listings whose best photo is no noise, by a value of the listing or of that photo."""
    least = Relevance.STRONG if least == Relevance.STRONG else Relevance.WEAK
    groups = by_listing(session, question, BAND, least, depth=LAST)[:BAND]
    return sorted_by(groups, sort, lambda group: group.best.row)


def _grouped(hits: list[Ranked]) -> list[Group]:
    best: dict[int, Ranked] = {}
    for hit in hits:
        best.setdefault(_listing(hit), hit)
    matches = Counter(_listing(hit) for hit in hits if hit.relevance is not Relevance.NOISE)
    return [Group(hit, matches[listing]) for listing, hit in best.items()]


def _listing(hit: Ranked) -> int:
    assert hit.row.listing_id is not None, "photos of no listing are not looked for"
    return hit.row.listing_id


def _of_other_listings(found: set[int]) -> Any:
    def condition(table: VectorTable) -> ColumnElement[bool]:
        listing = table.__table__.c.listing_id
        return listing.is_not(None) & listing.not_in(sorted(found)) if found else listing.is_not(None)

    return condition
