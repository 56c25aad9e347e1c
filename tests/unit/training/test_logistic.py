"""The arithmetic under the heads of tags: found minima, calibrated answers, honest intervals."""

import numpy as np
import pytest

from training.logistic import calibration, chances, fit, folds, threshold_for, wilson


def clouds(photos: int = 200, width: int = 40, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Two overlapping clouds of features, and which one each photo is of."""
    random = np.random.default_rng(seed)
    present = (random.random(photos) < 0.4).astype(float)
    x = random.normal(size=(photos, width)) / np.sqrt(width)
    x[:, 0] += present
    return x, present


def cost(x: np.ndarray, present: np.ndarray, penalty: float, weight: np.ndarray, bias: float) -> float:
    scores = x @ weight + bias
    return float(np.logaddexp(0, scores).sum() - present @ scores + penalty / 2 * weight @ weight)


@pytest.mark.parametrize("penalty", [0.003, 0.1, 3.0])
def test_no_weights_near_by_cost_less_than_those_found(penalty: float) -> None:
    x, present = clouds()
    found = fit(x, present, penalty)
    least = cost(x, present, penalty, found.weight, found.bias)
    random = np.random.default_rng(1)
    for _ in range(20):
        step = 0.01 * random.normal(size=x.shape[1])
        assert cost(x, present, penalty, found.weight + step, found.bias + 0.01 * random.normal()) > least


def test_fewer_photos_than_features_are_enough() -> None:
    x, present = clouds(photos=30, width=400)
    scores = fit(x, present, 0.1).scores(x)
    assert scores[present > 0].min() > scores[present == 0].max()


@pytest.mark.parametrize("answer", [0.0, 1.0])
def test_photos_that_all_say_the_same_teach_nothing(answer: float) -> None:
    with pytest.raises(ValueError, match="nothing can be learnt"):
        fit(np.eye(3), np.full(3, answer), 1.0)


def test_calibrated_confidences_are_frequencies() -> None:
    random = np.random.default_rng(2)
    true = random.normal(size=20_000) * 2
    present = (random.random(20_000) < chances(true)).astype(float)
    slope, offset = calibration(3 * true + 1, present)
    assert slope == pytest.approx(1 / 3, rel=0.05)
    assert offset == pytest.approx(-1 / 3, rel=0.15)


def test_scores_that_part_the_photos_cleanly_give_no_endless_slope() -> None:
    slope, offset = calibration(np.array([-2.0, -1.0, 1.0, 2.0]), np.array([0.0, 0.0, 1.0, 1.0]))
    assert 0 < slope < 3
    assert abs(offset) < 0.1


def test_the_interval_of_a_share_is_wilson_s() -> None:
    # Wilson's own formula by hand: 8 of 10.
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)


def test_a_threshold_is_the_lowest_with_the_precision_that_is_asked() -> None:
    confidences = np.array([0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5])
    present = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0])
    assert threshold_for(confidences, present, 0.75, 3) == 0.6  # (5 + 1) / (6 + 2)
    assert threshold_for(confidences, present, 0.8, 3) == 0.7
    assert threshold_for(confidences, present, 0.95, 3) is None
    assert threshold_for(confidences, present, 0.8, 8) is None


def test_the_photos_of_a_house_are_in_one_fold() -> None:
    houses = [f"house {number // 4}" for number in range(80)]
    found = folds(houses, 5)
    assert all(len({fold for fold, name in zip(found, houses, strict=True) if name == house}) == 1 for house in houses)
    assert np.bincount(found).tolist() == [16] * 5
