"""What cross-validation chooses, and that nobody is judged by a head that has seen his house."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from training import room_choices
from training.multinomial import Multinomial
from training.room_choices import (
    FOLDS,
    Choice,
    Table,
    abstention,
    calibrated,
    chosen,
    fitted,
    fold_of,
    frame_of,
    held_out,
    surprise,
    temperature,
)


def table(seed: int = 0, photos: int = 150, width: int = 6, noise: float = 0.5) -> Table:
    """Photos of three rooms, a third of them from houses; one input a room says which it is."""
    random = np.random.default_rng(seed)
    labels = np.arange(photos) % 3
    inputs = (2 * np.eye(width)[labels] + random.normal(scale=noise, size=(photos, width))).astype(np.float32)
    return Table(
        inputs=inputs,
        mirrored=inputs[:, ::-1][:, ::-1] + random.normal(scale=0.1, size=inputs.shape).astype(np.float32),
        labels=labels,
        from_houses=np.arange(photos) % 9 < 3,
        folds=np.arange(photos) // 3 % FOLDS,
    )


def all_of(tried: Sequence[Choice], name: str) -> Sequence[Choice]:
    return tried


def test_rooms_that_differ_are_told_apart_by_heads_that_did_not_see_them() -> None:
    photos = table()
    assert (held_out(photos, Choice()).argmax(1) == photos.labels).mean() > 0.95


def test_no_photo_is_judged_by_a_fit_to_its_own_fold(monkeypatch: pytest.MonkeyPatch) -> None:
    photos = table()
    seen: list[set[int]] = []

    def watched(some: Table, rows: np.ndarray, choice: Choice) -> Multinomial:
        seen.append(set(some.folds[rows].tolist()))
        return Multinomial(np.full((6, 3), float(len(seen))), np.zeros(3))

    monkeypatch.setattr(room_choices, "fitted", watched)
    logits = held_out(photos, Choice())
    for fold, folds_seen in enumerate(seen):
        assert folds_seen == set(range(FOLDS)) - {fold}
        expected = photos.inputs[photos.folds == fold].sum(1) * (fold + 1)
        np.testing.assert_allclose(logits[photos.folds == fold, 0], expected, rtol=1e-5)


def test_photos_of_one_house_share_a_fold_that_its_name_decides() -> None:
    assert fold_of("17") == fold_of("17")
    assert {fold_of(str(house)) for house in range(100)} == set(range(FOLDS))


def test_the_mirror_and_the_share_of_the_houses_change_a_fit() -> None:
    photos = table(noise=2.0)
    everything = np.ones(len(photos.labels), bool)
    plain = fitted(photos, everything, Choice(mirrored=False))
    for other in (Choice(mirrored=True), Choice(mirrored=False, house_share=3.0)):
        assert not np.allclose(plain.weight, fitted(photos, everything, other).weight)


def test_a_frame_changes_inputs_and_no_answer() -> None:
    photos = table(width=10)
    frame = frame_of(photos.inputs, features=8, kept=8)
    turned = frame.apply(photos.inputs)
    assert turned.shape == (150, 10)
    np.testing.assert_allclose(turned.mean(0), 0, atol=1e-5)
    np.testing.assert_allclose(turned[:, 8:].std(0), 1, rtol=1e-3)
    head = Multinomial(np.random.default_rng(0).normal(size=(10, 3)), np.arange(3.0))
    np.testing.assert_allclose(head.logits(turned), frame.brought_back(head).logits(photos.inputs), atol=1e-4)


def test_a_frame_keeps_the_directions_with_the_most_variance() -> None:
    x = np.random.default_rng(0).normal(size=(200, 5)).astype(np.float32) * np.array([1, 9, 1, 5, 1], np.float32)
    frame = frame_of(x, features=5, kept=2)
    strength = np.abs(frame.turn).sum(1)
    assert set(np.argsort(-strength)[:2].tolist()) == {1, 3}


def test_the_folders_and_the_houses_count_alike() -> None:
    photos = replace(table(photos=30), labels=np.zeros(30, np.int64))
    logits = np.zeros((30, 3))
    logits[photos.from_houses, 0] = 50
    assert surprise(photos, logits) == pytest.approx(np.log(3) / 2)


def test_the_choice_with_the_least_surprise_wins() -> None:
    photos = table(noise=1.5)
    choice, logits = chosen(photos, lambda tried, _: list(tried))
    np.testing.assert_array_equal(logits, held_out(photos, choice))
    for penalty in room_choices.PENALTIES:
        assert calibrated(photos, logits) <= calibrated(photos, held_out(photos, Choice(penalty=penalty)))


@pytest.mark.parametrize("factor", [0.6, 1.5])
def test_log_odds_that_promise_too_much_or_too_little_are_brought_back(factor: float) -> None:
    random = np.random.default_rng(3)
    honest = random.normal(scale=2, size=(4000, 3))
    shares = np.exp(honest) / np.exp(honest).sum(1, keepdims=True)
    labels = (random.random((4000, 1)) > shares.cumsum(1)).sum(1)
    photos = replace(table(photos=4000), labels=labels)
    assert temperature(photos, honest * factor) == pytest.approx(factor, rel=0.1)


def test_the_threshold_holds_back_the_least_sure_answers_where_most_of_them_are_wrong() -> None:
    confidences = np.linspace(0, 1, 2001)
    threshold = abstention(confidences, confidences > 0.4)
    assert (confidences < threshold).sum() == 20  # one in a hundred, though all answers below 0.4 are wrong


def test_the_threshold_stops_where_abstaining_is_no_longer_deserved() -> None:
    confidences = np.linspace(0, 1, 4001)
    threshold = abstention(confidences, np.arange(4001) >= 14)
    assert (confidences < threshold).sum() == 28  # fourteen wrong ones and as many right ones


def test_answers_that_are_mostly_right_are_all_given() -> None:
    assert abstention(np.linspace(0.3, 1, 2000), np.ones(2000, bool)) == 0


def test_a_few_wrong_answers_are_no_reason_to_abstain() -> None:
    right = np.arange(2000) >= 4
    assert abstention(np.linspace(0.3, 1, 2000), right) == 0
