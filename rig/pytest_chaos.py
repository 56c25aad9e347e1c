"""Chaos in tests: `pytest --chaos=duplicate,reorder` runs every test that uses `cloud` with events and workflows that
go wrong as AWS says they may (see `rig.chaos`). Part of `rig.pytest_plugin`.

A test that asks for the fixture `chaos` switches it itself:

    def test_a_photo_that_comes_twice_is_one_photo(cloud, chaos):
        chaos.switch("duplicate")
        ...

A folder whose tests hold in other circumstances than the option's overrides the fixture `chaos_kinds`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rig.chaos import Chaos
    from rig.cloud import Cloud


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--chaos` and `--chaos-seed`."""
    group = parser.getgroup("rig", "the local cloud")
    group.addoption(
        "--chaos", default="", metavar="KINDS", help="what goes wrong with events and workflows: duplicate,… or all"
    )
    group.addoption("--chaos-seed", type=int, default=0, metavar="N", help="of the order of events (0)")


def pytest_configure(config: pytest.Config) -> None:
    """Refuses a kind of chaos that does not exist, before any test runs."""
    if not config.getoption("chaos"):
        return
    from rig.chaos import UnknownKindError, parse_kinds

    try:
        parse_kinds(config.getoption("chaos"))
    except UnknownKindError as error:
        raise pytest.UsageError(f"--chaos: {error}") from None


def pytest_report_header(config: pytest.Config) -> str | None:
    """Says that the run is no ordinary one."""
    kinds = config.getoption("chaos")
    return f"chaos: {kinds} (seed {config.getoption('chaos_seed')})" if kinds else None


@pytest.fixture
def chaos_kinds(pytestconfig: pytest.Config) -> tuple[str, ...]:
    """What goes wrong in `cloud` when a test begins: what the option says."""
    from rig.chaos import parse_kinds

    return parse_kinds(pytestconfig.getoption("chaos"))


@pytest.fixture
def chaos(cloud: Cloud) -> Chaos:
    """The switch for what goes wrong with events and workflows: `chaos.switch("duplicate", "late")`."""
    return cloud.chaos
