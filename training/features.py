"""What the vision network says of many photos, computed once and kept.

All trainers look at the same photos through the same network, at 60 ms a photo, so its answers are kept in files: one a
photo and view, named by the network's hash and the photo's own. Whatever changes makes a new name; nothing goes stale.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from rich.progress import track

from roomlens.vision.heads import at_length_one
from roomlens.vision.pixels import reduced, squashed
from roomlens_models.efficientnet import INPUT_SIZE, EfficientNet
from roomlens_models.weights import VISION_FILE, WEIGHTS, manifest
from training import ROOT

FloatArray = NDArray[np.float32]

CACHE = ROOT / "data" / "features"
CLASSES = 1000
WIDTH = 1280
# Raise it when photos are brought before the network in another way (`pixels.reduced`, `pixels.squashed`).
_PREPARATION = 1
# Photos that a worker process takes at once.
_CHUNK = 8


@dataclass(frozen=True)
class Features:
    """The network's answers, a row for each photo in the order asked."""

    logits: FloatArray  # (photos, 1000), one per ImageNet class
    features: FloatArray  # (photos, 1280), the averaged last layer, not normalised

    def __len__(self) -> int:
        return len(self.features)

    def rows(self, chosen: Sequence[int] | NDArray[np.bool_] | NDArray[np.int64]) -> Features:
        """Those rows only."""
        return Features(self.logits[chosen], self.features[chosen])

    def unit(self) -> FloatArray:
        """The features at length one, (photos, 1280): what a head is given."""
        return at_length_one(self.features)


def _crop(share: float, right: float, down: float) -> Callable[[Image.Image], Image.Image]:
    """A part of the photo with `share` of each side, placed from 0 (left, top) to 1 (right, bottom)."""

    def cut(image: Image.Image) -> Image.Image:
        width, height = image.size
        left, top = (1 - share) * right * width, (1 - share) * down * height
        return image.crop((round(left), round(top), round(left + share * width), round(top + share * height)))

    return cut


# The ways to show a photo to the network. The first is the one that an analysis uses.
VIEWS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "whole": lambda image: image,
    "mirrored": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "left": _crop(0.8, 0.0, 0.5),
    "right": _crop(0.8, 1.0, 0.5),
}


def features_of(
    paths: Sequence[Path], *, console: Console, view: str = "whole", cache_folder: Path = CACHE, title: str = "photos"
) -> Features:
    """Show photos to the network, or take its answers of an earlier day.

    Args:
        paths: photos in any format that Pillow reads.
        console: where the progress is shown.
        view: one of `VIEWS`.
        cache_folder: where answers are kept; it is made when it is missing, and may be deleted at any time.
        title: what to call the photos beside the progress.

    Raises:
        MissingWeightsError: the network was never built.
        OSError: a photo is missing or can't be decoded; the message names it.
    """
    folder = _folder(cache_folder, view)
    names = [folder / f"{hashlib.sha256(path.read_bytes()).hexdigest()}.npy" for path in paths]
    missing = {name: path for name, path in zip(names, paths, strict=True) if not name.exists()}
    if missing:
        _compute(missing, view, console, title)
    answers = np.array([np.load(name) for name in names], np.float32).reshape(-1, CLASSES + WIDTH)
    return Features(answers[:, :CLASSES].copy(), answers[:, CLASSES:].copy())


def _compute(missing: Mapping[Path, Path], view: str, console: Console, title: str) -> None:
    """Write the answers that are not there yet, on all processors; `missing` maps a file to its photo."""
    workers = min(os.cpu_count() or 1, -(-len(missing) // _CHUNK))
    # A fresh process for each worker: a copy of one with threads, such as that of the progress, may hang.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        several = pool.map if workers > 1 else map
        done = several(partial(_write, view=view), missing.keys(), missing.values())
        for _ in track(done, f"{title}, {view}", total=len(missing), console=console, transient=True):
            pass


def _folder(cache_folder: Path, view: str) -> Path:
    network = manifest()["efficientnet-lite2"].sha256[VISION_FILE]
    folder = cache_folder / f"{network[:12]}-{INPUT_SIZE}-{_PREPARATION}" / view
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _write(name: Path, path: Path, view: str) -> None:
    """Look at one photo and keep its logits and features in a row, (2280,)."""
    try:
        with Image.open(path) as image:
            picture = VIEWS[view](image.convert("RGB"))
    except OSError as error:
        raise OSError(f"{path} can't be read as a photo: {error}") from error
    seen = _network()(squashed(reduced(np.asarray(picture)), INPUT_SIZE))
    # Whole or not at all: another trainer may be reading.
    unfinished = name.with_suffix(f".{os.getpid()}.part")
    with unfinished.open("wb") as file:
        np.save(file, np.concatenate([seen.logits, seen.features]).astype(np.float32))
    unfinished.replace(name)


@cache
def _network() -> EfficientNet:
    return EfficientNet.load(WEIGHTS / VISION_FILE)
