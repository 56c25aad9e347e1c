"""Chaos after which state machines wait before they try again, and every kind at once."""

from typing import Any

import pytest

from rig.chaos import FAILURES, Chaos, Kind
from rig.cloud import Cloud
from tests.bad_days import photos_and_tasks_end_as_on_a_calm_day


@pytest.mark.parametrize("kinds", [*((kind,) for kind in FAILURES), tuple(Kind)], ids=[*FAILURES, "all"])
def test_photos_and_tasks_end_as_on_a_calm_day(
    system: Cloud, api: Any, chaos: Chaos, caplog: pytest.LogCaptureFixture, kinds: tuple[Kind, ...]
) -> None:
    photos_and_tasks_end_as_on_a_calm_day(system, api, chaos, caplog, kinds)
