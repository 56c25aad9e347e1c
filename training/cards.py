"""Puts a trained head and the card about it in place, as `roomlens_models.heads` reads them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from roomlens_models.tensorfile import Tensor, write_tensors


def write_head(
    name: str,
    tensors: Mapping[str, Tensor],
    card: Mapping[str, Any],
    folder: Path,
    metadata: Mapping[str, str] | None = None,
) -> str:
    """Write ``<name>.safetensors`` and its card, and say the sha256. The same arguments, the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.safetensors"
    write_tensors(path, tensors, metadata or {"made by": f"python -m training.{name}"})
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    text = json.dumps({"sha256": sha256, "bytes": path.stat().st_size} | dict(card), indent=2, ensure_ascii=False)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    return sha256
