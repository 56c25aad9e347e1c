"""Which modules are imported anew when the functions' environment changes."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from rig.runtimes import cold_start

FILES = ("cold_function/app.py", "cold_layer/cold_shared.py", "tests/cold_helpers.py")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project whose functions' code is all of it, with a layer and tests inside."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    for folder in (tmp_path, tmp_path / "cold_layer", tmp_path / "tests"):
        monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(cold_start, "_warm", None)
    yield tmp_path
    for name in ("cold_function", "cold_function.app", "cold_shared", "cold_helpers"):
        sys.modules.pop(name, None)


def begin(project: Path, **environment: str) -> None:
    cold_start.begin(environment, [project], [project / "cold_layer"])


def app() -> ModuleType:
    return importlib.import_module("cold_function.app")


def test_in_the_same_environment_a_module_is_kept(project: Path) -> None:
    begin(project, AWS_ENDPOINT_URL="http://127.0.0.1:1")
    before = app()
    begin(project, AWS_ENDPOINT_URL="http://127.0.0.1:1")
    assert app() is before


@pytest.mark.parametrize("environment", [{}, {"AWS_ENDPOINT_URL": "http://127.0.0.1:2"}], ids=["none", "another"])
def test_in_another_one_it_is_imported_anew(project: Path, environment: dict[str, str]) -> None:
    begin(project, AWS_ENDPOINT_URL="http://127.0.0.1:1")
    before = app()
    begin(project, **environment)
    assert app() is not before
    assert sys.modules["cold_function"].app is app()


def test_what_was_imported_before_any_environment_was_there_is_imported_anew(project: Path) -> None:
    before = app()
    begin(project)
    assert app() is not before


def test_layers_tests_and_what_is_installed_are_kept(project: Path) -> None:
    kept = [importlib.import_module(name) for name in ("cold_shared", "cold_helpers", "pytest", "rig.stack")]
    begin(project, STAGE="one")
    begin(project, STAGE="two")
    assert [sys.modules.get(module.__name__) for module in kept] == kept


def test_modules_of_another_templates_functions_are_forgotten(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    begin(project)
    before = app()
    cold_start.begin({}, [tmp_path_factory.mktemp("another")], [])
    assert app() is not before


@pytest.fixture
def boto3(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """As much of it as counts here: the session that the first `boto3.client` leaves behind."""
    module = ModuleType("boto3")
    module.DEFAULT_SESSION = object()
    monkeypatch.setitem(sys.modules, "boto3", module)
    monkeypatch.setattr(cold_start, "_session", None)
    return module


def test_boto3s_default_session_is_of_the_environment_too(project: Path, boto3: ModuleType) -> None:
    begin(project, AWS_ACCESS_KEY_ID="one")
    assert boto3.DEFAULT_SESSION is None
    made = boto3.DEFAULT_SESSION = object()
    cold_start.end()
    begin(project, AWS_ACCESS_KEY_ID="one")
    assert boto3.DEFAULT_SESSION is made
    cold_start.end()
    begin(project, AWS_ACCESS_KEY_ID="another")
    assert boto3.DEFAULT_SESSION is None


def test_a_session_that_somebody_made_in_between_is_not_the_functions(project: Path, boto3: ModuleType) -> None:
    begin(project)
    cold_start.end()
    boto3.DEFAULT_SESSION = object()
    begin(project)
    assert boto3.DEFAULT_SESSION is None


def test_boto3_is_not_imported_for_it(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "boto3", raising=False)
    begin(project)
    cold_start.end()
    begin(project, STAGE="two")
    assert "boto3" not in sys.modules
