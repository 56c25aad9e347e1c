"""What the head of rooms leaves open, chosen by cross-validation: penalty, shares of photos, calibration, thresholds.

A photo is always judged by a head that saw no photo of the same house.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from training.multinomial import Array, FloatArray, IntArray, Multinomial, fit

FOLDS = 5
# Directions of the features that are kept while fitting. They hold 0.91 of the variance; with all 1,280 the answers
# are the same to the third digit and a fit takes four times as long.
KEPT = 400
PENALTIES = (0.02, 0.035, 0.05, 0.075, 0.1, 0.15)
HOUSE_SHARES = (0.3, 1.0, 3.0)
TEMPERATURES: tuple[float, ...] = tuple(np.exp(np.linspace(-0.7, 0.7, 141)).tolist())
# An abstention has to be rare: at most this share of the photos. And it has to be deserved: at most this share of the
# answers that it holds back were right.
MAY_ABSTAIN = 1 / 100
DESERVED = 1 / 2
# Fewer photos than this say nothing about a share.
_FEWEST = 10
# The share of photos of rooms that the rule "nothing speaks for a home" may cost.
MAY_FALL_SILENT = 1 / 500


@dataclass(frozen=True)
class Table:
    """The training photos, a row each."""

    inputs: FloatArray  # (photos, width), of the photo as it is
    mirrored: FloatArray  # (photos, width)
    labels: IntArray  # (photos,), indices of classes
    from_houses: NDArray[np.bool_]  # (photos,), else from the folders of rooms
    folds: IntArray  # (photos,), 0 to FOLDS - 1

    @property
    def classes(self) -> int:
        return int(self.labels.max()) + 1

    def turned(self, frame: Frame) -> Table:
        """The same photos in another frame."""
        return replace(self, inputs=frame.apply(self.inputs), mirrored=frame.apply(self.mirrored))


@dataclass(frozen=True)
class Choice:
    """The settings of a fit."""

    penalty: float = 0.05
    house_share: float = 1.0  # how much a photo of the houses counts; one of the folders counts one
    mirrored: bool = True  # whether every photo is also learned from in the mirror


@dataclass(frozen=True)
class Frame:
    """Centred inputs of about unit deviation, in fewer directions; linear, so that a fit can be brought back."""

    mean: Array  # (width,)
    turn: Array  # (width, kept)

    def apply(self, x: FloatArray) -> FloatArray:
        return np.asarray((x - self.mean) @ self.turn, np.float32)

    def brought_back(self, fitted: Multinomial) -> Multinomial:
        """The same log-odds from the inputs as they were."""
        weight = self.turn @ fitted.weight
        return Multinomial(weight, fitted.bias - self.mean @ weight)


def frame_of(x: FloatArray, features: int, kept: int = KEPT) -> Frame:
    """The frame of some photos' inputs.

    Args:
        x: (photos, width); the first `features` of them have a sum of squares of one, the rest any scale.
        features: how many inputs share one scale and are turned to their leading directions.
        kept: how many directions are kept at most.
    """
    mean = x.mean(0, dtype=np.float64)
    centred = x - mean
    leading = np.linalg.svd(centred[:, :features], full_matrices=False)[2][:kept].T
    rest = x.shape[1] - features
    turn = np.zeros((x.shape[1], leading.shape[1] + rest))
    # The root of their number gives inputs whose squares sum to one a mean square of one.
    turn[:features, : leading.shape[1]] = np.sqrt(features) * leading
    deviation = np.maximum(centred[:, features:].std(0), 1e-6)
    turn[features:, leading.shape[1] :] = np.diag(1 / deviation)
    return Frame(mean, turn)


def fold_of(group: str) -> int:
    """Where a house, or a photo of its own, belongs: by its name alone, so that it never moves."""
    return int(hashlib.sha256(group.encode()).hexdigest(), 16) % FOLDS


def fitted(table: Table, rows: NDArray[np.bool_], choice: Choice) -> Multinomial:
    """A fit to some of the photos."""
    x, labels = table.inputs[rows], table.labels[rows]
    weights = np.where(table.from_houses[rows], choice.house_share, 1.0)
    if choice.mirrored:
        x = np.concatenate([x, table.mirrored[rows]])
        labels, weights = np.tile(labels, 2), np.tile(weights, 2)
    return fit(x, labels, table.classes, choice.penalty, weights)


def held_out(table: Table, choice: Choice) -> Array:
    """Log-odds of every photo from a fit that saw none of its fold, (photos, classes)."""
    logits = np.empty((len(table.labels), table.classes))
    for fold in range(FOLDS):
        out = table.folds == fold
        logits[out] = fitted(table, ~out, choice).logits(table.inputs[out])
    return logits


def surprise(table: Table, logits: Array) -> float:
    """Mean -log confidence in the right room; the folders and the houses count alike, however many photos they have."""
    top = logits.max(1, keepdims=True)
    lost = top[:, 0] + np.log(np.exp(logits - top).sum(1)) - logits[np.arange(len(logits)), table.labels]
    sources = [lost[table.from_houses == house] for house in (False, True)]
    return float(np.mean([source.mean() for source in sources if len(source)]))


def chosen(table: Table, track: Callable[[list[Choice], str], list[Choice]]) -> tuple[Choice, Array]:
    """The settings with the least surprise once calibrated, one after the other, and their held-out log-odds.

    Args:
        table: in the frame of the fit.
        track: given what is tried and its name, gives it back one by one, and shows how far it is.
    """
    best, logits = Choice(), held_out(table, Choice())
    sweeps = (
        ("penalty", [{"penalty": penalty} for penalty in PENALTIES]),
        ("share of the houses", [{"house_share": share} for share in HOUSE_SHARES]),
        ("mirrored photos", [{"mirrored": mirrored} for mirrored in (False, True)]),
    )
    for name, changes in sweeps:
        start = best
        for choice in track([replace(start, **change) for change in changes], name):
            tried = held_out(table, choice)
            if calibrated(table, tried) < calibrated(table, logits):
                best, logits = choice, tried
    return best, logits


def temperature(table: Table, logits: Array) -> float:
    """What held-out log-odds are divided by so that confidences hold what they promise (Guo et al. 2017)."""
    losses = [surprise(table, logits / degrees) for degrees in TEMPERATURES]
    return TEMPERATURES[int(np.argmin(losses))]


def calibrated(table: Table, logits: Array) -> float:
    """The surprise that is left at the best temperature: a strong penalty alone is no false modesty."""
    return surprise(table, logits / temperature(table, logits))


def abstention(confidences: Array, right: NDArray[np.bool_]) -> float:
    """The highest confidence below which abstaining is both rare and deserved; 0 when it never is.

    Args:
        confidences: (photos,), of each held-out best guess.
        right: (photos,), whether it was.
    """
    order = np.argsort(confidences, kind="stable")
    counts = np.arange(1, int(len(order) * MAY_ABSTAIN) + 1)
    shares = np.cumsum(right[order])[: len(counts)] / counts
    held_back = np.flatnonzero((shares <= DESERVED) & (counts >= _FEWEST))
    if not len(held_back):
        return 0.0
    last = held_back[-1]
    return float((confidences[order[last]] + confidences[order[last + 1]]) / 2)
