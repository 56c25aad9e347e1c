"""Knows whether the weights are those that today's sources and pins would build.

Imports no numpy, so that asking costs a few hundredths of a second.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from tools.build_models.wheels import file_sha256

STAMP = ".stamp.json"


def inputs_digest(paths: Iterable[Path]) -> str:
    """One hash over everything that decides the bytes of the output."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path.name} {file_sha256(path)}\n".encode())
    return digest.hexdigest()


def is_current(folder: Path, digest: str) -> bool:
    """Whether ``folder`` holds, unharmed, what these inputs gave the last time."""
    try:
        stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
        return bool(stamp["inputs"] == digest) and all(
            file_sha256(folder / name) == sha256 for name, sha256 in stamp["outputs"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def write(folder: Path, digest: str, outputs: dict[str, str]) -> None:
    """Record what was built, last of all, so that an interrupted build is never taken for a whole one."""
    text = json.dumps({"inputs": digest, "outputs": outputs}, indent=1)
    (folder / STAMP).write_text(text, encoding="utf-8")
