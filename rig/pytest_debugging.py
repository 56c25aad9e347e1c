"""Debuggers in tests: where a person looks, nothing is given up and tried again. Part of `rig.pytest_plugin`.

With `--pdb` and `--trace` that is so from the start; a `breakpoint()` makes it so until its test is over.
"""

from __future__ import annotations

from typing import Any

import pytest

from rig import patience
from rig.patience import debugging


def pytest_configure(config: pytest.Config) -> None:
    if debugging(config):
        patience.lift()


def pytest_unconfigure() -> None:
    patience.restore()


def pytest_enter_pdb() -> None:
    """A debugger opens, in whatever thread."""
    patience.lift()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Any:
    """Around a test with its fixtures."""
    try:
        return (yield)
    finally:
        if not debugging(item.config):
            patience.restore()
