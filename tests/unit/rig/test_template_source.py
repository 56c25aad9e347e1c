"""A template's file: what it declares, and where it is broken."""

from pathlib import Path

import pytest

from rig.intrinsics import TemplateError
from rig.template_source import declared_parameters, read


def written(folder: Path, text: str) -> Path:
    path = folder / "template.yaml"
    path.write_text(text)
    return path


def test_parameters_are_known_without_values(tmp_path: Path) -> None:
    path = written(tmp_path, "Parameters: {DatabaseUrl: {Type: String}, Stage: {Type: String}}\nResources: {}\n")
    assert list(declared_parameters(path)) == ["DatabaseUrl", "Stage"]


def test_a_template_may_declare_none(tmp_path: Path) -> None:
    assert declared_parameters(written(tmp_path, "Resources: {}\n")) == {}


@pytest.mark.parametrize("text", ["Resources:\n  A: [1\n  B: 2\n", "Resources:\n  A: x\n   B: {c: d\n"])
def test_broken_yaml_is_one_line_that_names_the_place(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(TemplateError, match=r"template\.yaml, line 3, column \d+, is not a template: .") as raised:
        read(path)
    assert "\n" not in str(raised.value)
    assert raised.value.__suppress_context__
