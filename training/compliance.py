"""Trains and measures the head for marks on photos: ``python -m training.compliance [--photos DIR] [--dry-run]``.

A logistic regression for each mark, from the network's features: photos with a drawn mark (`training.overlays`) against
photos as they are. Learnt from houses that are not kept apart and from four fifths of train-rooms, in one family of
type faces; measured on the houses kept apart and the last fifth, in another. Most photos of houses bear a listing
service's small mark in a corner: they count as clean here, because that mark is too small for this network.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console

from benchmarks.photo_sets import SHARED, is_kept_apart
from roomlens.vision.compliance import HEAD_NAME, TOLD_BY_HEAD, ComplianceHead
from roomlens.vocabulary import ComplianceFlag
from roomlens_models.heads import HEADS
from training import ROOT, overlays
from training.cards import write_head
from training.features import features_of
from training.logistic import calibration, fit, wilson

Array = NDArray[np.float64]

DRAWN = ROOT / "data" / "drawn"
DRAWING: dict[ComplianceFlag, overlays.Draw] = {
    ComplianceFlag.TEXT_OVERLAY: overlays.caption,
    ComplianceFlag.WATERMARK: overlays.watermark,
    ComplianceFlag.SCREENSHOT: overlays.screenshot,
}
# Photos with each mark, to learn from and to measure on.
_LEARNT = {ComplianceFlag.TEXT_OVERLAY: 220, ComplianceFlag.WATERMARK: 220, ComplianceFlag.SCREENSHOT: 140}
_MEASURED = {ComplianceFlag.TEXT_OVERLAY: 80, ComplianceFlag.WATERMARK: 80, ComplianceFlag.SCREENSHOT: 60}
# The share of clean photos, none of them learnt from, that a threshold lets through.
_LET_THROUGH = {ComplianceFlag.TEXT_OVERLAY: 0.01, ComplianceFlag.WATERMARK: 0.005, ComplianceFlag.SCREENSHOT: 0.002}
_CLEAN = 1400
# 0.003 to 0.1 do alike.
_PENALTY = 0.01
_FOLDS = 5
# One in so many photos of train-rooms is measured on and not learnt from.
_EVERY = 5


@dataclass(frozen=True)
class Sets:
    """Features at length one, (photos, 1280) each."""

    clean: Array
    drawn: dict[ComplianceFlag, Array]


def parted(photos: Path, *, kept_apart: bool) -> tuple[list[Path], list[Path]]:
    """Photos of houses, and of train-rooms: those to measure on, or those to learn from."""
    houses = sorted((photos / "houses-train").glob("*.jpg"))
    rooms = sorted((photos / "train-rooms").rglob("*.jpg"))
    return (
        [path for path in houses if is_kept_apart(path.stem.split("_")[0]) is kept_apart],
        [path for place, path in enumerate(rooms) if (place % _EVERY == 0) is kept_apart],
    )


def drawn(photos: Path, folder: Path, *, kept_apart: bool) -> dict[ComplianceFlag, list[Path]]:
    """Draw marks onto photos chosen by lot, half of them of houses, and say where they lie. Seeded."""
    counts = _MEASURED if kept_apart else _LEARNT
    faces = overlays.OTHER_FACES if kept_apart else overlays.LEARNT_FACES
    houses, rooms = parted(photos, kept_apart=kept_apart)
    lot = random.Random(int(kept_apart))  # noqa: S311 - seeded, not secret
    found: dict[ComplianceFlag, list[Path]] = {}
    for flag, draw in DRAWING.items():
        half = counts[flag] // 2
        chosen = lot.sample(houses, min(half, len(houses))) + lot.sample(rooms, min(half, len(rooms)))
        place = folder / ("measured" if kept_apart else "learnt") / flag.value
        place.mkdir(parents=True, exist_ok=True)
        found[flag] = [
            _marked(path, place / f"{number}.jpg", draw, number, faces) for number, path in enumerate(chosen)
        ]
    return found


def _marked(source: Path, target: Path, draw: Callable[..., Image.Image], seed: int, faces: Sequence[str]) -> Path:
    with Image.open(source) as photo:
        lot = random.Random(seed)  # noqa: S311 - as above
        draw(photo.convert("RGB"), lot, faces).save(target, "JPEG", quality=88)
    return target


def sets_of(photos: Path, folder: Path, console: Console, *, kept_apart: bool) -> Sets:
    """Show clean and marked photos to the network."""
    houses, rooms = parted(photos, kept_apart=kept_apart)
    clean = features_of([*houses, *rooms], console=console, title="clean").unit()
    marked = drawn(photos, folder, kept_apart=kept_apart)
    return Sets(
        np.asarray(clean, np.float64),
        {
            flag: np.asarray(features_of(paths, console=console, title=flag.value).unit(), np.float64)
            for flag, paths in marked.items()
        },
    )


def trained(sets: Sets) -> dict[str, NDArray[np.float32]]:
    """The tensors of `ComplianceHead`. Thresholds come from clean photos that the lines never saw."""
    order = np.random.default_rng(0).permutation(len(sets.clean))
    seen, unseen = sets.clean[order[:_CLEAN]], sets.clean[order[_CLEAN:]]
    rows = []
    for flag in TOLD_BY_HEAD:
        marked = sets.drawn[flag]
        without = [seen]
        if flag is ComplianceFlag.SCREENSHOT:  # text alone makes no screenshot
            without += [other for kind, other in sets.drawn.items() if kind is not flag]
        x = np.vstack([marked, *without])
        present = np.concatenate([np.ones(len(marked)), np.zeros(len(x) - len(marked))])
        line = fit(x, present, _PENALTY)
        threshold = float(np.quantile(line.scores(unseen), 1 - _LET_THROUGH[flag]))
        rows.append((line, threshold, *calibration(_cross_fitted(x, present), present)))
    return {
        "weights": np.array([line.weight for line, *_ in rows], np.float32),
        "bias": np.array([line.bias for line, *_ in rows], np.float32),
        "thresholds": np.array([threshold for _, threshold, *_ in rows], np.float32),
        "slopes": np.array([slope for *_, slope, _ in rows], np.float32),
        "offsets": np.array([offset for *_, offset in rows], np.float32),
    }


def _cross_fitted(x: Array, present: Array) -> Array:
    """Each photo's score by a line that did not see it."""
    fold = np.random.default_rng(1).permutation(len(x)) % _FOLDS
    scores = np.zeros(len(x))
    for part in range(_FOLDS):
        scores[fold == part] = fit(x[fold != part], present[fold != part], _PENALTY).scores(x[fold == part])
    return scores


def figures(sets: Sets, tensors: dict[str, NDArray[np.float32]]) -> dict[str, dict[str, str]]:
    """What share of drawn marks is found, and of clean photos flagged, with 95 % intervals."""
    head = ComplianceHead(tensors)
    thresholds = tensors["thresholds"]
    found = {}
    for row, flag in enumerate(TOLD_BY_HEAD):
        told = {kind.value: head.scores(x.astype(np.float32))[:, row] for kind, x in sets.drawn.items()}
        told |= {"clean": head.scores(sets.clean.astype(np.float32))[:, row]}
        found[flag.value] = {
            f"flagged of {kind}": _share(int((scores >= thresholds[row]).sum()), len(scores))
            for kind, scores in told.items()
        }
    return found


def _share(flagged: int, photos: int) -> str:
    low, high = wilson(flagged, photos)
    return f"{flagged}/{photos} [{low:.3f}, {high:.3f}]"


_CARD = {
    "what": "three lines through EfficientNet-Lite2 features: text overlay, watermark across the picture, screenshot",
    "learnt from": "marks drawn by training.overlays onto houses-train (without houses whose id is divisible by 5; see "
    "condition.json) and four fifths of train-rooms (a subset of Places365, for research); no photo is in the file",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, train, measure, and write weights and card (but for `--dry-run`)."""
    parser = argparse.ArgumentParser(prog="python -m training.compliance", description=__doc__)
    parser.add_argument("--photos", type=Path, default=SHARED, help="folder with houses-train and train-rooms")
    parser.add_argument("--drawn", type=Path, default=DRAWN, help="folder for the photos with marks")
    parser.add_argument("--out", type=Path, default=HEADS, help="folder for the weights and their card")
    parser.add_argument("--dry-run", action="store_true", help="measure, but write nothing")
    args = parser.parse_args(arguments)
    console = Console()
    tensors = trained(sets_of(args.photos, args.drawn, console, kept_apart=False))
    measured = figures(sets_of(args.photos, args.drawn, console, kept_apart=True), tensors)
    console.print_json(data=measured)
    if not args.dry_run:
        card = _CARD | {"figures, on houses kept apart and a fifth of train-rooms, in other type faces": measured}
        console.print(write_head(HEAD_NAME, tensors, card, args.out))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
