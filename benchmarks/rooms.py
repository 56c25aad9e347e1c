"""How well the embedded model names rooms and finds photos: ``python -m benchmarks.rooms``.

Measures on the shared photo sets, or on any folder of <room>/*.jpg given with ``--photos``. Thresholds and class
lists were never chosen on eval-rooms; houses-train was looked at when they were.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the timing is that of one core
sys.path[:0] = [str(ROOT / "layers" / "core"), str(ROOT / "layers" / "models")]

import numpy as np  # noqa: E402 - after the path
from PIL import Image  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.progress import track  # noqa: E402
from rich.table import Table  # noqa: E402

from benchmarks import metrics  # noqa: E402
from benchmarks.figures import Figure, show_figures  # noqa: E402
from benchmarks.photo_sets import SHARED, Labelled, houses, room_folders, spread  # noqa: E402
from roomlens.text import text_embedder  # noqa: E402
from roomlens.vision import Candidate, PhotoAnalysis, photo_analyzer  # noqa: E402
from roomlens.vocabulary import RoomType  # noqa: E402
from roomlens_models.efficientnet import INPUT_SIZE, EfficientNet  # noqa: E402
from roomlens_models.weights import VISION_FILE, WEIGHTS  # noqa: E402

# Eighteen ways to ask for a photo, and the room that answers.
QUERIES: tuple[tuple[str, RoomType], ...] = (
    ("kitchen", RoomType.KITCHEN),
    ("bathtub", RoomType.BATHROOM),
    ("bed", RoomType.BEDROOM),
    ("house exterior with garden", RoomType.EXTERIOR),
    ("bathroom", RoomType.BATHROOM),
    ("bedroom", RoomType.BEDROOM),
    ("somewhere to sleep", RoomType.BEDROOM),
    ("place to cook dinner", RoomType.KITCHEN),
    ("shower", RoomType.BATHROOM),
    ("front of the house", RoomType.EXTERIOR),
    ("toilet", RoomType.BATHROOM),
    ("refrigerator and stove", RoomType.KITCHEN),
    ("house with a lawn and driveway", RoomType.EXTERIOR),
    ("wash my hands", RoomType.BATHROOM),
    ("pillows and blankets", RoomType.BEDROOM),
    ("stainless steel appliances", RoomType.KITCHEN),
    ("somewhere to take a bath", RoomType.BATHROOM),
    ("curb appeal", RoomType.EXTERIOR),
)


@dataclass(frozen=True)
class Seen:
    """A labelled photo, what the model said, and how long that took."""

    photo: Labelled
    analysis: PhotoAnalysis
    ranked: tuple[Candidate, ...]
    milliseconds: float

    @property
    def right(self) -> bool:
        return self.ranked[0].label is self.photo.room


def look(photos: Sequence[Labelled], console: Console, name: str) -> list[Seen]:
    """Analyse every photo, decoding outside the clock."""
    analyzer = photo_analyzer()
    seen = []
    for photo in track(photos, f"{name}: {len(photos)} photos", console=console, transient=True):
        with Image.open(photo.path) as image:
            rgb = np.asarray(image.convert("RGB"))
        started = time.process_time()
        analysis = analyzer.analyze(rgb)
        milliseconds = 1e3 * (time.process_time() - started)
        seen.append(Seen(photo, analysis, (analysis.room, *analysis.alternatives), milliseconds))
    return seen


def accuracy(seen: Sequence[Seen], top_1: float | None, top_3: float | None, ece: float | None) -> list[Figure]:
    """Top-1, top-3 and the calibration error of the default configuration, all its rooms allowed."""
    confidences = [one.ranked[0].confidence for one in seen]
    among_three = [any(one.photo.room is candidate.label for candidate in one.ranked) for one in seen]
    error = metrics.expected_calibration_error(confidences, [one.right for one in seen])
    return [
        Figure("top-1", float(np.mean([one.right for one in seen])), top_1),
        Figure("top-3", float(np.mean(among_three)), top_3),
        Figure("calibration error", error, ece, at_most=True),
    ]


def restricted(seen: Sequence[Seen]) -> Figure:
    """Top-1 when only the rooms of the set may be answered: the best of the first three that is one of them."""
    allowed = {one.photo.room for one in seen}
    answers = [next((c.label for c in one.ranked if c.label in allowed), None) for one in seen]
    hits = [answer is one.photo.room for answer, one in zip(answers, seen, strict=True)]
    return Figure(f"top-1 of these {len(allowed)} rooms", float(np.mean(hits)), 0.97)


def retrieval(seen: Sequence[Seen]) -> list[Figure]:
    """Photos by photo and photos by text."""
    labels = [one.photo.room for one in seen]
    images = np.stack([one.analysis.image_vector for one in seen])
    by_image = metrics.image_precision(images, labels, [one.photo.group for one in seen])
    texts = np.stack([one.analysis.text_vector for one in seen])
    questions = text_embedder().embed([query for query, _ in QUERIES])
    by_text = metrics.text_precision(questions, [room for _, room in QUERIES], texts, labels)
    return [
        Figure("image to image, P@5 by room", by_image, 0.97),
        Figure("text to image, P@20, 18 queries", float(by_text.mean()), 0.98),
    ]


def timing(seen: Sequence[Seen]) -> list[Figure]:
    """The middle photo's processor time, decoding left out, and how much of it the network takes.

    Processor time is what one idle core would need; the clock on the wall would measure the neighbours too.
    """
    network = EfficientNet.load(WEIGHTS / VISION_FILE)
    picture = np.zeros((INPUT_SIZE, INPUT_SIZE, 3), np.uint8)
    alone = [_milliseconds(lambda: network(picture)) for _ in range(11)][1:]
    return [
        Figure("network alone, CPU, median", float(np.median(alone)), 60, at_most=True, unit=" ms"),
        Figure("whole analysis, CPU, median", float(np.median([one.milliseconds for one in seen])), unit=" ms"),
    ]


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return 1e3 * (time.process_time() - started)


def show_rooms(console: Console, title: str, seen: Sequence[Seen]) -> None:
    table = Table("room", "photos", "right", "taken for", title=title, title_justify="left")
    for room in sorted({one.photo.room for one in seen}):
        mine = [one for one in seen if one.photo.room is room]
        wrong = Counter(one.ranked[0].label for one in mine if not one.right)
        mistakes = ", ".join(f"{label} {count}" for label, count in wrong.most_common(4))
        table.add_row(room, str(len(mine)), f"{np.mean([one.right for one in mine]):.3f}", mistakes)
    console.print(table)


def measure_rooms(console: Console, folder: Path, limit: int | None) -> None:
    photos = spread(room_folders(folder), limit)
    if not photos:
        raise SystemExit(f"no photos found: expected {folder}/<room>/*.jpg, such as {folder}/kitchen/1.jpg")
    seen = look(photos, console, folder.name)
    show_rooms(console, f"{folder.name}: {len(seen)} photos, all rooms allowed", seen)
    # The targets are those of a trained head; the data-free rules are measured against them all the same.
    show_figures(
        console, f"{folder.name} (targets of a trained head)", [*accuracy(seen, 0.87, 0.97, 0.05), *timing(seen)]
    )


def measure_houses(console: Console, folder: Path, limit: int | None) -> None:
    photos = spread(houses(folder), limit)
    if not photos:
        raise SystemExit(f"no photos found: expected {folder}/<house>_<room>.jpg")
    seen = look(photos, console, folder.name)
    show_rooms(console, f"{folder.name}: {len(seen)} photos, all rooms allowed", seen)
    figures = [restricted(seen), *accuracy(seen, 0.96, None, 0.05), *retrieval(seen), *timing(seen)]
    show_figures(console, folder.name, figures)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Returns the exit status: 0 whether or not a target is met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rooms", description=__doc__.split("\n")[0])
    parser.add_argument("--photos", type=Path, metavar="DIR", help="measure on DIR/<room>/*.jpg instead")
    parser.add_argument("--limit", type=int, metavar="N", help="at most N photos of each set")
    options = parser.parse_args(arguments)
    if options.limit is not None and options.limit < 1:
        parser.error("--limit must be at least 1")
    console = Console()
    if options.photos is not None:
        measure_rooms(console, options.photos, options.limit)
        return 0
    if not SHARED.is_dir():
        console.print(
            f"The photo sets are not here ({SHARED.parent.name}/photos beside the project). Use --photos DIR."
        )
        return 1
    measure_rooms(console, SHARED / "eval-rooms", options.limit)
    measure_houses(console, SHARED / "houses-train", options.limit)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
