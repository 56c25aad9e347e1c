"""What one person gave rooms of houses-train for daylight and condition, before any score was computed.

From 0 to 10, looking at copies some 400 pixels wide. A check, not the truth.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.photo_sets import is_kept_apart

RATINGS = Path(__file__).parent / "labels" / "ratings.csv"
_DRAWS = 2000


@dataclass(frozen=True)
class Rated:
    """One photo and its ratings."""

    file: str
    daylight: float
    condition: float

    @property
    def house(self) -> int:
        return int(self.file.split("_")[0])

    @property
    def kept_apart(self) -> bool:
        return is_kept_apart(self.house)


def ratings(table: Path) -> list[Rated]:
    """All rated photos, in the file's order."""
    with table.open(newline="", encoding="utf-8") as file:
        return [Rated(row["file"], float(row["daylight"]), float(row["condition"])) for row in csv.DictReader(file)]


def spearman(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """The correlation of the ranks, equal values sharing theirs; 0 where one of the two is constant."""
    first, second = _ranks(one), _ranks(other)
    if min(np.ptp(first), np.ptp(second)) == 0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


def interval(one: NDArray[np.float64], other: NDArray[np.float64]) -> tuple[float, float, float]:
    """Spearman's correlation and its 95 % interval, by drawing photos with replacement (seeded)."""
    random = np.random.default_rng(0)
    draws = (random.integers(0, len(one), len(one)) for _ in range(_DRAWS))
    low, high = np.percentile([spearman(one[draw], other[draw]) for draw in draws], [2.5, 97.5])
    return spearman(one, other), float(low), float(high)


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    ordered = np.sort(values)
    return np.asarray((np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")) / 2)
