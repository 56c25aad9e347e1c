"""The small heads that were trained here, and what is known of each.

A head is two files: tensors, and a card in JSON that names their sha256, the photos they were learned from with their
terms, and the figures of cross-validation. ``python -m training.…`` writes both; they are committed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from roomlens_models.tensorfile import Tensor, read_tensors

HEADS = Path(__file__).parent


class WrongHeadError(RuntimeError):
    """A head is missing, or its files do not belong together."""


@dataclass(frozen=True)
class Head:
    """A head as it lies on the disk."""

    tensors: Mapping[str, Tensor]
    metadata: Mapping[str, str]
    sha256: str  # of the tensors' file


def read_head(name: str, folder: Path = HEADS) -> Head:
    """Read ``<name>.safetensors`` and hold it to the hash in ``<name>.json``.

    Raises:
        WrongHeadError: one of the two is missing or broken, or the hash is another.
    """
    path, card = folder / f"{name}.safetensors", folder / f"{name}.json"
    try:
        promised = json.loads(card.read_text(encoding="utf-8"))["sha256"]
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != promised:
            raise WrongHeadError(f"{path.name} is not the file that {card.name} describes: its sha256 is {found}")
        file = read_tensors(path)
    except (OSError, ValueError, KeyError) as error:
        raise WrongHeadError(f"the head {name!r} can't be read: {error}") from error
    return Head(file.tensors, file.metadata, found)
