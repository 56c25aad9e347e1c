"""Flags of what listing services forbid, from a head with one made-up direction for each mark."""

import numpy as np
import pytest
from numpy.typing import NDArray

from roomlens.vision import Candidate
from roomlens.vision.compliance import TOLD_BY_HEAD, ComplianceHead
from roomlens.vocabulary import ComplianceFlag, RoomType

KITCHEN = Candidate(RoomType.KITCHEN, 0.9)


@pytest.fixture(scope="module")
def head() -> ComplianceHead:
    weights = np.zeros((3, 1280), np.float32)
    weights[range(3), range(3)] = 10
    three = np.ones(3, np.float32)
    return ComplianceHead(
        {"weights": weights, "bias": -4 * three, "thresholds": 2 * three, "slopes": three, "offsets": 0 * three}
    )


def showing(*marks: int) -> NDArray[np.float32]:
    features = np.zeros(1280, np.float32)
    features[list(marks) or [7]] = 5
    return features


@pytest.mark.parametrize("mark", range(3))
def test_a_mark_is_flagged_for_what_it_is(head: ComplianceHead, mark: int) -> None:
    (found,) = head.detect(showing(mark), KITCHEN)
    assert found.flag is TOLD_BY_HEAD[mark]
    assert 0.5 < found.confidence < 1


def test_the_surest_flag_comes_first(head: ComplianceHead) -> None:
    features = showing(0, 2)
    features[2] = 6
    assert [found.flag for found in head.detect(features, KITCHEN)] == [
        ComplianceFlag.SCREENSHOT,
        ComplianceFlag.TEXT_OVERLAY,
    ]


def test_a_photo_without_marks_has_no_flag(head: ComplianceHead) -> None:
    assert head.detect(showing(), KITCHEN) == ()
    assert head.detect(np.zeros(1280, np.float32), KITCHEN) == ()


def test_a_floor_plan_is_flagged_as_surely_as_it_was_told(head: ComplianceHead) -> None:
    (found,) = head.detect(showing(), Candidate(RoomType.FLOOR_PLAN, 0.7))
    assert (found.flag, found.confidence) == (ComplianceFlag.FLOOR_PLAN, 0.7)
