"""Multinomial logistic regression by L-BFGS, in numpy: some thousand photos, some hundred inputs, a few classes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Pairs of steps that stand for the curvature (Nocedal and Wright, "Numerical optimization", 2006, section 7.2).
_MEMORY = 10
_MOST_STEPS = 400
# The largest slope at which a minimum counts as reached, and the share of the loss that a step has to gain.
_FLAT = 1e-5
_GAIN = 1e-9
# Armijo's condition: a step must gain this share of what the slope promises; else it is halved.
_ENOUGH = 1e-4
_SHORTEST = 1e-10


@dataclass(frozen=True)
class Multinomial:
    """Log-odds of classes, linear in the inputs."""

    weight: Array  # (width, classes)
    bias: Array  # (classes,)

    def logits(self, x: FloatArray) -> Array:
        """(photos, classes), of inputs (photos, width)."""
        return np.asarray(x @ self.weight + self.bias, np.float64)


def fit(x: FloatArray, labels: IntArray, classes: int, penalty: float, weights: Array) -> Multinomial:
    """The regression with the least weighted mean of `-log likelihood`, plus `penalty/2 |weight|^2`.

    The same arguments give the same bits on the same machine.

    Args:
        x: (photos, width), each input of about unit deviation.
        labels: (photos,), from 0 to classes - 1.
        classes: how many there are.
        penalty: more than zero; the bias is left free.
        weights: (photos,), how much each photo counts.

    Raises:
        ValueError: there are no photos, or a class has none.
    """
    if set(labels.tolist()) != set(range(classes)):
        raise ValueError(f"every one of the {classes} classes needs photos")
    width, rows = x.shape[1], np.arange(len(x))
    share = (weights / weights.sum()).astype(np.float32)

    def loss(point: Array) -> tuple[float, Array]:
        matrix = point[: width * classes].reshape(width, classes)
        z = x @ matrix.astype(np.float32) + point[width * classes :].astype(np.float32)
        z -= z.max(1, keepdims=True)
        odds = np.exp(z)
        sums = odds.sum(1)
        value = float((share * (np.log(sums) - z[rows, labels])).sum(dtype=np.float64))
        slope = odds / sums[:, None]
        slope[rows, labels] -= 1
        slope *= share[:, None]
        gradient = np.vstack([(x.T @ slope).astype(np.float64) + penalty * matrix, slope.sum(0, dtype=np.float64)])
        return value + penalty / 2 * float((matrix * matrix).sum()), gradient.ravel()

    found = minimum(loss, np.zeros((width + 1) * classes))
    return Multinomial(found[: width * classes].reshape(width, classes), found[width * classes :])


def minimum(function: Callable[[Array], tuple[float, Array]], start: Array) -> Array:
    """Where a smooth convex function is least, by L-BFGS with a halving line search.

    Args:
        function: gives the value and the gradient at a point.
        start: where to begin, (n,).
    """
    point = start
    value, gradient = function(point)
    steps: list[tuple[Array, Array]] = []
    for _ in range(_MOST_STEPS):
        direction = _direction(gradient, steps)
        promised = float(gradient @ direction)
        length = 1.0
        while True:
            next_point = point - length * direction
            next_value, next_gradient = function(next_point)
            if next_value <= value - _ENOUGH * length * promised or length < _SHORTEST:
                break
            length /= 2
        step, bend = next_point - point, next_gradient - gradient
        if float(step @ bend) > 0:
            steps = [*steps[-_MEMORY + 1 :], (step, bend)]
        gained = value - next_value
        point, value, gradient = next_point, next_value, next_gradient
        if np.abs(gradient).max() < _FLAT or gained < _GAIN * abs(value):
            break
    return point


def _direction(gradient: Array, steps: list[tuple[Array, Array]]) -> Array:
    """The gradient, divided by the curvature that the last steps found (the two-loop recursion)."""
    q = gradient.copy()
    shares = []
    for step, bend in reversed(steps):
        share = float(step @ q) / float(bend @ step)
        q -= share * bend
        shares.append(share)
    if steps:
        step, bend = steps[-1]
        q *= float(step @ bend) / float(bend @ bend)
    else:
        q /= max(float(np.linalg.norm(q)), 1e-12)
    for (step, bend), share in zip(steps, reversed(shares), strict=True):
        q += step * (share - float(bend @ q) / float(bend @ step))
    return q
