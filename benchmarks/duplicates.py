"""How well copies of a photo are told from other photos: ``python -m benchmarks.duplicates``.

Copies are made here, from photos of houses: cut, shifted, brighter, darker, smaller, mirrored. Other photos are all
those of other houses. The threshold of `same_scene` is chosen on the training houses; what it is worth is measured on
the houses that are kept apart.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path[:0] = [str(ROOT / "layers" / "core"), str(ROOT / "layers" / "models")]

import numpy as np  # noqa: E402 - after the path
from numpy.typing import NDArray  # noqa: E402
from PIL import Image, ImageEnhance  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.progress import track  # noqa: E402
from rich.table import Table  # noqa: E402

from benchmarks.figures import Figure, show_figures  # noqa: E402
from benchmarks.photo_sets import SHARED, Labelled, eval_houses, spread, training_houses  # noqa: E402
from roomlens.duplicates import EDITED_BITS, SAME_SCENE  # noqa: E402
from roomlens.versions import model_in_force  # noqa: E402
from roomlens.vision import photo_analyzer  # noqa: E402
from roomlens.vision.hashes import perceptual_hash  # noqa: E402

FloatArray = NDArray[np.float32]
# The share of pairs of different photos that may count as one scene when a threshold is chosen: one in a hundred
# thousand, since a photo is compared with all others.
MOST_FALSE: Final = 1e-5


def _cut(share: float, right: float, down: float) -> Callable[[Image.Image], Image.Image]:
    """A part with `share` of each side, placed from 0 (left, top) to 1 (right, bottom)."""

    def cut(image: Image.Image) -> Image.Image:
        width, height = image.size
        left, top = (1 - share) * right * width, (1 - share) * down * height
        return image.crop((round(left), round(top), round(left + share * width), round(top + share * height)))

    return cut


def _exposed(factor: float) -> Callable[[Image.Image], Image.Image]:
    return lambda image: ImageEnhance.Brightness(image).enhance(factor)


def _small(image: Image.Image) -> Image.Image:
    out = io.BytesIO()
    image.resize((image.width // 2, image.height // 2)).save(out, "JPEG", quality=50)
    return Image.open(out).convert("RGB")


# A shift is what a camera on the same tripod would have seen beside: a corner of a slightly wider picture.
EDITS: Final[Mapping[str, Callable[[Image.Image], Image.Image]]] = {
    "half the size, JPEG 50": _small,
    "brighter by 30 %": _exposed(1.3),
    "darker by 30 %": _exposed(0.7),
    "shifted by 3 %": _cut(0.97, 1.0, 0.0),
    "cut to 95 %": _cut(0.95, 0.5, 0.5),
    "cut to 90 %": _cut(0.90, 0.3, 0.6),
    "cut to 80 %": _cut(0.80, 0.5, 0.3),
    "mirrored": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
}
# What the threshold is chosen for; a mirrored photo is only reported.
CHOSEN_FOR: Final = tuple(name for name in EDITS if name != "mirrored")


@dataclass(frozen=True)
class Prints:
    """What photos are compared by, a row or number for each."""

    vectors: FloatArray  # (photos, 768), unit length
    hashes: list[int]

    def __len__(self) -> int:
        return len(self.hashes)


@dataclass(frozen=True)
class Measured:
    """Copies and other photos, as far apart as they are."""

    copies: Mapping[str, tuple[FloatArray, NDArray[np.int64]]]  # cosines and bits of each photo with its copy
    others: FloatArray  # cosines of all pairs of photos of different houses that are not each other's copies


def prints_of(
    photos: Sequence[Labelled], edit: Callable[[Image.Image], Image.Image], console: Console, name: str
) -> Prints:
    """Looks at photos after an edit."""
    analyzer, vectors, hashes = photo_analyzer(), [], []
    for photo in track(photos, name, console=console, transient=True):
        with Image.open(photo.path) as image:
            rgb = np.asarray(edit(image.convert("RGB")))
        vectors.append(analyzer.image_vector(rgb))
        hashes.append(perceptual_hash(rgb))
    return Prints(np.stack(vectors), hashes)


def bits_between(one: Sequence[int], other: Sequence[int]) -> NDArray[np.int64]:
    """In how many bits the hashes differ, one by one."""
    return np.array([(a ^ b).bit_count() for a, b in zip(one, other, strict=True)], np.int64)


def measure(photos: Sequence[Labelled], edited: Sequence[Labelled], console: Console) -> Measured:
    """`edited` are those of the photos of which copies are made."""
    originals = prints_of(photos, lambda image: image, console, "originals")
    index = {photo.path: row for row, photo in enumerate(photos)}
    rows = [index[photo.path] for photo in edited]
    copies = {}
    for name, edit in EDITS.items():
        made = prints_of(edited, edit, console, name)
        cosines = np.einsum("ij,ij->i", made.vectors, originals.vectors[rows])
        copies[name] = (cosines, bits_between(made.hashes, [originals.hashes[row] for row in rows]))
    return Measured(copies, between_houses(photos, originals))


def between_houses(photos: Sequence[Labelled], prints: Prints) -> FloatArray:
    """Cosines of pairs of different houses; a pair within the bits of an edited photo is one photo, listed twice."""
    group = np.array([photo.group for photo in photos])
    one, other = np.triu_indices(len(prints), 1)
    apart = group[one] != group[other]
    one, other = one[apart], other[apart]
    cosines = (prints.vectors @ prints.vectors.T)[one, other]
    hashes = np.array(prints.hashes, np.uint64)
    differing = np.bitwise_count(hashes[one] ^ hashes[other])
    return np.asarray(cosines[differing > EDITED_BITS], np.float32)


def choose(measured: Measured) -> float:
    """The lowest threshold, in steps of 0.01, that at most `MOST_FALSE` of the pairs of different photos reach."""
    steps = np.arange(50, 100) / 100
    return float(next(step for step in steps if np.mean(measured.others >= step) <= MOST_FALSE))


def show(console: Console, title: str, measured: Measured, threshold: float) -> None:
    """For each edit the share of copies that are found as `edited`, as `same_scene`, and not at all."""
    table = Table("copy", "edited", "same_scene", "not found", title=title, title_justify="left")
    for name, (cosines, bits) in measured.copies.items():
        edited = bits <= EDITED_BITS
        scene = ~edited & (cosines >= threshold)
        shares = (edited, scene, ~edited & ~scene)
        table.add_row(name, *(f"{100 * share.mean():.0f} %" for share in shares))
    console.print(table)
    found = [(bits <= EDITED_BITS) | (cosines >= threshold) for cosines, bits in map(measured.copies.get, CHOSEN_FOR)]  # type: ignore[misc]
    false = int((measured.others >= threshold).sum())
    figures = [
        Figure("copies found, mirrored ones left out", float(np.concatenate(found).mean())),
        Figure("pairs of different photos", float(len(measured.others)), digits=0),
        Figure(f"of them taken for one scene, at {threshold:.2f}", float(false), digits=0),
        Figure("share taken for one scene", false / len(measured.others), MOST_FALSE, at_most=True, digits=7),
    ]
    show_figures(console, title, figures)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Returns the exit status: 0 whether or not a target is met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.duplicates", description=__doc__.split("\n")[0])
    parser.add_argument("--edited", type=int, default=150, metavar="N", help="make copies of N photos (150)")
    parser.add_argument("--choose", action="store_true", help="choose the threshold anew, on the training houses")
    options = parser.parse_args(arguments)
    if options.edited < 1:
        parser.error("--edited must be at least 1")
    console = Console()
    if not SHARED.is_dir():
        console.print(f"The photo sets are not here ({SHARED.parent.name}/photos beside the project).")
        return 1
    photos = (training_houses if options.choose else eval_houses)(SHARED / "houses-train")
    measured = measure(photos, spread(photos, options.edited), console)
    threshold = SAME_SCENE.get(model_in_force().name, 1.0)
    if options.choose:
        console.print(f"In force: {threshold:.2f}. Chosen: {choose(measured):.2f}.")
        threshold = choose(measured)
    show(console, "training houses" if options.choose else "houses kept apart", measured, threshold)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
