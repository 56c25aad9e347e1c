"""The measures of rooms that were told apart, on homes small enough to count by hand."""

import pytest

from benchmarks.listings.grouping import Home, adjusted_rand, each_its_own, one_of_a_kind, ours, score
from roomlens.listings.instances import Likeness, View
from roomlens.vocabulary import RoomType

BATHROOM, KITCHEN = RoomType.BATHROOM, RoomType.KITCHEN


def home() -> Home:
    """Two bathrooms, one of them from two sides, and a kitchen."""
    views = [View(number, room, None) for number, room in enumerate((BATHROOM, KITCHEN, BATHROOM, BATHROOM))]
    cosines = {(0, 2): 0.9, (0, 3): 0.2, (2, 3): 0.2}
    return Home(views, truth=[0, 1, 0, 2], cosines=cosines, beds=1, baths=2)


def test_what_is_right_scores_one() -> None:
    found = score([home()], ours(Likeness(0.8, 0.6, 0.1), told=True))
    assert (found.counted, found.precision, found.recall, found.f1, found.rand) == (1, 1, 1, 1, 1)


def test_what_needs_no_model_scores_what_can_be_counted() -> None:
    naive = score([home()], one_of_a_kind)
    assert (naive.counted, naive.precision, naive.recall) == (0, pytest.approx(1 / 3), 1)
    assert naive.f1 == pytest.approx(0.5)
    alone = score([home()], each_its_own)
    assert (alone.counted, alone.precision, alone.recall, alone.f1) == (0, 1, 0, 0)


def test_the_adjusted_rand_index_is_that_of_its_authors() -> None:
    assert adjusted_rand([0, 0, 1, 1], [1, 1, 0, 0]) == 1
    assert adjusted_rand([0, 0, 1, 1], [0, 1, 0, 1]) == pytest.approx(-0.5)
    assert adjusted_rand([0], [0]) == 1
