"""How well the embedded model names rooms and finds photos: ``python -m benchmarks.rooms``.

Measures on eval-rooms and on the houses kept apart from training, or on any folder of <room>/*.jpg given with
``--photos``, and compares the trained head with the rules that need no data. No head was trained, and none of its
settings chosen, on these photos; the rules' lists were adjusted while all houses were looked at.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the timing is that of one core
sys.path[:0] = [str(ROOT / "layers" / "core"), str(ROOT / "layers" / "models")]

import numpy as np  # noqa: E402 - after the path
from PIL import Image  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.progress import track  # noqa: E402

from benchmarks import metrics  # noqa: E402
from benchmarks.figures import Figure, show_figures  # noqa: E402
from benchmarks.photo_sets import SHARED, Labelled, eval_houses, room_folders, spread  # noqa: E402
from benchmarks.room_figures import (  # noqa: E402
    Answer,
    accuracy,
    restricted,
    show_heads,
    show_reliability,
    show_rooms,
)
from roomlens.text import text_embedder  # noqa: E402
from roomlens.vision import PhotoAnalysis  # noqa: E402
from roomlens.vision.embedded import EmbeddedPhotoAnalyzer  # noqa: E402
from roomlens.vision.room_head import RoomHead  # noqa: E402
from roomlens.vision.rooms import RoomRules, RoomTeller, ToldRoom  # noqa: E402
from roomlens.vocabulary import RoomType  # noqa: E402
from roomlens_models.efficientnet import INPUT_SIZE, Classification, EfficientNet  # noqa: E402
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


HEADS = ("trained", "zero_shot")


@dataclass(frozen=True)
class Seen:
    """A labelled photo, what the model said, what each head would have said, and how long that took."""

    photo: Labelled
    analysis: PhotoAnalysis
    told: Mapping[str, ToldRoom]  # by the setting's word for the head
    milliseconds: float

    def answer(self, head: str) -> Answer:
        return Answer(self.photo.room, self.told[head].ranked[:3])


class EachHead:
    """Asks every head about the photo that is being analysed, and answers with one of them."""

    def __init__(self, chosen: str) -> None:
        self._tellers: Mapping[str, RoomTeller] = {"trained": RoomHead.load(), "zero_shot": RoomRules()}
        self._chosen = chosen
        self.told: dict[str, ToldRoom] = {}

    def tell(self, seen: Classification) -> ToldRoom:
        self.told = {name: teller.tell(seen) for name, teller in self._tellers.items()}
        return self.told[self._chosen]


def look(photos: Sequence[Labelled], console: Console, name: str, head: str = "trained") -> list[Seen]:
    """Analyse every photo, decoding outside the clock."""
    each = EachHead(head)
    analyzer = EmbeddedPhotoAnalyzer.load(each)
    seen = []
    for photo in track(photos, f"{name}: {len(photos)} photos", console=console, transient=True):
        with Image.open(photo.path) as image:
            rgb = np.asarray(image.convert("RGB"))
        started = time.process_time()
        analysis = analyzer.analyze(rgb)
        seen.append(Seen(photo, analysis, each.told, 1e3 * (time.process_time() - started)))
    return seen


def answers(seen: Sequence[Seen], head: str) -> list[Answer]:
    """What one head said of each photo."""
    return [one.answer(head) for one in seen]


def retrieval(seen: Sequence[Seen]) -> list[Figure]:
    """Photos by photo and photos by text."""
    labels = [one.photo.room for one in seen]
    images = np.stack([one.analysis.image_vector for one in seen])
    by_image = metrics.image_precision(images, labels, [one.photo.group for one in seen])
    texts = np.stack([one.analysis.text_vector for one in seen])
    questions = text_embedder().embed([query for query, _ in QUERIES], question=True)
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


def measure_rooms(console: Console, folder: Path, limit: int | None, head: str) -> None:
    photos = spread(room_folders(folder), limit)
    if not photos:
        raise SystemExit(f"no photos found: expected {folder}/<room>/*.jpg, such as {folder}/kitchen/1.jpg")
    seen = look(photos, console, folder.name, head)
    show(console, folder.name, seen, head)
    show_figures(console, folder.name, [*accuracy(answers(seen, head), 0.87, 0.97, 0.05), *timing(seen)])


def measure_houses(console: Console, folder: Path, limit: int | None, head: str) -> None:
    photos = spread(eval_houses(folder), limit)
    if not photos:
        raise SystemExit(f"no photos found: expected {folder}/<house>_<room>.jpg")
    name = f"houses kept apart, of {folder.name}"
    seen = look(photos, console, name, head)
    show(console, name, seen, head)
    figures = [*accuracy(answers(seen, head), 0.96, None, 0.05), restricted(answers(seen, "zero_shot"))]
    show_figures(console, name, [*figures, *retrieval(seen), *timing(seen)])


def show(console: Console, name: str, seen: Sequence[Seen], head: str) -> None:
    """Everything about the rooms of one set: by room, by confidence, and one head beside the other."""
    title = f"{name}: {len(seen)} photos, head {head}, all rooms allowed"
    show_rooms(console, title, answers(seen, head))
    show_reliability(console, f"{name}: what confidence is worth, head {head}", answers(seen, head))
    show_heads(console, f"{name}: the heads compared", {each: answers(seen, each) for each in HEADS})


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Returns the exit status: 0 whether or not a target is met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rooms", description=__doc__.split("\n")[0])
    parser.add_argument("--photos", type=Path, metavar="DIR", help="measure on DIR/<room>/*.jpg instead")
    parser.add_argument("--head", choices=HEADS, default=HEADS[0], help="who names the rooms (default: %(default)s)")
    parser.add_argument("--limit", type=int, metavar="N", help="at most N photos of each set")
    options = parser.parse_args(arguments)
    if options.limit is not None and options.limit < 1:
        parser.error("--limit must be at least 1")
    console = Console()
    if options.photos is not None:
        measure_rooms(console, options.photos, options.limit, options.head)
        return 0
    if not SHARED.is_dir():
        console.print(
            f"The photo sets are not here ({SHARED.parent.name}/photos beside the project). Use --photos DIR."
        )
        return 1
    measure_rooms(console, SHARED / "eval-rooms", options.limit, options.head)
    measure_houses(console, SHARED / "houses-train", options.limit, options.head)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
