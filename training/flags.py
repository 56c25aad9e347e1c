"""Measures the flags of quality: ``python -m training.flags [--photos DIR] [--limit N]``. It learns and writes nothing.

Photos of the houses kept apart are flagged as they are, and after they were blurred, darkened, burnt out or turned; the
turn is measured on the rendered samples as well, whose camera is known to be level.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter
from rich.console import Console
from rich.progress import track

from benchmarks.photo_sets import SHARED, is_kept_apart
from roomlens.vision import quality
from roomlens.vision.pixels import light_of, linear_light, reduced
from roomlens.vision.tilt import tilt
from training import ROOT

TURNS = (-10, -7, -5, -3, -2, -1, 0, 1, 2, 3, 5, 7, 10)
_SAMPLES = ROOT / "samples"


def blurred(image: Image.Image, radius: float) -> Image.Image:
    """By a Gaussian whose deviation is so many pixels of a copy 512 pixels long."""
    return image.filter(ImageFilter.GaussianBlur(radius * max(image.size) / 512))


def moved(image: Image.Image) -> Image.Image:
    """As by a camera that moved sideways by nine pixels."""
    return image.filter(ImageFilter.BoxBlur((4, 0)))


def exposed(image: Image.Image, gain: float) -> Image.Image:
    """Every amount of light times the gain, cut off at white."""
    light = np.clip(linear_light(np.asarray(image)) * gain, 0, 1)
    curve = np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.power(np.maximum(light, 1e-9), 1 / 2.4) - 0.055)
    return Image.fromarray((255 * curve).round().astype(np.uint8))


def turned(image: Image.Image, degrees: float) -> Image.Image:
    """Clockwise, and cut to the largest part of the same shape in which no corner is empty."""
    width, height = image.size
    slope = np.radians(abs(degrees))
    share = 1 / (np.cos(slope) + max(width / height, height / width) * np.sin(slope))
    left, top = round(width * (1 - share) / 2), round(height * (1 - share) / 2)
    return image.rotate(-degrees, Image.Resampling.BICUBIC).crop((left, top, width - left, height - top))


SPOILT: dict[str, Callable[[Image.Image], Image.Image]] = {
    "as they are": lambda image: image,
    "blurred by 0.7 of 512": lambda image: blurred(image, 0.7),
    "blurred by 1 of 512": lambda image: blurred(image, 1),
    "blurred by 2 of 512": lambda image: blurred(image, 2),
    "moved sideways": moved,
    "a tenth of the light": lambda image: exposed(image, 0.1),
    "a fifth of the light": lambda image: exposed(image, 0.2),
    "three times the light": lambda image: exposed(image, 3),
    "five times the light": lambda image: exposed(image, 5),
} | {f"turned by {degrees}": lambda image, degrees=degrees: turned(image, degrees) for degrees in (-8, -5, 3, 5, 8)}


def flags_of(image: Image.Image) -> list[str]:
    """As an analysis would flag it."""
    small = reduced(np.asarray(image))
    measured = quality.measure(small, light_of(small)) | quality.resolution(image.size)
    return [flag.value for flag in quality.flags(measured)]


def opened(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print which share of each kind of copies gets which flag, and how far off the told turn is."""
    parser = argparse.ArgumentParser(prog="python -m training.flags", description=__doc__)
    parser.add_argument("--photos", type=Path, default=SHARED, help="folder with houses-train")
    parser.add_argument("--limit", type=int, default=150, help="photos to look at, chosen by lot")
    args = parser.parse_args(arguments)
    console = Console()
    houses = sorted((args.photos / "houses-train").glob("*.jpg"))
    apart = [path for path in houses if is_kept_apart(path.stem.split("_")[0])]
    chosen = random.Random(0).sample(apart, min(args.limit, len(apart)))  # noqa: S311 - seeded, not secret
    for name, spoil in SPOILT.items():
        counts = Counter(
            flag
            for path in track(chosen, name, console=console, transient=True)
            for flag in flags_of(spoil(opened(path)))
        )
        shares = {flag: round(count / len(chosen), 3) for flag, count in counts.most_common()}
        console.print(f"{name} ({len(chosen)}): {shares}")
    errors = np.array(
        [
            [tilt(turned(opened(path), degrees)).degrees - degrees for degrees in TURNS]
            for path in track(sorted(_SAMPLES.rglob("*.jpg")), console=console, transient=True)
        ]
    )
    for degrees, error in zip(TURNS, errors.T, strict=True):
        console.print(f"rendered, turned by {degrees}: median {np.median(error):+.2f}, worst {np.abs(error).max():.2f}")
    console.print(f"rendered, all: mean error {np.abs(errors).mean():.2f} degrees")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
