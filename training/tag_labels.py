"""What one person saw in photos (``training/labels/tags``), and which photos are kept for measuring."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from benchmarks.photo_sets import SHOWN_AGAIN, is_kept_apart
from training import ROOT

LABELS = ROOT / "training" / "labels" / "tags"
# Houses of which a photo is in the set twice.
_TWINS = frozenset({*SHOWN_AGAIN, *SHOWN_AGAIN.values()})


@dataclass(frozen=True)
class Look:
    """One photo, and what was seen in it."""

    photo_set: str
    file: str
    seen: dict[str, bool]  # by tag; what could not be made out is missing

    @property
    def path(self) -> str:
        """Below the folder of photo sets."""
        return f"{self.photo_set}/{self.file}"

    @property
    def house(self) -> str:
        """What must not be on both sides of a comparison: the house, or the photo itself where none is known."""
        number = self.file.split("_")[0]
        return f"house {number}" if self.photo_set == "houses-train" else self.path

    @property
    def for_measuring(self) -> bool:
        """Kept apart: never trained on, no threshold chosen on it."""
        return for_measuring(self.photo_set, self.file)

    @property
    def for_training(self) -> bool:
        """Neither kept apart, nor a house that is listed a second time among those kept apart."""
        twin = self.photo_set == "houses-train" and self.file.split("_")[0] in _TWINS
        return not self.for_measuring and not twin


@dataclass(frozen=True)
class RuleLook:
    """A photo on which a rule spoke, and whether it was right."""

    tag: str
    photo_set: str
    file: str
    right: bool

    @property
    def path(self) -> str:
        """Below the folder of photo sets."""
        return f"{self.photo_set}/{self.file}"


def for_measuring(photo_set: str, file: str) -> bool:
    """Whether a photo is kept apart: all of eval-rooms, and the houses whose number is divisible by five."""
    if photo_set == "houses-train":
        return is_kept_apart(file.split("_")[0])
    return photo_set.startswith("eval-")


def looks(kind: str, folder: Path = LABELS) -> list[Look]:
    """What was seen in the photos of one kind, such as `kitchen`, in the order written down.

    Raises:
        FileNotFoundError: nobody looked at photos of that kind.
    """
    with (folder / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        return [
            Look(row.pop("set"), row.pop("file"), {tag: value == "1" for tag, value in row.items() if value})
            for row in csv.DictReader(file)
        ]


def rule_looks(folder: Path = LABELS) -> list[RuleLook]:
    """Whether rules were right, photo by photo."""
    with (folder / "rules.csv").open(encoding="utf-8", newline="") as file:
        return [RuleLook(row["tag"], row["set"], row["file"], row["right"] == "1") for row in csv.DictReader(file)]
