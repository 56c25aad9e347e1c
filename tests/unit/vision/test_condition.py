"""Condition: what moves it, what it never says, and why there may be none."""

from itertools import pairwise

import numpy as np
import pytest

from roomlens.vision.condition import BOUND, condition, why
from roomlens.vision.condition_heads import KNOWN_ROOMS, ConditionHeads, Signs
from roomlens.vocabulary import ConditionBand, RoomType, Scene, condition_band

TYPICAL = {"sharpness": 0.5, "lightness": 0.56}


def score(signs: Signs | None = None, **quality: float) -> float:
    found, reason, _ = condition(RoomType.KITCHEN, Scene.INTERIOR, TYPICAL | quality, signs)
    assert found is not None
    assert reason is None
    return found


def small_heads() -> ConditionHeads:
    """Finish is the first feature, tidy the second; kitchens have more of both."""
    weights = np.zeros((2, 1280), np.float32)
    weights[0, 0] = weights[1, 1] = 1
    means = np.zeros((4, 2), np.float32)
    means[KNOWN_ROOMS.index(RoomType.KITCHEN)] = 0.5
    return ConditionHeads(
        {"weights": weights, "bias": np.zeros(2, np.float32), "means": means, "deviations": np.ones((4, 2), np.float32)}
    )


@pytest.mark.parametrize("signs", [None, Signs(0, 0)])
@pytest.mark.parametrize("sign", ["sharpness", "lightness"])
def test_a_sharper_or_brighter_photo_of_a_room_scores_higher(sign: str, signs: Signs | None) -> None:
    assert 0 <= score(signs, **{sign: 0.3}) < score(signs, **{sign: 0.8}) <= 1


@pytest.mark.parametrize("sign", ["finish", "tidy"])
def test_a_finer_or_tidier_room_scores_higher(sign: str) -> None:
    scores = [score(Signs(0, 0)._replace(**{sign: value})) for value in (-2, -1, 0, 1, 2)]
    assert all(better > worse for worse, better in pairwise(scores))


def test_no_sign_counts_beyond_its_bound() -> None:
    assert score(Signs(BOUND, 0)) == score(Signs(50, 0))


@pytest.mark.parametrize("extreme", [None, 1.0])
def test_no_photo_alone_makes_a_room_new_or_ruined(extreme: float | None) -> None:
    low, high = (None if extreme is None else Signs(sign * 99 * extreme, sign * 99 * extreme) for sign in (-1, 1))
    worst, best = score(low, sharpness=0, lightness=0), score(high, sharpness=1, lightness=1)
    assert condition_band(worst) is ConditionBand.C5
    assert condition_band(best) is ConditionBand.C2


@pytest.mark.parametrize(
    ("room", "scene", "reason"),
    [
        (RoomType.EXTERIOR, Scene.EXTERIOR, "not_scorable"),
        (RoomType.FLOOR_PLAN, Scene.FLOOR_PLAN, "not_scorable"),
        (RoomType.VIEW, Scene.EXTERIOR, "not_scorable"),
        (RoomType.OTHER, Scene.EXTERIOR, "not_scorable"),
        (RoomType.OTHER, Scene.INTERIOR, "low_confidence"),
        (RoomType.OTHER, Scene.OTHER, "low_confidence"),
    ],
)
def test_what_can_not_be_judged_has_a_reason_instead(room: RoomType, scene: Scene, reason: str) -> None:
    assert condition(room, scene, TYPICAL, Signs(1, 1)) == (None, reason, {})
    assert why({}) == ()


def test_the_sentences_name_what_the_score_rests_on() -> None:
    _, _, parts = condition(RoomType.KITCHEN, Scene.INTERIOR, TYPICAL | {"sharpness": 0.9}, Signs(1, -2))
    assert why(parts) == (
        "An estimate from one photo; no inspection and no valuation.",
        "Surfaces and fittings look finer than in most such rooms.",
        "The room looks less tidy than most.",
        "The photo is clearer and brighter than most.",
    )
    _, _, parts = condition(RoomType.KITCHEN, Scene.INTERIOR, {"sharpness": 0.1, "lightness": 0.4}, None)
    assert why(parts)[1:] == ("The photo is less clear and bright than most.",)


def test_signs_compare_a_photo_with_rooms_of_its_kind() -> None:
    features = np.zeros(1280, np.float32)
    features[0], features[1] = 3, 4
    assert small_heads().signs(features, RoomType.BEDROOM) == pytest.approx((3, 0.8))
    assert small_heads().signs(features, RoomType.KITCHEN) == pytest.approx((2.5, 0.3))
    assert small_heads().signs(features, RoomType.LIVING_ROOM) == pytest.approx((3, 0.8))
    assert all(np.isfinite(small_heads().signs(np.zeros(1280, np.float32), RoomType.KITCHEN)))
