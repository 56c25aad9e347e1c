"""Copies among the photos of a listing."""

from roomlens.listings.copies import Pair, pairs_of
from roomlens.vocabulary import CopyKind

HASHES = {3: "00000000000000ff", 1: "0000000000000000", 2: "ffffffffffffffff", 4: None}


def test_pairs_are_told_by_hashes_before_vectors() -> None:
    near = {(1, 3): 0.99, (1, 2): 0.9, (2, 4): 0.95}
    assert pairs_of(HASHES, near, 0.88) == [
        Pair(1, 2, CopyKind.SAME_SCENE, 64, 0.9),
        Pair(1, 3, CopyKind.EDITED, 8, 0.99),
        Pair(2, 4, CopyKind.SAME_SCENE, None, 0.95),
    ]


def test_without_a_threshold_no_scene_is_told() -> None:
    assert [pair.kind for pair in pairs_of(HASHES, {}, None)] == [CopyKind.EDITED]
