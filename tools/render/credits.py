"""Writes CREDITS.md: every furniture model seen in a picture, its author, licence and source."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from .catalogue import PACK_AUTHORS, Model

LICENCE_LINKS = {
    "CC0 1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC BY 3.0": "https://creativecommons.org/licenses/by/3.0/",
    "CC BY 3.0 US": "https://creativecommons.org/licenses/by/3.0/us/",
}
INTRODUCTION = """\
# Credits for the pictures

The pictures are this project's own renders. They show 3D models from Debian's package `sweethome3d-furniture` 1.8-1
(furniture packs for Sweet Home 3D), recoloured, rescaled and placed in our own scenes; walls, windows, floors, lawns
and whatever is not listed here were made by the code in `tools/render/`.
"""


def write(catalogue: Mapping[str, Model], records: Path, target: Path) -> None:
    """Collect `records` (one JSON list of model keys per picture) into a credits file."""
    pictures: dict[str, list[str]] = {}
    for record in sorted(records.glob("*.json")):
        for key in json.loads(record.read_text(encoding="utf-8")):
            pictures.setdefault(key, []).append(record.stem.replace("__", "/"))
    lines = [INTRODUCTION, "Licences:", ""]
    lines += [f"- {name}: <{link}>" for name, link in LICENCE_LINKS.items()]
    for licence in LICENCE_LINKS:
        lines += ["", f"## {licence}", ""]
        lines += [_line(catalogue[key], pictures[key]) for key in sorted(pictures) if catalogue[key].licence == licence]
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _line(model: Model, pictures: list[str]) -> str:
    title, author, address = _origin(model)
    author = author or PACK_AUTHORS.get(model.pack) or model.creator
    source = f" <{address}>," if address else ""
    named = f'"{title}" by {author}' if title else author
    return f"- {model.name} (`{model.key}`): {named},{source} in {', '.join(pictures)}"


def _origin(model: Model) -> tuple[str, str, str]:
    """Title, author and address from the text file that Blend Swap puts beside a download."""
    title = author = address = ""
    if model.pack.startswith("BlendSwap"):
        for notice in sorted(model.path.parent.glob("*.txt")):
            text = notice.read_text(encoding="utf-8", errors="replace")
            download = re.search(r'downloading "(.*?)" by (.*)', text)
            link = re.search(r"Downloaded from (\S+)", text)
            title, author = (download[1], download[2].strip()) if download else (title, author)
            address = link[1] if link else address
    return title, author, address
