"""The regression behind the head of rooms."""

import numpy as np
import pytest

from training.multinomial import Array, FloatArray, IntArray, fit, minimum


def clouds(seed: int = 0, per_class: int = 60, spread: float = 0.3) -> tuple[FloatArray, IntArray]:
    """Three clouds of points around the corners of a triangle."""
    random = np.random.default_rng(seed)
    labels = np.repeat(np.arange(3), per_class)
    corners = np.array([[2, 0], [-1, 2], [-1, -2]])
    return (corners[labels] + random.normal(scale=spread, size=(len(labels), 2))).astype(np.float32), labels


def ones(labels: IntArray) -> Array:
    return np.ones(len(labels))


def test_clouds_apart_are_told_apart() -> None:
    x, labels = clouds()
    unseen, truth = clouds(seed=1)
    model = fit(x, labels, 3, 0.01, ones(labels))
    assert (model.logits(unseen).argmax(1) == truth).all()


def test_the_slope_of_the_penalised_loss_is_flat_at_the_answer() -> None:
    x, labels = clouds(spread=2.0)
    penalty = 0.05
    model = fit(x, labels, 3, penalty, ones(labels))
    odds = np.exp(model.logits(x))
    slope = (odds / odds.sum(1, keepdims=True) - np.eye(3)[labels]) / len(labels)
    np.testing.assert_allclose(x.T @ slope + penalty * model.weight, 0, atol=1e-4)
    np.testing.assert_allclose(slope.sum(0), 0, atol=1e-4)


def test_a_photo_that_counts_twice_is_as_good_as_two() -> None:
    x, labels = clouds(spread=2.0)
    weights = ones(labels)
    weights[:30] = 2
    weighted = fit(x, labels, 3, 0.05, weights)
    repeated = fit(np.concatenate([x, x[:30]]), np.concatenate([labels, labels[:30]]), 3, 0.05, np.ones(len(x) + 30))
    np.testing.assert_allclose(weighted.weight, repeated.weight, atol=2e-3)


def test_a_larger_penalty_makes_smaller_weights() -> None:
    x, labels = clouds()
    sizes = [np.abs(fit(x, labels, 3, penalty, ones(labels)).weight).sum() for penalty in (0.001, 0.01, 0.1, 1.0)]
    assert sizes == sorted(sizes, reverse=True)


def test_the_same_photos_give_the_same_bits() -> None:
    x, labels = clouds(spread=1.0)
    first, second = fit(x, labels, 3, 0.01, ones(labels)), fit(x, labels, 3, 0.01, ones(labels))
    assert first.weight.tobytes() == second.weight.tobytes()
    assert first.bias.tobytes() == second.bias.tobytes()


@pytest.mark.parametrize("labels", [[], [0, 0, 1], [0, 2, 2]])
def test_a_class_without_photos_is_refused(labels: list[int]) -> None:
    with pytest.raises(ValueError, match="3 classes"):
        fit(np.zeros((len(labels), 2), np.float32), np.array(labels, np.int64), 3, 0.1, np.ones(len(labels)))


def test_the_least_of_a_narrow_bowl_is_found() -> None:
    scales = np.array([1.0, 30.0, 1000.0])
    goal = np.array([3.0, -2.0, 1.0])

    def bowl(point: Array) -> tuple[float, Array]:
        away = point - goal
        return float(scales @ away**2), 2 * scales * away

    np.testing.assert_allclose(minimum(bowl, np.zeros(3)), goal, atol=1e-3)
