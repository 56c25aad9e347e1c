"""The measures of the benchmarks, on plain arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]


def expected_calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = 15) -> float:
    """How far confidence is from accuracy, averaged over equal bins of confidence by their photos.

    Guo et al., "On calibration of modern neural networks", 2017.
    """
    confidence, hit = np.asarray(confidences), np.asarray(right, np.float64)
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        (bin_of == index).mean() * abs(confidence[bin_of == index].mean() - hit[bin_of == index].mean())
        for index in np.unique(bin_of)
    ]
    return float(sum(gaps))


@dataclass(frozen=True)
class Bin:
    """The answers with a confidence from `low` to `high`: how sure they were on average, and how often right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def reliability(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> list[Bin]:
    """Equal bins of confidence that hold any answer, from the least sure up."""
    confidence, hit = np.asarray(confidences), np.asarray(right, np.float64)
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    found = []
    for index in np.unique(bin_of).tolist():
        mine = bin_of == index
        mean, share = float(confidence[mine].mean()), float(hit[mine].mean())
        found.append(Bin(index / bins, (index + 1) / bins, int(mine.sum()), mean, share))
    return found


def image_precision(vectors: FloatArray, labels: Sequence[str], groups: Sequence[str], k: int = 5) -> float:
    """Share of the k nearest photos with the same label, never counting photos of the same group.

    Args:
        vectors: (n, d), unit length.
        labels: what each photo shows.
        groups: what must not find itself, such as the house.
    """
    cosines = vectors @ vectors.T
    group = np.asarray(groups)
    cosines[group[:, None] == group[None, :]] = -2
    label = np.asarray(labels)
    nearest = np.argsort(-cosines, axis=1)[:, :k]
    return float((label[nearest] == label[:, None]).mean())


def text_precision(
    query_vectors: FloatArray, gold: Sequence[str], vectors: FloatArray, labels: Sequence[str], k: int = 20
) -> NDArray[Any]:
    """For each query the share of its k best photos that have the gold label, shape (queries,)."""
    label = np.asarray(labels)
    best = np.argsort(-(query_vectors @ vectors.T), axis=1)[:, :k]
    return np.asarray((label[best] == np.asarray(gold)[:, None]).mean(1))
