"""All fast tests together take all processors; whatever else runs takes one, unless more are asked for."""

from types import SimpleNamespace

import pytest

from tests.conftest import pytest_xdist_auto_num_workers

ARGUMENTS = pytest.Config.ArgsSource.ARGS
TEST_PATHS = pytest.Config.ArgsSource.TESTPATHS


@pytest.mark.parametrize(
    ("arguments", "markers", "source", "workers", "dist"),
    [
        (["-m", "not slow"], "not slow", TEST_PATHS, None, "worksteal"),
        (["-m", "not slow", "tests/unit"], "not slow", ARGUMENTS, 0, "no"),
        (["-m", "unit"], "unit", TEST_PATHS, 0, "no"),
        ([], "", TEST_PATHS, 0, "no"),
        (["-n", "auto", "tests/unit"], "", ARGUMENTS, None, "no"),
        (["--numprocesses=auto"], "", TEST_PATHS, None, "no"),
    ],
)
def test_processes_are_for_whole_runs(
    arguments: list[str], markers: str, source: pytest.Config.ArgsSource, workers: int | None, dist: str
) -> None:
    config = SimpleNamespace(
        invocation_params=SimpleNamespace(args=arguments),
        args_source=source,
        option=SimpleNamespace(dist="no"),
        getoption={"markexpr": markers}.get,
    )
    assert pytest_xdist_auto_num_workers(config) == workers  # type: ignore[arg-type]
    assert config.option.dist == dist
