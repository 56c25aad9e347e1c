"""docs/rig.md says what is so: its examples, its fixtures, its kinds of chaos, its commands."""

import re
from pathlib import Path

import pytest

from rig.chaos import Kind
from rig.cli import main
from rig.template import LOCAL_PATHS
from tests.pages import RIG_PAGE, ROOT, examples, first_column, fixtures

PLUGINS = sorted((ROOT / "rig").glob("pytest_*.py"))
TEMPLATES = [ROOT / "template.yaml", ROOT / "tests" / "rig_guest" / "template.yaml"]


def test_examples_are_the_second_projects_own_files() -> None:
    shown = {file: text for file, text in examples(RIG_PAGE).items() if file.startswith("tests/rig_guest/")}
    assert set(shown) == {"tests/rig_guest/pytest.ini", "tests/rig_guest/tests/test_first.py"}
    for file, text in shown.items():
        assert text == (ROOT / file).read_text()


def test_every_fixture_of_the_plugin_has_its_row() -> None:
    assert first_column(RIG_PAGE, "Fixture") == {name for path in PLUGINS for name in fixtures(path)}


def test_every_kind_of_chaos_has_its_row() -> None:
    assert first_column(RIG_PAGE, "Kind") == set(Kind)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.parent.name)
def test_every_type_of_these_templates_is_in_the_table(template: Path) -> None:
    types = set(re.findall(r"^ +Type: (AWS::\S+)", template.read_text(), re.MULTILINE))
    assert types >= {"AWS::Serverless::Function", "AWS::S3::Bucket"}
    assert {name for name in types | set(LOCAL_PATHS) if f"`{name}`" not in RIG_PAGE.read_text()} == set()


def test_every_command_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["nothing"])
    commands = set(re.findall(r"'(\w+)'", capsys.readouterr().err.partition("choose from")[2]))
    assert {"up", "replay"} <= commands
    assert {name for name in commands if f"\nrig {name} " not in RIG_PAGE.read_text()} == set()


def test_it_is_one_page() -> None:
    assert len(RIG_PAGE.read_text().splitlines()) <= 200
