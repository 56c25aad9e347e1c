"""What docs/deploying.md says of SnapStart, which the template leaves to those who want it, is so."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from rig.stack import Stack
from rig.template import load_stack, render
from rig.template_source import parse
from tests.unit.house.project import ROOT, stack

FUNCTIONS = ["QueryFunction", "ChatFunction", "ImagesFunction", "ListingsFunction", "UploadFunction"]


@cache
def section() -> str:
    text = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
    return text.partition("## SnapStart, by hand\n")[2].partition("\n## ")[0]


@cache
def switched_on() -> str:
    """The template with what the page says."""
    block = section().partition("```yaml\n")[2].partition("```")[0]
    said = "".join(f"      {line}\n" for line in block.splitlines())
    text = (ROOT / "template.yaml").read_text(encoding="utf-8")
    text = text.replace("\nParameters:\n", "\nParameters:\n  Release: {Type: String}\n", 1)
    text = text.replace("      Variables:\n", "      Variables:\n        RELEASE: !Ref Release\n", 1)
    for name in FUNCTIONS:
        text, found = re.subn(rf"(?m)(^  {name}:\n(?:    .*\n)*?    Properties:\n)", rf"\1{said}", text)
        assert found == 1, name
    return text


@pytest.fixture(name="path", scope="module")
def _path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("snapstart")
    for name in ("functions", "layers", "migrations", "statemachines"):
        (folder / name).symlink_to(ROOT / name)
    path = folder / "template.yaml"
    path.write_text(switched_on(), encoding="utf-8")
    return path


def made(path: Path, **given: str) -> dict[str, dict[str, Any]]:
    return render(path, {"PythonRuntime": "python3.13", "Release": "1", **given})


def of_kind(resources: dict[str, dict[str, Any]], kind: str) -> dict[str, dict[str, Any]]:
    return {name: one["Properties"] for name, one in resources.items() if one["Type"] == kind}


def test_the_page_names_the_functions() -> None:
    assert all(name in section() for name in FUNCTIONS)
    assert set(FUNCTIONS) <= parse((ROOT / "template.yaml").read_text(encoding="utf-8"))["Resources"].keys()


def test_another_release_replaces_every_version_of_functions_that_it_changes(path: Path) -> None:
    """CloudFormation replaces a version whose description has changed; Lambda makes one of what has changed."""
    first, second = made(path), made(path, Release="2")
    for resources, release in ((first, "1"), (second, "2")):
        versions = of_kind(resources, "AWS::Lambda::Version")
        assert len(versions) == len(FUNCTIONS)
        assert {one["Description"] for one in versions.values()} == {release}
        variables = [resources[name]["Properties"]["Environment"]["Variables"] for name in FUNCTIONS]
        assert {one["RELEASE"] for one in variables} == {release}


def test_without_another_release_a_parameters_new_value_makes_no_version(path: Path) -> None:
    """The reason for all this. Where it fails, SAM has learnt it: the page, and ADR 27, can say less."""
    one, other = made(path, LogLevel="INFO"), made(path, LogLevel="DEBUG")
    assert of_kind(one, "AWS::Lambda::Version") == of_kind(other, "AWS::Lambda::Version")


def test_the_api_calls_the_alias_and_may(path: Path) -> None:
    resources = made(path)
    aliases = {f"{name}Aliaslive" for name in FUNCTIONS}
    assert of_kind(resources, "AWS::Lambda::Alias").keys() == aliases
    called = set(re.findall(r"\w+Aliaslive", str(resources["HttpApi"]["Properties"]["Body"])))
    allowed = {one["FunctionName"].rpartition(":")[2] for one in of_kind(resources, "AWS::Lambda::Permission").values()}
    assert called == aliases
    assert aliases <= allowed


def test_the_rig_runs_it_as_before(path: Path) -> None:
    found: Stack = load_stack(path, {"PythonRuntime": "python3.13", "Release": "1", "Tenant": "a"})
    assert found.routes == stack().routes
    assert found.authorizers.keys() == stack().authorizers.keys()


def test_nothing_else_than_the_api_calls_these_functions() -> None:
    """An alias that only some callers name would have the others run another version."""
    arns = {stack().functions[name].arn for name in FUNCTIONS}
    assert not [name for name, one in stack().state_machines.items() if any(arn in one.definition for arn in arns)]
    assert not arns & {one.target for one in stack().schedules.values()}
    assert not arns & {told.target for bucket in stack().buckets.values() for told in bucket.notifications}
