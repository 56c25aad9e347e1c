"""What every test stands on: a marker by folder, no way out to the network, and the fixtures of tests/fixtures."""

import gc
import ipaddress
import os
import socket
from pathlib import Path
from typing import Any

import pytest
from threadpoolctl import threadpool_limits

# One thread for numpy, as in Lambda: several wait for each other on a busy machine, and take five times as long.
# The variable is for processes that tests start; here pytest-randomly has imported numpy before it was set.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
threadpool_limits(int(os.environ["OPENBLAS_NUM_THREADS"]))

# What is heavy they import inside of their fixtures: the unit tests need little of it.
pytest_plugins = [
    "rig.pytest_plugin",
    "tests.fixtures.aws",
    "tests.fixtures.cloud",
    "tests.fixtures.database",
    "tests.fixtures.hosted",
    "tests.fixtures.http",
    "tests.fixtures.models",
    "tests.fixtures.properties",
    "tests.fixtures.seed",
    "tests.fixtures.workflows",
]

HERE = Path(__file__).parent
collect_ignore = ["rig_guest"]  # another project, which slow/rig/test_guest.py runs in a process of its own
LEVELS = ("unit", "integration", "slow")
CHOSEN_BY = {"unit": {"unit"}, "integration": {"integration"}, "slow": {"slow"}, "not slow": {"unit", "integration"}}


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With `-m unit` the tests of other folders are not even imported, which would take longer than to run these."""
    chosen = CHOSEN_BY.get(config.getoption("markexpr"), LEVELS)
    level = next(iter(collection_path.relative_to(HERE).parts), None)
    return True if level in LEVELS and level not in chosen else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """All fast tests together run on all processors without being asked to; whatever else runs, only with `-n`."""
    if any(argument.startswith(("-n", "--numprocesses")) for argument in config.invocation_params.args):
        return None  # xdist counts the processors
    if config.getoption("markexpr") != "not slow" or config.args_source is pytest.Config.ArgsSource.ARGS:
        return 0
    config.option.dist = "worksteal"
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each test carries the marker of the folder it stands in; there is no other place for one."""
    for item in items:
        level = item.path.relative_to(HERE).parts[0]
        if level not in LEVELS:
            raise pytest.UsageError(f"{item.path} stands outside of tests/{{{','.join(LEVELS)}}}")
        item.add_marker(level)


def pytest_collection_finish() -> None:
    """What was imported stays to the end: the collector need not look through it again and again, which costs a fifth
    of the unit tests' time."""
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def only_loopback() -> Any:
    """A connection that leaves this machine is a bug of the test that makes it."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and not _is_loopback(str(address[0])):
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
