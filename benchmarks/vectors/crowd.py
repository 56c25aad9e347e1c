"""Photos that do not exist: clustered vectors like those of a real library, and what searches filter them by.

Zipf-sized clusters in a low-rank subspace whose spectrum decays, isotropic noise around them, and one direction that
all vectors share: mean cosine of two vectors 0.31, of a question and its nearest of 20,000 about 0.75.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from roomlens.vectors import TEXT_DIMENSIONS
from roomlens.vocabulary import RoomType, Tag

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]

SEED: Final = 20_261_123
CHUNK: Final = 10_000
CLUSTERS: Final = 500
RANK: Final = 128
PHOTOS_PER_LISTING: Final = 20
ROOMS: Final = (
    RoomType.KITCHEN,
    RoomType.BATHROOM,
    RoomType.BEDROOM,
    RoomType.LIVING_ROOM,
    RoomType.DINING_ROOM,
    RoomType.HALLWAY,
    RoomType.OFFICE,
    RoomType.GARAGE,
    RoomType.BASEMENT,
    RoomType.LAUNDRY_ROOM,
)
# Each is on its share of the photos, whatever they show: filters that tell the index nothing.
TAGS: Final = ((Tag.HARDWOOD_FLOORS, 0.1), (Tag.ISLAND, 0.01), (Tag.WALK_IN_SHOWER, 0.001))
_ROOM_OF_ITS_CLUSTER: Final = 0.8  # the rest are of any room

# How long the parts of a vector are before it is scaled to 1: chosen for the cosines in this module's first lines.
_COMMON, _CENTRE, _SPREAD, _NOISE = 0.54, 0.63, 0.41, 0.33


@dataclass(frozen=True)
class Chunk:
    """Some photos in a row of ids; every array has one item for each."""

    ids: IntArray  # from 1
    vectors: FloatArray  # (n, 1536), unit length
    rooms: IntArray  # indexes of ROOMS
    listings: IntArray  # from 1
    tags: NDArray[np.bool_]  # (n, tags): which of TAGS
    scores: NDArray[np.float64]  # uniform from 0 to 1


@dataclass(frozen=True)
class Questions:
    """Fresh draws from the same clusters."""

    vectors: FloatArray  # (n, 1536), unit length
    rooms: IntArray  # the room of each one's cluster
    listings: IntArray


class Crowd:
    """`rows` photos, the same for the same seed: chunk after chunk, for a million do not fit into memory."""

    def __init__(self, rows: int, seed: int = SEED) -> None:
        self.rows = rows
        self._seed = seed
        generator = np.random.default_rng(seed)
        self._basis, common = _directions(generator)
        self._common = _COMMON * common
        spectrum = np.arange(1, RANK + 1) ** -0.3
        self._spectrum = (spectrum / np.linalg.norm(spectrum)).astype(np.float32)
        centres = generator.standard_normal((CLUSTERS, RANK), np.float32) * self._spectrum
        self._centres = _CENTRE * centres / np.linalg.norm(centres, axis=1, keepdims=True)
        sizes = np.arange(1, CLUSTERS + 1) ** -0.7
        self._sizes = sizes / sizes.sum()
        self._room_of = generator.integers(len(ROOMS), size=CLUSTERS)

    def chunks(self) -> Iterator[Chunk]:
        """All photos, in the order of their ids."""
        for first in range(0, self.rows, CHUNK):
            yield self._chunk(first, min(CHUNK, self.rows - first))

    def questions(self, count: int) -> Questions:
        """`count` questions, which are none of the photos."""
        generator = np.random.default_rng([self._seed, 1])
        vectors, clusters = self._draw(generator, count)
        listings = generator.integers(1, 1 + -(-self.rows // PHOTOS_PER_LISTING), size=count)
        return Questions(vectors, self._room_of[clusters], listings)

    def _chunk(self, first: int, count: int) -> Chunk:
        generator = np.random.default_rng([self._seed, 2, first])
        vectors, clusters = self._draw(generator, count)
        stray = generator.random(count) >= _ROOM_OF_ITS_CLUSTER
        rooms = np.where(stray, generator.integers(len(ROOMS), size=count), self._room_of[clusters])
        listings = generator.integers(1, 1 + -(-self.rows // PHOTOS_PER_LISTING), size=count)
        tags = generator.random((count, len(TAGS))) < [share for _, share in TAGS]
        return Chunk(np.arange(first + 1, first + count + 1), vectors, rooms, listings, tags, generator.random(count))

    def _draw(self, generator: np.random.Generator, count: int) -> tuple[FloatArray, IntArray]:
        clusters = generator.choice(CLUSTERS, size=count, p=self._sizes)
        inner = _SPREAD * self._spectrum * generator.standard_normal((count, RANK), np.float32)
        inner += self._centres[clusters]
        vectors = generator.standard_normal((count, TEXT_DIMENSIONS), np.float32)
        vectors *= _NOISE / np.sqrt(TEXT_DIMENSIONS)
        vectors += inner @ self._basis
        vectors += self._common
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors, clusters


def _directions(generator: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """An orthonormal basis of the subspace, (RANK, 1536), and a direction outside it, (1536,)."""
    drawn = generator.standard_normal((TEXT_DIMENSIONS, RANK + 1))
    basis = np.linalg.qr(drawn)[0].T.astype(np.float32)
    return basis[:RANK], basis[RANK]
