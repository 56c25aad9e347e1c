"""The comparison of weights: orders of photos by signals that a test can say."""

import pytest

from benchmarks.queries import Kind
from benchmarks.retrieval_scores import Asked
from roomlens.search.fusion import WEIGHTS
from training.fusion import (
    TRIED,
    Looked,
    Score,
    by_ranks,
    by_ranks_of_words,
    by_vector,
    by_weights,
    compared,
    moved,
    scored,
)

# A photo that lies near, one whose listing has the name, and one of the room that is asked for.
SIGNALS = {
    "vector": {1: 0.6, 2: 0.4, 3: 0.5},
    "listing": {1: 0.0, 2: 1.0, 3: 0.0},
    "rooms": {1: 0.0, 2: 0.0, 3: 1.0},
}
LOOKED = [
    Looked(Asked("by meaning", Kind.NATURAL, frozenset({1})), SIGNALS),
    Looked(Asked("by name", Kind.NAME, frozenset({2})), SIGNALS),
]


def test_the_vectors_alone_know_neither_names_nor_rooms() -> None:
    assert by_vector(SIGNALS) == [1, 3, 2]


@pytest.mark.parametrize(
    ("weights", "order"),
    [
        ({"listing": 0.0, "rooms": 0.0}, [1, 3, 2]),
        ({"listing": 0.0, "rooms": 0.2}, [3, 1, 2]),
        ({"listing": 0.5, "rooms": 0.0}, [2, 1, 3]),
    ],
)
def test_a_weight_moves_what_its_signal_knows(weights: dict[str, float], order: list[int]) -> None:
    assert by_weights({**WEIGHTS, **weights})(SIGNALS) == order


def test_reciprocal_ranks_know_places_and_no_distances() -> None:
    near, far = {"vector": {1: 0.9, 2: 0.1}}, {"vector": {1: 0.51, 2: 0.5}}
    words = {"text": {1: 0.0, 2: 0.3}}
    assert by_ranks(near | words) == by_ranks(far | words) == [2, 1]
    assert by_ranks_of_words({**near, "rooms": {1: 0.0, 2: 1.0}}) == [1, 2]


def test_equals_share_a_rank_whatever_their_order() -> None:
    """Many photos show the room that is asked for: none of them is its first."""
    signals = {"vector": {1: 0.9, 2: 0.8, 3: 0.7}, "rooms": {3: 1.0, 2: 1.0, 1: 1.0}}
    assert by_ranks(signals) == [1, 2, 3]


def test_questions_by_meaning_and_by_name_are_scored_apart() -> None:
    assert scored(LOOKED, by_vector) == Score(meaning=(1.0, 1.0), name=(1.0, 1 / 3))
    assert scored(LOOKED, by_weights(WEIGHTS)).name == (1.0, 1.0)
    assert scored(LOOKED, by_vector).mean == pytest.approx((3 + 1 / 3) / 4)


def test_the_weights_in_force_are_among_those_tried_and_marked() -> None:
    assert all(WEIGHTS[name] in tried for name, tried in TRIED.items())
    assert compared(LOOKED).row_count == 4
    for name, tried in TRIED.items():
        table = moved(LOOKED, name)
        values = list(table.columns[0].cells)
        assert len(values) == len(tried)
        assert [value for value in values if "in force" in str(value)] == [f"{WEIGHTS[name]:.2f} (in force)"]
