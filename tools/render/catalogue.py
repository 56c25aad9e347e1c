"""Reads the catalogues of the Sweet Home 3D furniture packs and unpacks their archives."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

# The pack "base" inside the program itself is left out on purpose: its licence is stated in two ways.
PACK_LICENCES = {
    "BlendSwap-CC-0": "CC0 1.0",
    "BlendSwap-CC-BY": "CC BY 3.0",
    "KatorLegaz": "CC BY 3.0 US",
    "Reallusion": "CC BY 3.0 US",
    "Scopia": "CC BY 3.0",
}
PACK_AUTHORS = {
    "KatorLegaz": "Andrew Kator & Jennifer Legaz",
    "Scopia": "Scopia Visual Interfaces Systems, s.l. (http://www.scopia.es) and Emmanuel Puybaret / eTeks",
}
CATALOGUE_FILE = "PluginFurnitureCatalog.properties"


@dataclass(frozen=True)
class Model:
    """One entry of a catalogue."""

    key: str
    name: str
    pack: str
    path: Path
    size: tuple[float, float, float]
    rotation: tuple[float, ...]
    creator: str

    @property
    def licence(self) -> str:
        """Licence of the pack the model comes in."""
        return PACK_LICENCES[self.pack]


def unpack(archives: Path, target: Path) -> None:
    """Unpack every `<pack>.sh3f` (a zip archive) below `archives` into `target/<pack>`, once."""
    for archive in sorted(archives.rglob("*.sh3f")):
        folder = target / archive.stem
        if archive.stem in PACK_LICENCES and not folder.exists():
            with zipfile.ZipFile(archive) as content:
                content.extractall(folder)


def read_catalogue(models: Path) -> dict[str, Model]:
    """Models of every unpacked pack, by '<pack>/<file name without ending>'."""
    found: dict[str, Model] = {}
    for pack in PACK_LICENCES:
        catalogue = models / pack / CATALOGUE_FILE
        if catalogue.exists():
            for entry in _entries(catalogue):
                model = _model(models, pack, entry)
                found[model.key] = model
    if not found:
        raise SystemExit(f"no furniture pack found in {models}: see tools/render/README.md")
    return found


def _entries(catalogue: Path) -> list[dict[str, str]]:
    """The numbered properties 'field#number=value', one dictionary per number."""
    numbered: dict[int, dict[str, str]] = {}
    for line in catalogue.read_text(encoding="latin-1").splitlines():
        match = re.match(r"(\w+)#(\d+)=(.*)", line.strip())
        if match:
            numbered.setdefault(int(match[2]), {})[match[1]] = match[3]
    return list(numbered.values())


def _model(models: Path, pack: str, entry: dict[str, str]) -> Model:
    width, depth, height = (float(entry[side]) / 100 for side in ("width", "depth", "height"))
    return Model(
        key=f"{pack}/{Path(entry['model']).stem}",
        name=entry["name"],
        pack=pack,
        path=models / pack / entry["model"].lstrip("/"),
        size=(width, depth, height),
        rotation=tuple(float(value) for value in entry.get("modelRotation", "").split()),
        creator=entry.get("creator", "unknown"),
    )
