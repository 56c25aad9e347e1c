"""What is made of a listing's photos together: ``python -m benchmarks.listings``.

On houses that are kept apart for measuring: how well rooms are told apart, how often a verdict on two photos of a room
is right, and whether what no photo shows is named. ``--choose`` measures on the training houses what thresholds are
chosen by.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path[:0] = [str(ROOT / "layers" / "core"), str(ROOT / "layers" / "models")]

from rich.console import Console  # noqa: E402 - after the path

from benchmarks.listings import report  # noqa: E402
from benchmarks.listings.grouping import House  # noqa: E402
from benchmarks.listings.views import AGAIN, OF_ONE_DAY, SPOILT  # noqa: E402
from benchmarks.looks import Edit, Look, looks_at  # noqa: E402
from benchmarks.photo_sets import SHARED, SHOWN_AGAIN, Labelled, eval_houses, training_houses  # noqa: E402
from roomlens.listings.instances import MEASURED_LIKENESS, UNMEASURED  # noqa: E402
from roomlens.versions import model_in_force  # noqa: E402
from roomlens.vocabulary import RoomType  # noqa: E402

_INSIDE = (RoomType.KITCHEN, RoomType.BATHROOM, RoomType.BEDROOM)


def whole_houses(photos: Sequence[Labelled]) -> list[dict[RoomType, Path]]:
    """Houses with a photo of each of four rooms, each house once."""
    rooms: dict[str, dict[RoomType, Path]] = {}
    for photo in photos:
        if photo.path.stem.partition("_")[0] == photo.group:  # not the second listing of a house
            rooms.setdefault(photo.group, {})[photo.room] = photo.path
    return [house for house in rooms.values() if len(house) == len(_INSIDE) + 1]


def look_at(houses: Sequence[dict[RoomType, Path]], edits: Sequence[Edit], console: Console) -> list[House]:
    """The outside as it is, each room as it is and after each edit."""
    found: list[dict[RoomType, dict[str, Look]]] = [{} for _ in houses]
    for room in (*_INSIDE, RoomType.EXTERIOR):
        paths = [house[room] for house in houses]
        for edit in (None, *(edits if room in _INSIDE else ())):
            title = f"{room}, {edit.name}" if edit else room
            for house, look in zip(found, looks_at(paths, console=console, title=title, edit=edit), strict=True):
                house.setdefault(room, {})[edit.name if edit else ""] = look
    return [*found]


def tidy_and_messy(console: Console, limit: int) -> tuple[list[Look], list[Look]]:
    """Of the part of the set that no head was trained on."""
    clean, messy = (sorted((SHARED / "tidy" / "val" / kind).glob("*.*"))[:limit] for kind in ("clean", "messy"))
    return looks_at(clean, console=console, title="tidy"), looks_at(messy, console=console, title="messy")


def listed_twice(console: Console) -> list[tuple[Look, Look]]:
    """Rooms of houses that are there twice, by two photographers; not those with the same photo twice."""
    folder, pairs = SHARED / "houses-train", []
    for again, first in SHOWN_AGAIN.items():
        for room in _INSIDE:
            paths = [folder / f"{first}_{room}.jpg", folder / f"{again}_{room}.jpg"]
            if all(path.exists() for path in paths):
                one, other = looks_at(paths, console=console, title="listed twice")
                if one.image_vector @ other.image_vector < 0.95:
                    pairs.append((one, other))
    return pairs


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Returns the exit status: 1 when the photos are not here."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.listings", description=__doc__.split("\n")[0])
    parser.add_argument("--houses", type=int, default=40, metavar="N", help="rooms of so many houses (40)")
    parser.add_argument("--choose", action="store_true", help="what thresholds are chosen by, on training houses")
    options = parser.parse_args(arguments)
    if options.houses < 3:
        parser.error("--houses must be at least 3: a home has up to three bedrooms")
    console = Console()
    if not SHARED.is_dir():
        console.print(f"The photo sets are not here ({SHARED.parent.name}/photos beside the project).")
        return 1
    photos = (training_houses if options.choose else eval_houses)(SHARED / "houses-train")
    edits = (*OF_ONE_DAY, *AGAIN, *(() if options.choose else SPOILT))
    houses = look_at(whole_houses(photos)[: options.houses], edits, console)
    likeness = MEASURED_LIKENESS.get(model_in_force().name, UNMEASURED)
    if options.choose:
        report.show_likeness(console, houses)
        console.print(f"In force: {likeness}. Chosen: {report.choose_likeness(houses, likeness)}.")
        report.show_noise(console, houses)
        return 0
    report.show_grouping(console, houses, likeness)
    tidy, messy = tidy_and_messy(console, 2 * options.houses)
    report.show_changes(console, houses, likeness, report.Others(tidy, messy, listed_twice(console)))
    report.show_gaps(console, houses, likeness)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
