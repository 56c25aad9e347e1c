"""`seed_all` makes the same small world each time, and the fakes are the same in every process."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roomlens.models import (
    Analysis,
    Base,
    Conversation,
    Image,
    ImageVector,
    Listing,
    Message,
    PropertyAggregation,
    TemporalChange,
    TextVector,
)
from tests.seeding import seed_all

ROOT = Path(__file__).parents[3]


def count(db: Session, table: type[Base]) -> int:
    return db.scalar(select(func.count()).select_from(table)) or 0


def ids(db: Session, table: Any) -> list[int]:
    return list(db.scalars(select(table.id).order_by(table.id)))


def test_seed_all_tells_the_ids_of_what_it_made(db: Session) -> None:
    made = seed_all(db, num_listings=3, images_per_listing=2, conversations_per_listing=1)
    assert made == {
        "listing_ids": ids(db, Listing),
        "image_ids": ids(db, Image),
        "conversation_ids": ids(db, Conversation),
        "aggregation_ids": ids(db, PropertyAggregation),
        "temporal_change_ids": ids(db, TemporalChange),
    }
    assert {name: len(made[name]) for name in made} == {
        "listing_ids": 3,
        "image_ids": 6,
        "conversation_ids": 3,
        "aggregation_ids": 3,
        "temporal_change_ids": 3,
    }
    assert [count(db, table) for table in (Analysis, TextVector, ImageVector, Message)] == [6, 6, 6, 6]


def test_seed_all_without_numbers_makes_five_listings_of_three_photos(db: Session) -> None:
    made = seed_all(db)
    assert [len(made[name]) for name in ("listing_ids", "image_ids", "conversation_ids")] == [5, 15, 10]


def test_seed_all_can_be_asked_for_almost_nothing(db: Session) -> None:
    made = seed_all(db, num_listings=1, images_per_listing=0, conversations_per_listing=1)
    assert [len(made[name]) for name in ("image_ids", "temporal_change_ids")] == [0, 0]
    (aggregation,) = db.scalars(select(PropertyAggregation))
    assert (aggregation.photo_count, aggregation.condition_score, aggregation.rooms) == (0, None, [])


@pytest.mark.parametrize(("listing", "verdict"), [(0, "improved"), (1, "worsened"), (2, "unchanged")])
def test_a_change_is_what_became_of_a_room_between_its_two_photos(db: Session, listing: int, verdict: str) -> None:
    made = seed_all(db, num_listings=3, images_per_listing=3, conversations_per_listing=0)
    change = db.get(TemporalChange, made["temporal_change_ids"][listing])
    before, after = (db.get(Image, image_id) for image_id in made["image_ids"][3 * listing : 3 * listing + 2])
    assert (change.before_image_id, change.after_image_id) == (before.id, after.id)
    assert change.listing_id == before.listing_id == after.listing_id == made["listing_ids"][listing]
    assert before.captured_at < after.captured_at
    assert {image.analyses[0].room_type for image in (before, after)} == {change.room_type}
    assert change.verdict == verdict
    scores = [image.analyses[0].natural_light_score for image in (before, after)]
    assert change.changes["deltas"] == {"condition_score": 0, "natural_light_score": scores[1] - scores[0]}


def test_an_exterior_has_no_daylight_to_compare(db: Session) -> None:
    made = seed_all(db, num_listings=7, images_per_listing=2, conversations_per_listing=0)
    change = db.get(TemporalChange, made["temporal_change_ids"][6])
    assert (change.room_type, change.verdict, change.reason) == ("exterior", "not_comparable", "not_scored")


def test_an_aggregation_counts_what_the_photos_of_its_listing_show(db: Session) -> None:
    made = seed_all(db, num_listings=1, images_per_listing=3, conversations_per_listing=0)
    before, after, bathroom = made["image_ids"]
    (aggregation,) = db.scalars(select(PropertyAggregation))
    assert (aggregation.listing_id, aggregation.model) == (made["listing_ids"][0], "fake-colours@1")
    assert aggregation.photo_count == 3
    rooms = [(room["name"], room["image_ids"]) for room in aggregation.rooms]
    assert rooms == [("kitchen", [before, after]), ("bathroom", [bathroom])]
    assert aggregation.tags == [{"tag": "dishwasher", "image_ids": [after]}]  # as the kitchen is now
    assert [gap["room_type"] for gap in aggregation.gaps] == ["bedroom", "living_room", "exterior"]
    assert aggregation.condition_score == pytest.approx(0.7)


SAY_VECTORS = """
import hashlib
from roomlens.vocabulary import RoomType
from tests.fakes import FakeAnalyzer, FakeEmbedder, generate_mock_embedding
from tests.scenes import scene
import numpy as np

seen = FakeAnalyzer().analyze(np.asarray(scene(RoomType.KITCHEN, seed=7)))
vectors = [*FakeEmbedder().embed(["a kitchen with an island"]), generate_mock_embedding(768), seen.image_vector]
print(hashlib.sha256(b"".join(vector.tobytes() for vector in vectors)).hexdigest())
"""


def test_the_fakes_are_the_same_in_every_process() -> None:
    """Python salts `hash` anew in each process; nothing here may rest on it."""
    path = os.pathsep.join(str(ROOT / folder) for folder in ("", "layers/core", "layers/models"))

    def said(salt: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": salt, "PYTHONPATH": path}
        return subprocess.run(
            [sys.executable, "-c", SAY_VECTORS], env=environment, capture_output=True, text=True, check=True
        ).stdout

    assert said("1") == said("2") != ""
