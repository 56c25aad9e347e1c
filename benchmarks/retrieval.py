"""Whether searches find what people ask for: ``python -m benchmarks.retrieval``.

The photos that were kept apart (eval-rooms, and a fifth of the houses) are analysed by the embedded model, stored in a
database of the command's own, in listings with invented names, and searched by the search that is deployed. The
questions are those of `benchmarks.queries`; nothing was chosen on these photos or on these questions.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path[:0] = [str(ROOT / "layers" / "core"), str(ROOT / "layers" / "models")]

from rich.console import Console  # noqa: E402 - after the path
from rich.progress import track  # noqa: E402
from sqlalchemy import Engine, StaticPool  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

from benchmarks.homes import Home, households, move_in  # noqa: E402
from benchmarks.looks import looks_at  # noqa: E402
from benchmarks.photo_sets import SHARED, Labelled, eval_houses, room_folders, spread  # noqa: E402
from benchmarks.queries import NONSENSE, QUESTIONS, Kind, Question  # noqa: E402
from benchmarks.retrieval_report import report  # noqa: E402
from benchmarks.retrieval_scores import Asked, Outcome  # noqa: E402
from roomlens.db import SessionFactory  # noqa: E402
from roomlens.dialects import new_engine  # noqa: E402
from roomlens.models import Base  # noqa: E402
from roomlens.schemas import QueryRequest  # noqa: E402
from roomlens.search import Mode, search  # noqa: E402
from roomlens.tenancy import acting_for  # noqa: E402
from roomlens.text import text_embedder  # noqa: E402
from roomlens.vision import photo_analyzer  # noqa: E402
from roomlens.vocabulary import TAG_GROUPS, RoomType, Tag, TagGroup  # noqa: E402
from training import tag_labels  # noqa: E402

TENANT = "local"  # whose all photos are
DEPTH = 100  # hits that are asked for: the most that one page has
NAMED_HOMES = 24  # homes that are asked for by name, evenly from all
LIKE_THESE = 12  # photos that are shown with "but with ..."
# Where things of a group may be; in photos of other rooms nobody has to look for them.
_INSIDE = frozenset(room for room in RoomType if room.is_interior)
_ROOMS_WITH = {
    TagGroup.FLOORING: _INSIDE,
    TagGroup.KITCHEN: frozenset({RoomType.KITCHEN}),
    TagGroup.BATH: frozenset({RoomType.BATHROOM}),
    TagGroup.INTERIOR: _INSIDE,
    TagGroup.FURNITURE: _INSIDE,
    TagGroup.EXTERIOR: frozenset({RoomType.EXTERIOR}),
    TagGroup.VIEW: frozenset({RoomType.EXTERIOR}),
}


@dataclass(frozen=True)
class World:
    """The photos in their database: `ids` in the order of `photos`, `homes` in the order of their listings."""

    session: Session
    photos: Sequence[Labelled]
    ids: Sequence[int]
    homes: Sequence[Home]
    listings: Sequence[int]  # of each photo


@contextmanager
def database(kind: str) -> Iterator[Engine]:
    """An empty database of the command's own: PostgreSQL as it is deployed, or SQLite in memory."""
    if kind == "sqlite":
        engine = new_engine("sqlite://", poolclass=StaticPool)
        Base.metadata.create_all(engine)
        yield engine
        return
    from rig.database_server import DatabaseServer
    from rig.postgres import Postgres
    from tests.databases import migrated

    with Postgres(durable=False) as postgres:
        engine = migrated(DatabaseServer(postgres.url(), "benchmark"), "retrieval")
        yield engine
        engine.dispose()


def world_of(session: Session, photos: Sequence[Labelled], console: Console, first: int = 0) -> World:
    """Analyses photos and stores them, each in a home."""
    looks = looks_at([photo.path for photo in photos], console=console)
    ids, homes = move_in(
        session, photos, looks, model=photo_analyzer().model, text_model=text_embedder().model, first=first
    )
    return World(session, photos, ids, homes, [number + 1 for number in households(photos)])


def asked_of(world: World, questions: Sequence[Question]) -> list[Asked]:
    """The questions with the ids of the photos that are right, and of those that nobody judged."""
    return [_asked(world, question) for question in questions]


@cache
def _seen() -> dict[str, dict[str, bool]]:
    """What a person saw, by the photo's path below the sets, then by tag."""
    kinds = [path.stem for path in sorted(tag_labels.LABELS.glob("*.csv")) if path.stem != "rules"]
    return {look.path: look.seen for kind in kinds for look in tag_labels.looks(kind)}


def _asked(world: World, question: Question) -> Asked:
    if question.tag is None:
        photos = zip(world.ids, world.photos, strict=True)
        shown = frozenset(one for one, photo in photos if photo.room in question.rooms)
        return Asked(question.text, question.kind, shown)
    right, unknown = set(), set()
    for one, photo in zip(world.ids, world.photos, strict=True):
        told = _has(photo, question.tag)
        if told:
            right.add(one)
        elif told is None and photo.room in _ROOMS_WITH[TAG_GROUPS[question.tag]]:
            unknown.add(one)
    return Asked(question.text, question.kind, frozenset(right), frozenset(unknown))


def _has(photo: Labelled, tag: Tag) -> bool | None:
    """Whether a person saw a thing in a photo; None when nobody looked for it, or it could not be made out."""
    return _seen().get(_below_the_sets(photo.path), {}).get(tag)


def _below_the_sets(path: Path) -> str:
    return str(path.relative_to(SHARED)) if path.is_relative_to(SHARED) else path.name


def by_name(world: World) -> list[Asked]:
    """Questions for homes by their title, their street, their reference, and by name together with a room."""
    found = []
    chosen = [index * len(world.homes) // NAMED_HOMES for index in range(NAMED_HOMES)]
    for number in dict.fromkeys(chosen):
        home = world.homes[number]
        mine = [index for index, listing in enumerate(world.listings) if listing == number + 1]
        right = frozenset(world.ids[index] for index in mine)
        kitchens = frozenset(world.ids[index] for index in mine if world.photos[index].room is RoomType.KITCHEN)
        found += [
            Asked(home.called, Kind.NAME, right),
            Asked(home.street.lower(), Kind.ADDRESS, right),
            Asked(home.reference, Kind.REFERENCE, right),
        ]
        if kitchens:
            found.append(Asked(f"the kitchen of {home.name.lower()}", Kind.RARE, kitchens))
    return found


def answers(world: World, asked: Sequence[Asked], mode: Mode, console: Console) -> list[Outcome]:
    """Asks every question in one mode."""
    outcomes = []
    for one in track(asked, f"{mode}: {len(asked)} questions", console=console, transient=True):
        found = search(world.session, QueryRequest(query=one.text, k=DEPTH, mode=mode.value))
        judged = [hit for hit in found.hits if hit.image.id not in one.unknown]
        outcomes.append(Outcome(one, tuple(hit.image.id for hit in judged), tuple(hit.relevance for hit in judged)))
    return outcomes


def like_these(world: World) -> dict[str, tuple[float, float]]:
    """Kitchens and bathrooms that lack a thing, by picture alone and "but with" it.

    Returns (the share of the first five that show the same room, the share that has the thing of those where it is
    known) of each way to ask.
    """
    pairs = ((RoomType.KITCHEN, Tag.REFRIGERATOR, "with a fridge"), (RoomType.BATHROOM, Tag.BATHTUB, "with a bathtub"))
    rows: dict[str, tuple[float, float]] = {}
    room_of = dict(zip(world.ids, world.photos, strict=True))
    for room, tag, words in pairs:
        without = [one for one, photo in room_of.items() if photo.room is room and _has(photo, tag) is False][
            :LIKE_THESE
        ]
        for query in (None, words):
            same, has = [], []
            for one in without:
                hits = search(world.session, QueryRequest(image_id=one, query=query, k=5)).hits
                for photo in (room_of[hit.image.id] for hit in hits):
                    same.append(photo.room is room)
                    told = _has(photo, tag)
                    has += [told] if told is not None else []
            rows[f"{room}, {query or 'the picture alone'}"] = (_mean(same), _mean(has))
    return rows


def _mean(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 0.0


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Returns the exit status: 0 whether or not a target is met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retrieval", description=__doc__.split("\n")[0])
    parser.add_argument("--photos", type=Path, metavar="DIR", help="search DIR/<room>/*.jpg instead")
    parser.add_argument("--mode", choices=[mode.value for mode in Mode], action="append", help="only this one")
    parser.add_argument("--limit", type=int, metavar="N", help="at most N photos")
    parser.add_argument("--database", choices=["postgres", "sqlite"], default="postgres")
    options = parser.parse_args(arguments)
    if options.limit is not None and options.limit < 1:
        parser.error("--limit must be at least 1")
    console = Console()
    if options.photos is None and not SHARED.is_dir():
        console.print("The photo sets are not here (shared/photos beside the project). Use --photos DIR.")
        return 1
    found = room_folders(options.photos) if options.photos else _kept_apart()
    photos = spread(found, options.limit)
    if not photos:
        raise SystemExit("no photos found: expected DIR/<room>/*.jpg, such as DIR/kitchen/1.jpg")
    modes = [Mode(mode) for mode in options.mode] if options.mode else [Mode.VECTOR, Mode.TEXT, Mode.HYBRID]
    with database(options.database) as engine, acting_for(TENANT), SessionFactory(bind=engine) as session:
        world = world_of(session, photos, console)
        asked = [one for one in (*asked_of(world, QUESTIONS), *by_name(world)) if one.right]
        nonsense = [Asked(text, None, frozenset()) for text in NONSENSE]
        outcomes = {mode: answers(world, [*asked, *nonsense], mode, console) for mode in modes}
        report(console, len(photos), outcomes, like_these(world) if Mode.HYBRID in modes else {})
    return 0


def _kept_apart() -> list[Labelled]:
    return [*eval_houses(SHARED / "houses-train"), *room_folders(SHARED / "eval-rooms")]


if __name__ == "__main__":
    raise SystemExit(main())
