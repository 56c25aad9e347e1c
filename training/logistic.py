"""Logistic regression for few photos and many features, its calibration, and the counts that judge it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Newton's method doubles its right digits in a step; separable data with a penalty needs some twenty.
_MOST_STEPS = 60
_CLOSE_ENOUGH = 1e-9
# Standard normal quantile of a two-sided 95 % interval.
_Z = 1.959964


@dataclass(frozen=True)
class Linear:
    """A line through feature space: the log-odds of a photo are `x @ weight + bias`."""

    weight: Array  # (width,)
    bias: float

    def scores(self, x: Array) -> Array:
        """Log-odds, (photos,), of features (photos, width)."""
        return np.asarray(x @ self.weight + self.bias, np.float64)


def fit(x: Array, present: Array, penalty: float) -> Linear:
    """The logistic regression with the least `-log likelihood + penalty/2 |weight|^2`, by Newton's method.

    It is solved over the photos, not the features (the weights are a sum of photos, so that a system of a few hundred
    unknowns does), with the bias left free.

    Args:
        x: (photos, width), brought to about one length.
        present: (photos,), 0 or 1; both must occur.
        penalty: above 0.

    Raises:
        ValueError: only one of the two answers occurs.
    """
    if not 0 < present.sum() < len(present):
        raise ValueError("nothing can be learnt from photos that all show it, or none")
    products = x @ x.T
    share: Array = np.zeros(len(x))
    bias = math.log(present.sum() / (len(present) - present.sum()))
    for _ in range(_MOST_STEPS):
        chance = _sigmoid(products @ share + bias)
        spread = np.maximum(chance * (1 - chance), 1e-9)
        # Newton's step for `share = (present - chance) / penalty` together with `sum(share) = 0`.
        system = np.vstack(
            [
                np.hstack([products * spread[:, None] + penalty * np.eye(len(x)), spread[:, None]]),
                np.append(np.ones(len(x)), 0.0)[None, :],
            ]
        )
        missing = np.append(present - chance - penalty * share, -share.sum())
        step = np.linalg.solve(system, missing)
        share, bias = share + step[:-1], bias + float(step[-1])
        if np.abs(step).max() < _CLOSE_ENOUGH:
            break
    return Linear(x.T @ share, bias)


def calibration(scores: Array, present: Array) -> tuple[float, float]:
    """Platt's slope and offset: `sigmoid(slope * score + offset)` is how often such a photo shows it.

    With Platt's smoothed targets, so that separable scores give no infinite slope ("Probabilistic outputs for support
    vector machines", 1999).

    Args:
        scores: of photos that had no part in fitting what scored them.
        present: (photos,), 0 or 1.
    """
    many, few = present.sum(), len(present) - present.sum()
    target = np.where(present > 0, (many + 1) / (many + 2), 1 / (few + 2))
    spread_out = max(float(scores.std()), 1e-12)
    x = np.stack([scores / spread_out, np.ones_like(scores)], axis=1)
    found: Array = np.zeros(2)
    for _ in range(_MOST_STEPS):
        chance = _sigmoid(x @ found)
        weight = chance * (1 - chance)
        step = np.linalg.solve((x * weight[:, None]).T @ x + 1e-9 * np.eye(2), x.T @ (target - chance))
        # A whole step may overshoot: it is halved until it costs no more than standing still.
        while _cost(x @ (found + step), target) > _cost(x @ found, target) + _CLOSE_ENOUGH:
            step = step / 2
        found = found + step
        if np.abs(step).max() < _CLOSE_ENOUGH:
            break
    return float(found[0] / spread_out), float(found[1])


def chances(scores: Array) -> Array:
    """Log-odds as probabilities."""
    return _sigmoid(scores)


def wilson(right: int, told: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson, 1927); (0, 1) when nothing was told."""
    if told == 0:
        return 0.0, 1.0
    share, room = right / told, _Z * _Z / told
    middle = (share + room / 2) / (1 + room)
    half = _Z * math.sqrt(share * (1 - share) / told + room / (4 * told)) / (1 + room)
    return max(0.0, middle - half), min(1.0, middle + half)


def threshold_for(confidences: Array, present: Array, precision: float, fewest: int) -> float | None:
    """The lowest confidence from which on at least `fewest` photos are told, `precision` of them rightly.

    The share is taken as (right + 1) / (told + 2), so that a few lucky ones at the top do not count as certainty.
    None when there is no such confidence.
    """
    order = np.argsort(-confidences, kind="stable")
    told = np.arange(1, len(order) + 1)
    right = np.cumsum(present[order])
    good = ((right + 1) / (told + 2) >= precision) & (told >= fewest)
    return float(confidences[order][good][-1]) if good.any() else None


def folds(groups: Sequence[str], count: int) -> NDArray[np.int64]:
    """A fold for each photo, (photos,): photos of one group are in one fold, and the folds are about alike in size."""
    names = sorted(set(groups))
    place = {name: i % count for i, name in enumerate(np.random.default_rng(0).permutation(names))}
    return np.array([place[group] for group in groups], np.int64)


def _cost(scores: Array, target: Array) -> float:
    """Minus the log likelihood of the targets, in nats."""
    return float(np.logaddexp(0, scores).sum() - target @ scores)


def _sigmoid(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -500, 500))), np.float64)
