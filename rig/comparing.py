"""How an outcome is held against a recorded one: values by their differences, failures by their name."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import zip_longest
from typing import Any, Final

TOLERANCE: Final = 1e-3
"""Numbers this close are the same: a model's last digits differ from one processor to the next."""


class _Absent:
    def __repr__(self) -> str:
        return "absent"


_ABSENT: Final = _Absent()


def differences(recorded: Any, now: Any) -> list[str]:
    """One line for each place where the values differ; none when they are the same."""
    return list(_differences(recorded, now, ""))


@contextmanager
def failing_with(name: str) -> Iterator[None]:
    """Expects the block to raise an error whose class has this name, by which a state machine would know it."""
    try:
        yield
    except Exception as error:
        if type(error).__name__ != name:
            raise
    else:
        raise AssertionError(f"it did not fail with {name}")


def _differences(recorded: Any, now: Any, place: str) -> Iterator[str]:
    if isinstance(recorded, dict) and isinstance(now, dict):
        for key in dict.fromkeys([*recorded, *now]):
            inner = f"{place}.{key}" if place else str(key)
            yield from _differences(recorded.get(key, _ABSENT), now.get(key, _ABSENT), inner)
    elif isinstance(recorded, list) and isinstance(now, list):
        for index, (one, other) in enumerate(zip_longest(recorded, now, fillvalue=_ABSENT)):
            yield from _differences(one, other, f"{place}[{index}]")
    elif not _same(recorded, now):
        yield f"{place}: {recorded!r} is now {now!r}" if place else f"{recorded!r} is now {now!r}"


def _same(one: Any, other: Any) -> bool:
    if _is_number(one) and _is_number(other):
        return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return type(one) is type(other) and bool(one == other)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
