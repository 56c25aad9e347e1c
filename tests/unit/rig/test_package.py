"""rig/pyproject.toml says the truth: the versions of this repository, every package, every import."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions, requires
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
RIG = ROOT / "rig"
PROJECT: dict[str, Any] = tomllib.loads((RIG / "pyproject.toml").read_text())
DECLARED = [
    *PROJECT["build-system"]["requires"],
    *PROJECT["project"]["dependencies"],
    *(line for extra in PROJECT["project"]["optional-dependencies"].values() for line in extra),
]


def pinned(name: str) -> set[str]:
    """The lines of this repository's requirements that name a package; those of constraints have no extras."""
    lines = [(ROOT / file).read_text().splitlines() for file in ("requirements-dev.txt", "constraints.txt")]
    return {line for each in lines for line in each if distribution(line) == name}


def distribution(requirement: str) -> str:
    """The bare name at the start of a requirement, in one spelling."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else ""


@pytest.mark.parametrize("requirement", DECLARED)
def test_a_version_is_the_one_that_the_tests_run_with(requirement: str) -> None:
    assert requirement in pinned(distribution(requirement))


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
