"""Whether a person is looking: while a debugger is open, nobody is given up for being slow."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pytest

UNLIMITED: Final = 86_400.0
"""Seconds of a wait that has no limit: a person thinks longer than any function may run."""

_debugging = threading.Event()


def is_unlimited() -> bool:
    """Whether waits have no limit now."""
    return _debugging.is_set()


def lift() -> None:
    """From now on waits have no limit, those that have begun too."""
    _debugging.set()


def restore() -> None:
    """Waits that begin now have their limits."""
    _debugging.clear()


def debugging(config: pytest.Config) -> bool:
    """Whether a person is to be expected: with `--pdb` or `--trace`."""
    return bool(config.getoption("usepdb", False) or config.getoption("trace", False))


class PatientEvent(threading.Event):
    """An event that is waited for without a limit while a person looks."""

    def wait(self, timeout: float | None = None) -> bool:
        happened = super().wait(timeout)
        return super().wait() if not happened and is_unlimited() else happened
