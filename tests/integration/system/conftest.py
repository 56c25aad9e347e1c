"""Tests of the whole system hold however its events come."""

import pytest

from rig.chaos import Chaos


@pytest.fixture(params=[(), ("duplicate",), ("reorder",)], ids=["calm", "duplicate", "reorder"])
def weather(request: pytest.FixtureRequest, chaos: Chaos, chaos_kinds: tuple[str, ...]) -> None:
    """Runs a test three times: with events and steps that come once and in order, twice, and in another order."""
    chaos.switch(*{*chaos_kinds, *request.param})
