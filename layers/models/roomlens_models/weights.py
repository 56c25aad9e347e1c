"""Where the built weights lie, and what they are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WEIGHTS = Path(__file__).parent / "weights"
MANIFEST = "manifest.json"

VISION_FILE = "efficientnet_lite2.safetensors"
TEXT_FILE = "minilm_l6_v2.safetensors"
VOCABULARY_FILE = "minilm_l6_v2_vocabulary.txt"
# Derived from the two networks and the class names; see tools/build_models/derived.py.
SPACES_FILE = "spaces.safetensors"


class MissingWeightsError(RuntimeError):
    """The weights were never built here."""


@dataclass(frozen=True)
class BuiltModel:
    """One entry of the manifest."""

    name: str
    version: str
    sha256: dict[str, str]  # by file name


@cache
def manifest() -> dict[str, BuiltModel]:
    """The models that were built, by name.

    Raises:
        MissingWeightsError: nothing was built yet.
    """
    try:
        text = (WEIGHTS / MANIFEST).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise MissingWeightsError("no model weights: run `python -m tools.build_models`") from error
    entries = (BuiltModel(**entry) for entry in json.loads(text)["models"])
    return {entry.name: entry for entry in entries}
