"""A whole small world in the database: listings with photos, what the fake models saw in them, and what was said.

Nothing is random and nothing is asked of S3: `seed_all` needs a session alone, and makes the same world each time.
Listing n shows the n-th room of `ROOMS`, before and after work was done on it, and then the rooms that follow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final
from unittest.mock import patch

from sqlalchemy import select
from sqlalchemy.orm import Session

from roomlens import vision
from roomlens.chat.composing import Seen, compose
from roomlens.chat.embedded import COMPOSER
from roomlens.chat.retrieving import seen
from roomlens.listings.refreshing import refresh
from roomlens.models import (
    Analysis,
    Conversation,
    Image,
    ImageStatus,
    Listing,
    Message,
    PropertyAggregation,
    Role,
    TemporalChange,
)
from roomlens.photos.decoding import Picture, decode
from roomlens.photos.facts import facts_of
from roomlens.photos.indexing import index_photo
from roomlens.photos.intake import content_of
from roomlens.photos.looking import analysis_values
from roomlens.photos.records import Arrival
from roomlens.photos.rows import settle
from roomlens.storage import original_key
from roomlens.vision import PhotoAnalysis
from roomlens.vocabulary import RoomType
from tests.fakes import FakeAnalyzer, FakeEmbedder
from tests.pictures import encoded
from tests.scenes import scene

ROOMS: Final = (
    RoomType.KITCHEN,
    RoomType.BATHROOM,
    RoomType.BEDROOM,
    RoomType.LIVING_ROOM,
    RoomType.DINING_ROOM,
    RoomType.HALLWAY,
    RoomType.EXTERIOR,
)
# Daylight before and after the work, by listing, in turn.
LIGHTS: Final = ((0.3, 0.8), (0.8, 0.3), (0.6, 0.62))
QUESTIONS: Final = (
    "What is the condition of this property?",
    "Is there a dishwasher?",
    "Which room has the most daylight?",
)
_FIRST_PHOTO: Final = datetime(2025, 3, 1, 9, tzinfo=UTC)
_MODEL: Final = FakeAnalyzer().model
MODEL: Final = f"{_MODEL.name}@{_MODEL.version}"


def seed_all(
    db: Session, num_listings: int = 5, images_per_listing: int = 3, conversations_per_listing: int = 2
) -> dict[str, list[int]]:
    """Fills the tables and tells the ids of what it made, in the order it was made."""
    listing_ids = seed_listings(db, num_listings)
    image_ids = seed_images(db, listing_ids, images_per_listing)
    return {
        "listing_ids": listing_ids,
        "image_ids": image_ids,
        "conversation_ids": seed_conversations(db, listing_ids, conversations_per_listing),
        "aggregation_ids": seed_property_aggregations(db, listing_ids),
        "temporal_change_ids": seed_temporal_changes(db, listing_ids),
    }


def seed_listings(db: Session, count: int) -> list[int]:
    """Homes on offer, each a little larger and dearer than the one before."""
    listings = [
        Listing(
            external_ref=f"MLS-{n + 1}",
            title=f"House {n + 1}",
            address=f"{n + 1} Maple Street",
            price=300_000 + 50_000 * n,
            beds=2 + n % 3,
            baths=1 + n % 2,
            area_sqft=900 + 150 * n,
        )
        for n in range(count)
    ]
    db.add_all(listings)
    db.flush()
    return [listing.id for listing in listings]


def seed_images(db: Session, listing_ids: Sequence[int], per_listing: int) -> list[int]:
    """Analysed photos, with their vectors in both spaces."""
    return [
        _add_photo(db, listing_id, position, _photo_of(n, position))
        for n, listing_id in enumerate(listing_ids)
        for position in range(per_listing)
    ]


def seed_conversations(db: Session, listing_ids: Sequence[int], per_listing: int) -> list[int]:
    """A question about each listing, and the answer that its photos give."""
    made = []
    for listing_id in listing_ids:
        photos = [
            seen(db.get_one(Image, analysis.image_id), facts_of(analysis, None), analysis)
            for analysis in _analyses(db, listing_id)
        ]
        for n in range(per_listing):
            conversation = Conversation(listing_id=listing_id, user_id=f"user-{n + 1}")
            db.add(conversation)
            db.flush()
            _add_turn(db, conversation.id, QUESTIONS[n % len(QUESTIONS)], photos)
            made.append(conversation.id)
    return made


def seed_property_aggregations(db: Session, listing_ids: Sequence[int]) -> list[int]:
    """What all photos of each listing say together, and what became of its rooms, as the layer makes them."""
    with patch.object(vision, "_embedded_version", lambda: _MODEL):  # whose photos these are, whoever is in force
        for listing_id in listing_ids:
            refresh(db, listing_id)
    statement = select(PropertyAggregation.id).where(PropertyAggregation.listing_id.in_(listing_ids))
    return list(db.scalars(statement.order_by(PropertyAggregation.id)))


def seed_temporal_changes(db: Session, listing_ids: Sequence[int]) -> list[int]:
    """What became of each listing's first room between its first two photos; `seed_property_aggregations` made it."""
    statement = select(TemporalChange.id).where(TemporalChange.listing_id.in_(listing_ids))
    return list(db.scalars(statement.order_by(TemporalChange.id)))


@dataclass(frozen=True)
class _Photo:
    picture: Picture
    seen: PhotoAnalysis


def _photo_of(listing: int, position: int) -> _Photo:
    """The photo at a position: two of the listing's own room, then one of each room that follows."""
    room = ROOMS[(listing + max(0, position - 1)) % len(ROOMS)]
    light = LIGHTS[listing % len(LIGHTS)][min(position, 1)]
    return _draw(room, light, seed=100 * listing + position)


@cache
def _draw(room: RoomType, light: float, seed: int) -> _Photo:
    """Drawn, decoded and looked at once in a process: that takes longer than storing it."""
    picture = decode(encoded(scene(room, light, seed=seed)))
    return _Photo(picture, FakeAnalyzer().analyze(picture.rgb))


def _add_photo(db: Session, listing_id: int, position: int, photo: _Photo) -> int:
    picture, seen = photo.picture, photo.seen
    taken_at = _FIRST_PHOTO + timedelta(days=180 * position)
    key = original_key(listing_id, picture.sha256, picture.extension)
    arrival = Arrival(key, f"{seen.room.label}-{position + 1}.jpg", listing_id, taken_at)
    image = settle(db, arrival, content_of(picture, arrival) | {"status": ImageStatus.ANALYZED})
    analysis = Analysis(
        image_id=image.id,
        model=_MODEL.name,
        version=_MODEL.version,
        weights_sha256=_MODEL.weights_sha256,
        duration_ms=1.0,
        **analysis_values(seen),
    )
    db.add(analysis)
    db.flush()
    vectors = {"text_vector": seen.text_vector, "image_vector": seen.image_vector}
    index_photo(db, image, analysis, embedder=MODEL, text_model=FakeEmbedder.model, **vectors)
    return image.id


def _analyses(db: Session, listing_id: int) -> Sequence[Analysis]:
    """Of a listing's photos, in the order the photos came."""
    statement = select(Analysis).join(Image).where(Image.listing_id == listing_id).order_by(Image.id)
    return db.scalars(statement).all()


def _add_turn(db: Session, conversation_id: int, question: str, photos: Sequence[Seen]) -> None:
    reply = compose(question, photos, nearest=[])
    cited = [{"sentence": said.text, "image_ids": list(said.image_ids)} for said in reply.sentences if said.image_ids]
    asked = Message(conversation_id=conversation_id, role=Role.USER, content=question, citations=[])
    answer = Message(
        conversation_id=conversation_id,
        role=Role.ASSISTANT,
        content=reply.text,
        citations=cited,
        abstained=reply.abstained,
        model=f"{COMPOSER}+{MODEL}",
    )
    for message in (asked, answer):  # one by one: messages are read in the order of their ids
        db.add(message)
        db.flush()


