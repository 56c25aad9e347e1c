"""The labelled photos of benchmarks and training. They are no part of the project and may be absent.

Houses whose number is divisible by five are kept apart for measuring: nothing is learned or chosen from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from roomlens.vocabulary import RoomType

SHARED = Path(__file__).resolve().parents[2] / "shared" / "photos"
_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
# Folder and file names of the sets that differ from the vocabulary.
_OTHER_NAMES = {"entrance_hall": RoomType.HALLWAY, "frontal": RoomType.EXTERIOR}
# Houses with one photo under two labels; their labels can't be trusted (README of the photos).
MISLABELLED: Final = {"12", "227", "343", "354", "466"}
# Houses that were listed twice, or that show one photo of another house, and the number under which they count.
SHOWN_AGAIN: Final = {"21": "9", "72": "59", "214": "199", "296": "259", "271": "305", "11": "30", "27": "10"}
_EVERY = 5


@dataclass(frozen=True)
class Labelled:
    """A photo and what it shows."""

    path: Path
    room: RoomType
    group: str  # photos of one group belong to one house


def room_named(name: str) -> RoomType | None:
    """The room of a folder's or file's name, if it is one."""
    try:
        return _OTHER_NAMES.get(name) or RoomType(name)
    except ValueError:
        return None


def room_folders(folder: Path) -> list[Labelled]:
    """Photos laid out as <room>/<any name>; every photo is a group of its own."""
    found = []
    for path in sorted(folder.glob("*/*")):
        room = room_named(path.parent.name)
        if room is not None and path.suffix.lower() in _SUFFIXES:
            found.append(Labelled(path, room, str(path)))
    return found


def houses(folder: Path) -> list[Labelled]:
    """Photos named <house>_<room>.jpg, without the houses whose labels are known to be wrong."""
    found = []
    for path in sorted(folder.glob("*_*.jpg")):
        house, _, name = path.stem.partition("_")
        room = room_named(name)
        if room is not None and house not in MISLABELLED:
            found.append(Labelled(path, room, SHOWN_AGAIN.get(house, house)))
    return found


def eval_houses(folder: Path) -> list[Labelled]:
    """The photos of the houses that are kept apart for measuring."""
    return [photo for photo in houses(folder) if is_kept_apart(_number(photo))]


def training_houses(folder: Path) -> list[Labelled]:
    """The photos of all other houses. A house that was listed twice and is kept apart once is left out altogether."""
    return [photo for photo in houses(folder) if not is_kept_apart(_number(photo)) and not is_kept_apart(photo.group)]


def _number(photo: Labelled) -> str:
    return photo.path.stem.partition("_")[0]


def is_kept_apart(house: str | int) -> bool:
    """Whether photos of the house of this number are for measuring alone."""
    return int(house) % _EVERY == 0


def spread(photos: list[Labelled], limit: int | None) -> list[Labelled]:
    """At most `limit` photos, evenly from the whole list."""
    if limit is None or limit >= len(photos):
        return photos
    return [photos[index * len(photos) // limit] for index in range(limit)]
