"""The text side: thresholds and their order."""

from roomlens.text import RELEVANCE


def test_a_strong_hit_is_nearer_than_a_weak_one() -> None:
    assert 0 < RELEVANCE.weak < RELEVANCE.strong < 1
