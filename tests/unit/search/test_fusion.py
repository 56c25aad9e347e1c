"""Signals fused: bounded, monotone, explained, and the same again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roomlens.search.fusion import WEIGHTS, fuse

STRENGTHS = st.floats(0, 1)
SIGNALS = st.dictionaries(
    st.sampled_from(sorted(WEIGHTS)), st.dictionaries(st.integers(1, 6), STRENGTHS, min_size=1), min_size=1
)


@given(SIGNALS)
def test_scores_lie_between_nothing_and_one_and_their_contributions_add_up(
    signals: dict[str, dict[int, float]],
) -> None:
    for one in fuse(signals):
        assert 0 <= one.score <= 1
        assert sum(one.contributions.values()) == pytest.approx(one.score)


@given(SIGNALS)
def test_every_photo_comes_once_best_first_and_equals_by_their_key(signals: dict[str, dict[int, float]]) -> None:
    fused = fuse(signals)
    assert {one.key for one in fused} == {key for strengths in signals.values() for key in strengths}
    assert [(-one.score, one.key) for one in fused] == sorted((-one.score, one.key) for one in fused)
    assert len(fused) == len({one.key for one in fused})


@given(SIGNALS, st.data())
def test_more_of_a_signal_never_lowers_a_score_and_changes_no_other(
    signals: dict[str, dict[int, float]], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(signals)))
    key = data.draw(st.sampled_from(sorted(signals[name])))
    more = signals | {name: signals[name] | {key: data.draw(st.floats(signals[name][key], 1))}}
    before, after = ({one.key: one.score for one in fuse(each)} for each in (signals, more))
    assert after[key] >= before[key] - 1e-12
    assert {k: s for k, s in before.items() if k != key} == pytest.approx({k: s for k, s in after.items() if k != key})


@given(SIGNALS)
def test_the_order_of_the_signals_does_not_matter(signals: dict[str, dict[int, float]]) -> None:
    backwards = {name: dict(reversed(list(signals[name].items()))) for name in reversed(list(signals))}
    assert [one.key for one in fuse(backwards)] == [one.key for one in fuse(signals)]


@given(st.dictionaries(st.integers(1, 9), STRENGTHS, min_size=1))
def test_one_signal_alone_is_the_score(strengths: dict[int, float]) -> None:
    assert {one.key: one.score for one in fuse({"vector": strengths})} == pytest.approx(strengths)


def test_ranks_are_places_by_each_signal_and_equals_share_the_better_one() -> None:
    fused = {one.key: one for one in fuse({"vector": {1: 0.2, 2: 0.9, 3: 0.9}, "tags": {1: 1.0}})}
    assert fused[1].ranks == {"vector": 3, "tags": 1}
    assert fused[2].ranks == fused[3].ranks == {"vector": 1}


def test_a_signal_that_knows_nothing_of_a_photo_adds_nothing() -> None:
    found = {one.key: one for one in fuse({"vector": {1: 0.5, 2: 0.5}, "text": {2: 1.0}})}
    assert found[2].score > found[1].score
    assert "text" not in found[1].contributions


def test_strengths_outside_of_their_range_are_cut() -> None:
    assert [one.score for one in fuse({"vector": {1: 1.7, 2: -0.4}})] == [1.0, 0.0]


def test_a_signal_without_a_weight_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        fuse({"horoscope": {1: 1.0}})


def test_nothing_found_is_nothing_fused() -> None:
    assert fuse({}) == fuse({"vector": {}}) == []
