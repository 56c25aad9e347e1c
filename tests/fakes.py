"""Models without weights, the same on every machine and in every process.

The analyser reads pixels: what was drawn (tests/scenes.py) is what it finds. The embedder reads words: texts that share
words lie close together, so a test can say which photo comes first, and why.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from roomlens.vectors import IMAGE_DIMENSIONS, TEXT_DIMENSIONS
from roomlens.vision import NOT_SCORABLE, Candidate, DetectedFeature, ModelVersion, PhotoAnalysis
from roomlens.vision.quality import resolution
from roomlens.vocabulary import QualityFlag, RoomType, Tag, scene_of
from tests.scenes import blur_in, light_in, room_in

FloatArray = NDArray[np.float32]

# What the analyser sees in each room, and says of it.
SEEN_IN: Final[Mapping[RoomType, tuple[tuple[Tag, ...], str]]] = {
    RoomType.KITCHEN: ((Tag.DISHWASHER,), "Kitchen with a dishwasher."),
    RoomType.EXTERIOR: ((), "Exterior of the house."),
    RoomType.BATHROOM: ((), "Bathroom with white tiles."),
    RoomType.BEDROOM: ((), "Bedroom with a large bed."),
    RoomType.LIVING_ROOM: ((Tag.SOFA, Tag.TELEVISION), "Living room with a sofa and a television."),
    RoomType.DINING_ROOM: ((Tag.DINING_TABLE,), "Dining room with a long table."),
    RoomType.HALLWAY: ((Tag.STAIRCASE,), "Hallway with a staircase."),
    RoomType.FLOOR_PLAN: ((), "Floor plan."),
    RoomType.OTHER: ((), "Something else."),
}

# They say nothing of what a text is about; a text of nothing else keeps them.
_FILLERS: Final = frozenset(
    {"a", "about", "an", "and", "any", "are", "at", "can", "do", "does", "for", "has", "have", "how", "i", "in", "is"}
    | {"it", "me", "my", "of", "on", "or", "that", "the", "there", "this", "to", "was", "what", "where", "which"}
    | {"with", "you"}
)


def generate_mock_embedding(dim: int, seed: int | None = None) -> FloatArray:
    """A unit vector of `dim` float32 numbers; the same seed gives the same one, and no seed is seed 0."""
    vector = np.random.default_rng(seed or 0).standard_normal(dim)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def seeded_vector(name: str, dimensions: int) -> FloatArray:
    """A unit vector that depends on a name alone: seeded by its sha256, never by `hash`, which each process salts."""
    digest = hashlib.sha256(name.encode("utf-8", "replace")).digest()
    return generate_mock_embedding(dimensions, int.from_bytes(digest[:8], "big"))


class FakeEmbedder:
    """The normalised sum of one vector per word: the cosine of two texts is the share of words they have in common."""

    model = ModelVersion("fake-words", "1", "0" * 64)
    dimensions = TEXT_DIMENSIONS

    def embed(self, texts: Sequence[str], *, question: bool = False) -> FloatArray:
        return np.stack([self._one(text) for text in texts])

    def _one(self, text: str) -> FloatArray:
        words = set(re.findall(r"\w+", text.lower())) or {"(nothing)"}
        total = np.sum([seeded_vector(word, TEXT_DIMENSIONS) for word in sorted(words - _FILLERS or words)], axis=0)
        return (total / np.linalg.norm(total)).astype(np.float32)


class FakeAnalyzer:
    """Finds a scene's room, light and blur in its pixels; counts how often it is asked, and can be told to fail.

    mistakes: rooms that it takes for others.
    """

    pictures: Final = ModelVersion("fake-looks", "1", "2" * 64)
    # a misspelt attribute raises, and does not make a test pass for nothing
    __slots__ = ("asked", "failure", "mistakes", "model")

    def __init__(self, version: str = "1", mistakes: Mapping[RoomType, RoomType] | None = None) -> None:
        self.model = ModelVersion("fake-colours", version, "1" * 64)
        self.asked = 0
        self.failure: Exception | None = None
        self.mistakes = mistakes or {}

    def analyze(self, rgb: NDArray[np.uint8], size: tuple[int, int] | None = None) -> PhotoAnalysis:
        self.asked += 1
        if self.failure is not None:
            raise self.failure
        room, light = self._room_in(rgb), light_in(rgb)
        tags, caption = SEEN_IN[room]
        inside = room.is_interior
        second = RoomType.DINING_ROOM if room is RoomType.LIVING_ROOM else RoomType.LIVING_ROOM
        return PhotoAnalysis(
            scene=scene_of(room),
            room=Candidate(room, 0.9),
            alternatives=(Candidate(second, 0.06),),
            features=tuple(DetectedFeature(tag, 0.8) for tag in tags),
            condition_score=0.7 if inside else None,
            condition_reason=None if inside else NOT_SCORABLE,
            condition_why=("The picture is sharp.",) if inside else (),
            condition_components={"technical": 0.7},
            natural_light_score=light if inside else None,
            natural_light_why=(f"The picture is {light:.0%} bright.",) if inside else (),
            natural_light_components={"brightness": light} if inside else {},
            quality={"sharpness": 1 - blur_in(rgb), "lightness": light} | resolution(size or rgb.shape[:2]),
            quality_flags=(QualityFlag.BLURRY,) if blur_in(rgb) > 0.5 else (),
            compliance=(),
            caption=caption,
            image_vector=_look_of(room, rgb),
            text_vector=FakeEmbedder().embed([caption])[0],
        )

    def image_vector(self, rgb: NDArray[np.uint8]) -> FloatArray:
        return _look_of(self._room_in(rgb), rgb)

    def _room_in(self, rgb: NDArray[np.uint8]) -> RoomType:
        room = room_in(rgb)
        return self.mistakes.get(room, room)


def _look_of(room: RoomType, rgb: NDArray[np.uint8]) -> FloatArray:
    """Photos of one room lie close together, and no two photos are the same."""
    own = hashlib.sha256(rgb.tobytes()).hexdigest()
    look = seeded_vector(room, IMAGE_DIMENSIONS) + 0.2 * seeded_vector(own, IMAGE_DIMENSIONS)
    return (look / np.linalg.norm(look)).astype(np.float32)
