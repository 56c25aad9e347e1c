"""Homes of photos that were kept apart, as the questions name them, in a database: by what our model saw of them, or
with the eyes of the people who labelled them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from PIL import Image as Picture
from rich.console import Console
from sqlalchemy.orm import Session

from benchmarks.chat.asking import HALVES, homes
from benchmarks.homes import hang_photo
from benchmarks.looks import Look, looks_at
from benchmarks.photo_sets import SHARED, SHOWN_AGAIN, Labelled, eval_houses, room_folders
from roomlens.models import Listing
from roomlens.text import text_embedder
from roomlens.vision import photo_analyzer
from roomlens.vocabulary import TAG_GROUPS, RoomType, Tag, TagGroup, scene_of
from training import tag_labels

EDITED: Final = Path(__file__).resolve().parents[2] / "data" / "chat"
BEFORE, AFTER = datetime(2023, 5, 12, 18, tzinfo=UTC), datetime(2024, 6, 3, 18, tzinfo=UTC)
_HOUSE: Final = {
    "front": RoomType.EXTERIOR,
    "kitchen": RoomType.KITCHEN,
    "bedroom": RoomType.BEDROOM,
    "bathroom": RoomType.BATHROOM,
}
_DATED: Final = "dated"
_UNSCORED: Final = 0.5  # of a room that our model took for no room, with people's eyes
# Where things of a group may be; in photos of other rooms nobody has to look for them.
_ROOM_WITH: Final = {
    TagGroup.KITCHEN: {"kitchen"},
    TagGroup.BATH: {"bathroom", "bathroom_2"},
    TagGroup.EXTERIOR: {"front"},
    TagGroup.INTERIOR: {"bedroom"},
}


@dataclass(frozen=True)
class Hung:
    """A photo in the database. `things`: what people saw in it, or saw that it is not there."""

    image_id: int
    label: str
    things: Mapping[str, bool]


@dataclass(frozen=True)
class House:
    """One listing of a kind of home."""

    kind: str
    listing_id: int
    photos: tuple[Hung, ...]

    def ids(self, labels: Iterable[str]) -> set[int]:
        wanted = set(labels)
        if "all" in wanted or "any" in wanted:
            return {photo.image_id for photo in self.photos}
        if "inside" in wanted:
            return {photo.image_id for photo in self.photos if photo.label != "front"}
        return {photo.image_id for photo in self.photos if photo.label in wanted}

    def showing(self, tag: Tag) -> set[int] | None:
        """The photos that show a thing; None where nobody looked for it in a photo that may."""
        rooms = _ROOM_WITH[TAG_GROUPS[tag]]
        looked = [photo for photo in self.photos if photo.label in rooms]
        if any(tag not in photo.things for photo in looked):
            return None
        return {photo.image_id for photo in looked if photo.things[tag]}


@dataclass(frozen=True)
class Plan:
    """A home to be: its kind, and the file of each label."""

    kind: str
    files: Mapping[str, Path]


def plans(half: str, count: int) -> list[Plan]:
    """`count` homes of each kind, always the same ones; no house is in both halves."""
    by_house: dict[str, dict[RoomType, Path]] = {}
    for photo in eval_houses(SHARED / "houses-train"):
        if photo.path.stem.partition("_")[0] not in {*SHOWN_AGAIN, *SHOWN_AGAIN.values()}:
            by_house.setdefault(photo.group, {})[photo.room] = photo.path
    whole = [rooms for _, rooms in sorted(by_house.items(), key=lambda pair: int(pair[0])) if len(rooms) == len(_HOUSE)]
    mine = whole[HALVES.index(half) :: len(HALVES)]
    others = _others(half)
    made = []
    for number, (kind, labels) in enumerate(homes().items()):
        for turn in range(count):
            place = (number * count + turn) % len(mine)
            house, neighbour = mine[place], mine[(place + 1) % len(mine)]
            made.append(Plan(kind, {label: _file(label, house, neighbour, others, place) for label in labels}))
    return made


def _others(half: str) -> dict[RoomType, list[Path]]:
    """The rooms that the set of houses has no photos of, by turns to either half."""
    found: dict[RoomType, list[Path]] = {}
    photos: Sequence[Labelled] = room_folders(SHARED / "eval-rooms")
    for photo in photos:
        found.setdefault(photo.room, []).append(photo.path)
    return {room: paths[HALVES.index(half) :: len(HALVES)] for room, paths in found.items()}


def _file(
    label: str,
    house: Mapping[RoomType, Path],
    neighbour: Mapping[RoomType, Path],
    others: Mapping[RoomType, Sequence[Path]],
    place: int,
) -> Path:
    name, _, of = label.partition("_")
    if of == "2":
        return neighbour[_HOUSE[name]]
    if of == "later":
        return _edited(house[_HOUSE[name]])
    if label in _HOUSE:
        return house[_HOUSE[label]]
    paths = others[RoomType(label)]
    return paths[place % len(paths)]


def _edited(path: Path) -> Path:
    """The same room in more light, and cut a little closer."""
    EDITED.mkdir(parents=True, exist_ok=True)
    made = EDITED / f"{path.stem}_later.png"
    if not made.exists():
        with Picture.open(path) as picture:
            wide, high = picture.size
            cut = picture.convert("RGB").crop((wide // 20, high // 20, wide - wide // 20, high - high // 20))
            cut.point([min(255, round(255 * (value / 255) ** 0.75)) for value in range(256)] * 3).save(made)
    return made


def build(session: Session, made: Sequence[Plan], *, people: bool, console: Console) -> list[House]:
    """Stores the homes. `people`: with people's labels for what our model saw. Nothing is committed.

    Raises as `looks_at`.
    """
    paths = list(dict.fromkeys(path for plan in made for path in plan.files.values()))
    looks = dict(zip(paths, looks_at(paths, console=console), strict=True))
    return [_move_in(session, plan, looks, people=people) for plan in made]


def _move_in(session: Session, plan: Plan, looks: Mapping[Path, Look], *, people: bool) -> House:
    listing = Listing(title=f"A home of the kind {plan.kind}")
    session.add(listing)
    session.flush()
    photos = []
    for label, path in plan.files.items():
        things = _things(path)
        look = _by_people(looks[path], label, things) if people else looks[path]
        taken = (AFTER if label.endswith("_later") else BEFORE) if plan.kind == _DATED else None
        image_id = hang_photo(
            session, path.name, look, listing.id, photo_analyzer().model, text_embedder().model, captured_at=taken
        )
        photos.append(Hung(image_id, label, things))
    return House(plan.kind, listing.id, tuple(photos))


def _by_people(look: Look, label: str, things: Mapping[str, bool]) -> Look:
    """What our model would have said with people's eyes: their room, and the things that they saw."""
    name = label.removesuffix("_2").removesuffix("_later")
    room = _HOUSE.get(name) or RoomType(name)
    values: dict[str, Any] = {**look.values, "room_type": str(room), "scene": str(scene_of(room))}
    seen = [feature for feature in look.values["features"] if things.get(feature["tag"], True)]
    known = {feature["tag"] for feature in seen}
    seen += [
        {"tag": tag, "group": str(TAG_GROUPS[Tag(tag)]), "confidence": 1.0}
        for tag, there in things.items()
        if there and tag not in known
    ]
    values["features"] = seen
    for score in ("condition_score", "natural_light_score"):
        if not room.is_interior:
            values[score] = None
        elif values[score] is None:
            values[score] = _UNSCORED
    return replace(look, values=values)


def _things(path: Path) -> Mapping[str, bool]:
    return _seen().get(str(path.relative_to(SHARED)), {}) if path.is_relative_to(SHARED) else {}


@cache
def _seen() -> Mapping[str, Mapping[str, bool]]:
    """What people saw, by the photo's path below the sets, then by tag."""
    kinds = [path.stem for path in sorted(tag_labels.LABELS.glob("*.csv")) if path.stem != "rules"]
    return {look.path: look.seen for kind in kinds for look in tag_labels.looks(kind)}
