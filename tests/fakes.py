"""Models without weights, the same on every machine and in every process.

The analyser reads pixels: the colour of a picture is its room. The embedder reads words: texts that share words lie
close together, so a test can say which photo comes first, and why.
"""

import hashlib
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from roomlens.vectors import IMAGE_DIMENSIONS, TEXT_DIMENSIONS
from roomlens.vision import Candidate, DetectedFeature, ModelVersion, PhotoAnalysis
from roomlens.vocabulary import RoomType, Tag
from tests.pictures import BLUE, GREEN, GREY, RED

FloatArray = NDArray[np.float32]

ROOM_OF = {
    RED: (RoomType.KITCHEN, (Tag.DISHWASHER,), "Kitchen with a dishwasher."),
    GREEN: (RoomType.EXTERIOR, (), "Exterior of the house."),
    BLUE: (RoomType.BATHROOM, (), "Bathroom with white tiles."),
    GREY: (RoomType.BEDROOM, (), "Bedroom with a large bed."),
}


def seeded_vector(name: str, dimensions: int) -> FloatArray:
    """A unit vector that depends on a name alone: seeded by its sha256, never by `hash`."""
    seed = int.from_bytes(hashlib.sha256(name.encode("utf-8", "replace")).digest()[:8], "big")
    vector = np.random.default_rng(seed).standard_normal(dimensions)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


class FakeEmbedder:
    """The normalised sum of one vector per word."""

    model = ModelVersion("fake-words", "1", "0" * 64)
    dimensions = TEXT_DIMENSIONS

    def embed(self, texts: Sequence[str]) -> FloatArray:
        return np.stack([self._one(text) for text in texts])

    def _one(self, text: str) -> FloatArray:
        words = re.findall(r"[a-z]+", text.lower()) or ["(nothing)"]
        total = np.sum([seeded_vector(word, TEXT_DIMENSIONS) for word in words], axis=0)
        return (total / np.linalg.norm(total)).astype(np.float32)


class FakeAnalyzer:
    """Tells the room by the picture's mean colour; counts how often it is asked."""

    def __init__(self, version: str = "1") -> None:
        self.model = ModelVersion("fake-colours", version, "1" * 64)
        self.asked = 0
        self.failure: Exception | None = None

    def analyze(self, rgb: NDArray[np.uint8]) -> PhotoAnalysis:
        self.asked += 1
        if self.failure is not None:
            raise self.failure
        mean = rgb.reshape(-1, 3).mean(0)
        colour = min(ROOM_OF, key=lambda known: float(np.abs(mean - known).sum()))
        room, tags, caption = ROOM_OF[colour]
        brightness = float(mean.mean() / 255)
        image = seeded_vector(room, IMAGE_DIMENSIONS) + 0.2 * seeded_vector(str(mean), IMAGE_DIMENSIONS)
        return PhotoAnalysis(
            room=Candidate(room, 0.9),
            alternatives=(Candidate(RoomType.LIVING_ROOM, 0.06),),
            features=tuple(DetectedFeature(tag, 0.8) for tag in tags),
            condition_score=None if room is RoomType.EXTERIOR else 0.7,
            condition_reason="not_scorable" if room is RoomType.EXTERIOR else None,
            condition_components={"technical": 0.7},
            natural_light_score=brightness,
            natural_light_components={"brightness": brightness},
            quality={"sharpness": 1.0},
            caption=caption,
            image_vector=(image / np.linalg.norm(image)).astype(np.float32),
            text_vector=FakeEmbedder().embed([caption])[0],
        )
