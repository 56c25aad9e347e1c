"""Outcomes are held against recorded ones, and what differs is told by its place."""

from typing import Any

import pytest

from rig.comparing import differences, failing_with


@pytest.mark.parametrize(
    ("recorded", "now"),
    [
        (None, None),
        ({"a": [1, "x", None, True]}, {"a": [1, "x", None, True]}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"confidence": 0.64152799}, {"confidence": 0.64152812}),  # another processor's last digits
        (2, 2.0),
    ],
)
def test_the_same_has_no_differences(recorded: Any, now: Any) -> None:
    assert differences(recorded, now) == []


@pytest.mark.parametrize(
    ("recorded", "now", "told"),
    [
        ("kitchen", "bedroom", "'kitchen' is now 'bedroom'"),
        ({"room": {"label": "kitchen"}}, {"room": {"label": "bedroom"}}, "room.label: 'kitchen' is now 'bedroom'"),
        ({"score": 0.64}, {"score": 0.65}, "score: 0.64 is now 0.65"),
        ({"tags": ["a", "b"]}, {"tags": ["a"]}, "tags[1]: 'b' is now absent"),
        ({}, {"new": 1}, "new: absent is now 1"),
        ({"a": None}, {}, "a: None is now absent"),
        ({"a": 1}, {"a": True}, "a: 1 is now True"),
        ({"a": "1"}, {"a": 1}, "a: '1' is now 1"),
        ([1], {"a": 1}, "[1] is now {'a': 1}"),
    ],
)
def test_a_difference_is_told_by_its_place(recorded: Any, now: Any, told: str) -> None:
    assert differences(recorded, now) == [told]


def test_a_failure_is_known_by_its_class_name() -> None:
    class NotFoundError(Exception):
        pass

    with failing_with("NotFoundError"):
        raise NotFoundError


def test_another_failure_comes_through() -> None:
    with pytest.raises(KeyError), failing_with("NotFoundError"):
        raise KeyError


def test_no_failure_is_one() -> None:
    with pytest.raises(AssertionError, match="it did not fail with NotFoundError"), failing_with("NotFoundError"):
        pass
