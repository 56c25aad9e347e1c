"""The photos, rooms and changes that an answer is composed of, read from the database in few statements."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Select
from sqlalchemy.orm import Session

from roomlens.chat.backends import Scope
from roomlens.chat.homes import Home, Listing
from roomlens.chat.intents import Intent
from roomlens.chat.questions import Aspect, Question
from roomlens.chat.quoting import plain
from roomlens.chat.receipts import analysed
from roomlens.chat.replies import Seen
from roomlens.chat.several import MOST_LISTINGS
from roomlens.listings.aggregation import aggregate
from roomlens.listings.alterations import altered_in
from roomlens.listings.changes import changes_of
from roomlens.listings.photo_order import gallery_of
from roomlens.models import Analysis, Image
from roomlens.photos.facts import Facts, captured_at, facts_of
from roomlens.schemas import QueryRequest
from roomlens.schemas.search import Filters, RoomFilter, Sort, TagFilter
from roomlens.search import Relevance, search
from roomlens.vocabulary import ROOM_LABELS, TOLD_ROOMS, QualityFlag, answering_rooms, tag_kinds

MOST_PHOTOS: Final = 200  # of one listing; listings have fewer
NEAR: Final = 20  # photos that a search brings
_PHOTOS_SORTED: Final = 100  # as many as a search gives
_LONGEST_QUESTION: Final = 2_000  # of a search; messages may be longer
_ANY_ROOM: Final = ", ".join(ROOM_LABELS[room] for room in sorted(TOLD_ROOMS) if room.is_interior)
# Says nothing of what is looked for, and lies near each photo of "the outside of a house"
_ANY_HOME: Final = re.compile(
    r"\b(?:homes?|houses?|property|properties|listings?|place|apartment|flat)\b", re.IGNORECASE
)
_NOT_ABOUT_ROOMS: Final = frozenset({Intent.GREETING, Intent.CANT})
_OF_LISTINGS: Final = frozenset({Intent.WHICH, Intent.THERE, Intent.SHOW, Intent.RANK, Intent.MEASURE})


@dataclass(frozen=True)
class Found:
    """What may be spoken of. `photos`: all of a listing in the order they came, or, without one, the nearest to the
    question first; `nearest`: those that lie strongly near it, with a score, best first; `home`: None without a
    listing, where `listings` are those that answer which one."""

    photos: list[Seen]
    nearest: list[Seen]
    home: Home | None
    listings: list[Listing]


def gather(session: Session, asked: Question, scope: Scope) -> Found:
    """Without a listing only the nearest are spoken of: nobody means "all photos of all listings"."""
    near = _nearest(session, asked, scope)
    nearest = [photo for photo in near if photo.score is not None]
    if scope.listing_id is None:
        return Found(_named(session, asked, scope) or near, nearest, None, _listings(session, asked))
    by_id = {photo.image_id: photo for photo in (*_all_of(session, scope), *near)}
    photos = [by_id[image_id] for image_id in sorted(by_id)]
    return Found(photos, nearest, _home(session, asked, scope.listing_id) if photos else Home(), [])


def _nearest(session: Session, asked: Question, scope: Scope) -> list[Seen]:
    """By meaning, the nearest first; those that lie strongly near have a score."""
    question = (asked.text if asked.names_something else _ANY_HOME.sub(" ", asked.text)).strip()
    if not re.search(r"\w", question):
        return []
    wanted = QueryRequest(query=question[:_LONGEST_QUESTION], k=NEAR, listing_id=scope.listing_id)
    found = (
        (hit, seen(hit.image, hit.facts, hit.analysis))
        for hit in search(session, wanted).hits
        if scope.listing_id is not None or hit.relevance != Relevance.NOISE
    )
    return [replace(photo, score=hit.score if hit.relevance == Relevance.STRONG else None) for hit, photo in found]


def _named(session: Session, asked: Question, scope: Scope) -> list[Seen]:
    """The photos that a question names by their numbers, as far as they are there."""
    return _seen(session, analysed(scope).where(Image.id.in_(asked.photos[:NEAR]))) if asked.photos else []


def _all_of(session: Session, scope: Scope) -> list[Seen]:
    return _seen(session, analysed(scope))


def _seen(session: Session, photos: Select[Image, Analysis]) -> list[Seen]:
    statement = photos.order_by(Image.id).limit(MOST_PHOTOS)
    return [
        seen(image, facts_of(analysis, image.correction), analysis) for image, analysis in session.execute(statement)
    ]


def _home(session: Session, asked: Question, listing_id: int) -> Home:
    """Only what this question is answered from."""
    if asked.intent is Intent.CHANGES:
        return Home(changes=tuple(changes_of(session, listing_id)))
    if asked.intent is Intent.COVER:
        return Home(order=tuple(gallery_of(session, listing_id).places))
    if asked.intent in _NOT_ABOUT_ROOMS:
        return Home()
    together = aggregate(session, listing_id)
    altered = tuple(altered_in(session, listing_id).values()) if asked.intent is Intent.ALTERED else ()
    return Home(rooms=together.rooms, gaps=together.gaps, altered=altered)


def _listings(session: Session, asked: Question) -> list[Listing]:
    """Of which listing, the one with the best photo of what is asked for first; one more than an answer names.

    What is measured is no matter of a listing's nearest photo: of all photos in order each listing's first one counts.
    """
    if asked.intent not in _OF_LISTINGS or not asked.names_something:
        return []
    wanted = QueryRequest(
        query=asked.text.strip()[:_LONGEST_QUESTION] if asked.rooms or asked.tags else _ANY_ROOM,
        k=_PHOTOS_SORTED if asked.aspects else MOST_LISTINGS + 1,
        group_by=None if asked.aspects else "listing",
        filters=_filters(asked),
        sort=_order(asked),
    )
    best: dict[int, Listing] = {}
    for hit in search(session, wanted).hits:
        listing_id = hit.image.listing_id
        if listing_id is not None and listing_id not in best:
            best[listing_id] = Listing(listing_id, seen(hit.image, hit.facts, hit.analysis))
    return list(best.values())[: MOST_LISTINGS + 1]


def _filters(asked: Question) -> Filters | None:
    """What a photo has to show: one of the rooms, and a kind of each thing as far as one list can say so."""
    rooms = sorted({room for wanted in asked.rooms for room in answering_rooms(wanted)})
    tags = sorted({kind for tag in asked.tags for kind in tag_kinds(tag)})
    if not rooms and not tags:
        return None
    return Filters(rooms=RoomFilter(any=rooms) if rooms else None, tags=TagFilter(any=tags) if tags else None)


def _order(asked: Question) -> Sort:
    if not asked.aspects:
        return "relevance"
    if Aspect.DAYLIGHT in asked.aspects:
        return "natural_light" if asked.worst else "-natural_light"
    return "condition" if asked.worst else "-condition"


def seen(image: Image, facts: Facts, analysis: Analysis) -> Seen:
    """A photo as answers are composed of it: by what counts, a person's word before the model's."""
    return Seen(
        image_id=image.id,
        room=facts.room_type,
        tags=frozenset(facts.tags),
        caption=plain(facts.caption),
        condition=facts.condition_score,
        daylight=facts.natural_light_score,
        denied=facts.tags_denied,
        judged=facts.condition_judged,
        listing_id=image.listing_id,
        taken=captured_at(image),
        condition_why=facts.condition_why,
        daylight_why=facts.natural_light_why,
        flaws=frozenset(QualityFlag(flag) for flag in analysis.quality_flags),
    )
