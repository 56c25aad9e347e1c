"""What the embedded analyzer says of many photos, looked up once and kept: one small file a photo.

Kept under the model's version, which changes with every rule and threshold, and the photo's own hash. Deleting the
folder loses nothing but time.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from rich.progress import track

from roomlens.photos.looking import analysis_values
from roomlens.vision import PhotoAnalysis, photo_analyzer

CACHE = Path(__file__).resolve().parents[1] / "data" / "looks"


@dataclass(frozen=True)
class Look:
    """One photo as the tables keep it."""

    sha256: str
    values: dict[str, Any]  # the columns of `analyses`
    text_vector: NDArray[np.float32]  # (1536,)
    image_vector: NDArray[np.float32]  # (768,)

    @property
    def tags(self) -> frozenset[str]:
        return frozenset(feature["tag"] for feature in self.values["features"])


@dataclass(frozen=True)
class Edit:
    """What is done to a photo before it is looked at; the name says all of it, for looks are kept under it."""

    name: str
    apply: Callable[[Image.Image], Image.Image]


def looks_at(
    paths: Sequence[Path],
    *,
    console: Console,
    title: str = "photos",
    cache: Path = CACHE,
    edit: Edit | None = None,
) -> list[Look]:
    """Analyse photos, or take what was said of them before, in the order asked.

    Raises:
        ConfigurationError: the weights were never built.
        OSError: a photo is missing or can't be decoded.
    """
    model = photo_analyzer().model
    folder = cache / f"{model.name}@{model.version}-{model.weights_sha256[:8]}"
    folder.mkdir(parents=True, exist_ok=True)
    steps = track(paths, f"{title}: {len(paths)} photos", console=console, transient=True)
    return [_look(path, folder, edit) for path in steps]


def _look(path: Path, folder: Path, edit: Edit | None) -> Look:
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    kept = folder / (f"{sha256}-{edit.name}.npz" if edit else f"{sha256}.npz")
    if not kept.exists():
        with Image.open(BytesIO(content)) as image:
            picture = image.convert("RGB")
            _keep(kept, photo_analyzer().analyze(np.asarray(edit.apply(picture) if edit else picture)))
    with np.load(kept, allow_pickle=False) as file:
        return Look(sha256, orjson.loads(file["values"].tobytes()), file["text_vector"], file["image_vector"])


def _keep(path: Path, seen: PhotoAnalysis) -> None:
    """Whole or not at all: another run may be reading."""
    values = np.frombuffer(orjson.dumps(analysis_values(seen)), np.uint8)
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    with unfinished.open("wb") as file:
        np.savez(file, values=values, text_vector=seen.text_vector, image_vector=seen.image_vector)
    unfinished.replace(path)
