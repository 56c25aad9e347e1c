"""What the choices of the search are made on: photos that are not kept apart, and what the models say of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from benchmarks.looks import Look, looks_at
from benchmarks.photo_sets import SHARED, Labelled, room_folders, spread, training_houses
from roomlens.vocabulary import RoomType
from training.questions import KINDS

HOUSES = 160
ROOMS = 240


@dataclass(frozen=True)
class Gallery:
    """Photos with what is right of them and what the model says."""

    photos: list[Labelled]
    looks: list[Look]

    @property
    def rooms(self) -> NDArray[np.str_]:
        """What each photo shows, by its folder, (photos,)."""
        return np.array([str(photo.room) for photo in self.photos])

    @property
    def texts(self) -> NDArray[np.float32]:
        """Text vectors, (photos, 1536)."""
        return np.stack([look.text_vector for look in self.looks])

    @property
    def images(self) -> NDArray[np.float32]:
        """Image vectors, (photos, 768)."""
        return np.stack([look.image_vector for look in self.looks])

    def showing(self, rooms: tuple[RoomType, ...]) -> NDArray[np.bool_]:
        """Which photos show one of these rooms, (photos,)."""
        return np.isin(self.rooms, [str(room) for room in rooms])


def gallery(console: Console) -> Gallery:
    """160 photos of houses and 240 of rooms, none of them kept apart.

    Raises:
        SystemExit: the photo sets are not beside the project.
    """
    if not SHARED.is_dir():
        raise SystemExit("The photo sets are not here (shared/photos beside the project).")
    houses = spread(training_houses(SHARED / "houses-train"), HOUSES)
    photos = [*houses, *spread(room_folders(SHARED / "train-rooms"), ROOMS)]
    return Gallery(photos, looks_at([photo.path for photo in photos], console=console))


def questions() -> Iterator[tuple[str, str, tuple[RoomType, ...]]]:
    """(kind, question, rooms that answer it)."""
    for kind, some in KINDS.items():
        for text, rooms in some:
            yield kind, text, rooms
