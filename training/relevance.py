"""Measures the bars of relevance on photos: ``python -m training.relevance``.

Writes `roomlens/search/calibrations/<model>.json` for the embedded text model, and prints what the bars do to other
questions, beside one cosine for all; and how near two photos of one room and of different rooms lie.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.metrics import FloatArray
from roomlens.search.calibration import Calibration, bars_between, keep
from roomlens.search.kinds import Relevance
from roomlens.search.relevance import Judge, text_judge
from roomlens.search.sentinels import ANCHORS, ASKED, SENTINELS
from roomlens.search.words import Understood, understand
from roomlens.text import TextEmbedder, text_embedder
from roomlens.vision import photo_analyzer
from training.questions import OFF_TOPIC
from training.searching import Gallery, gallery, questions

# The cosines by which this project judged all questions alike before.
_FLAT_STRONG, _FLAT_WEAK = 0.50, 0.36
# The shares of the pairs of photos of different rooms that lie above the two bars of image cosines.
_OTHERS_STRONG, _OTHERS_WEAK = 0.02, 0.10


@dataclass(frozen=True)
class Told:
    """What became of the pairs of one kind of question with a photo: their shares that are strong, and weak or strong,
    of right and of wrong photos."""

    strong: tuple[float, float]
    weak: tuple[float, float]


def measured(embedder: TextEmbedder, photos: Gallery) -> Calibration:
    """The calibration of a text model by photos: by what lies between right ones, wrong ones and no question at all."""
    anchors = embedder.embed([caption for _, caption in ANCHORS])
    asked = embedder.embed([understand(text).text for _, text in ASKED], question=True)
    unanswered = embedder.embed([understand(text).text for text in SENTINELS], question=True)
    right = [photos.showing((room,)) for room, _ in ASKED]
    both = np.concatenate([asked, unanswered])
    texts = photos.texts
    return Calibration(bars_between(asked @ texts.T, right, unanswered @ texts.T, both @ anchors.T), anchors)


def judged(embedder: TextEmbedder, texts: Sequence[str], photos: Gallery, *, flat: bool) -> NDArray[np.int64]:
    """What each question makes of each photo, (questions, photos): 0 noise, 1 weak, 2 strong."""
    steps = {Relevance.NOISE: 0, Relevance.WEAK: 1, Relevance.STRONG: 2}
    rows = []
    for text in texts:
        asked = understand(text)
        vector = embedder.embed([asked.text], question=True)[0]
        cosines = photos.texts @ vector
        if flat:
            rows.append((cosines >= _FLAT_WEAK).astype(int) + (cosines >= _FLAT_STRONG))
            continue
        judge = Judge(text_judge(embedder, vector), None, asked.covered)
        pairs = zip(cosines, _named(asked, photos), strict=True)
        rows.append(np.array([steps[judge.of({"vector": float(one), "tags": float(has)})] for one, has in pairs]))
    return np.array(rows)


def _named(asked: Understood, photos: Gallery) -> FloatArray:
    """How much of what is asked for by name each photo has, (photos,)."""
    shows = [look.values["room_type"] in asked.rooms for look in photos.looks]
    has = [len(asked.things_in(look.tags)) / max(1, len(asked.tags)) for look in photos.looks]
    return np.maximum(np.array(shows, np.float32), np.array(has, np.float32))


def told_by_kind(levels: NDArray[np.int64], photos: Gallery) -> dict[str, Told]:
    """The shares of pairs, by kind of question."""
    kinds: dict[str, list[int]] = {}
    right = np.array([photos.showing(rooms) for _, _, rooms in questions()])
    for index, (kind, _, _) in enumerate(questions()):
        kinds.setdefault(kind, []).append(index)
        kinds.setdefault("all", []).append(index)
    return {kind: _told(levels[rows], right[rows]) for kind, rows in kinds.items()}


def _told(levels: NDArray[np.int64], right: NDArray[np.bool_]) -> Told:
    shares = [[float((levels[of] >= least).mean()) for of in (right, ~right)] for least in (2, 1)]
    return Told((shares[0][0], shares[0][1]), (shares[1][0], shares[1][1]))


def show(console: Console, title: str, embedder: TextEmbedder, photos: Gallery, *, flat: bool) -> None:
    """Prints what the bars, or one cosine for all, do to the questions of development."""
    table = Table("questions", "right strong", "wrong strong", "right weak", "wrong weak", title=title)
    levels = judged(embedder, [text for _, text, _ in questions()], photos, flat=flat)
    for kind, told in told_by_kind(levels, photos).items():
        table.add_row(kind, *(f"{share:.2f}" for share in (*told.strong, *told.weak)))
    console.print(table)
    off = judged(embedder, OFF_TOPIC, photos, flat=flat).max(1)
    console.print(f"{len(OFF_TOPIC)} off-topic questions: {np.mean(off < 2):.2f} without a strong hit, "
                  f"{np.mean(off < 1):.2f} without any")  # fmt: skip
    console.print([text for text, level in zip(OFF_TOPIC, off, strict=True) if level == 2])


def show_images(console: Console, photos: Gallery) -> None:
    """Prints how near photos of one room lie to each other, and photos of different rooms."""
    vectors, rooms = photos.images, photos.rooms
    cosines = vectors @ vectors.T
    same = rooms[:, None] == rooms[None, :]
    other = ~np.eye(len(rooms), dtype=bool)
    table = Table("bar", "of one room above", "of different rooms above", title="pairs of photos by their image cosine")
    weak, strong = np.quantile(cosines[~same], [1 - _OTHERS_WEAK, 1 - _OTHERS_STRONG])
    for name, bar in (("weak", weak), ("strong", strong)):
        above = cosines >= bar
        table.add_row(f"{name} {bar:.2f}", f"{above[same & other].mean():.2f}", f"{above[~same].mean():.3f}")
    console.print(table)


def main(arguments: list[str] | None = None) -> int:
    """Measure, write and print."""
    argparse.ArgumentParser(prog="python -m training.relevance", description=__doc__.split("\n")[0]).parse_args(
        arguments
    )
    console = Console()
    photos, embedder = gallery(console), text_embedder()
    vision = photo_analyzer().model
    where = f"{len(photos.photos)} photos (training.searching) by {vision.name}@{vision.version}"
    path = keep(embedder.model, measured(embedder, photos), where)
    console.print(f"wrote {path.name}")
    show(console, "one cosine for all", embedder, photos, flat=True)
    show(console, "by calibration", embedder, photos, flat=False)
    show_images(console, photos)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
