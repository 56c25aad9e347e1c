"""docs/testing.md says what is so: its fixtures, its files, its imports."""

import re

from tests.pages import ROOT, TESTING_PAGE, first_column, fixtures

OURS = sorted((ROOT / "tests" / "fixtures").glob("*.py"))
PLUGINS = sorted((ROOT / "rig").glob("pytest_*.py"))
# What other fixtures stand on; no test asks for them by name.
BENEATH = {
    "environment", "database", "cloud_database", "database_url", "whole_template", "guarded_template", "existing",
    "template_parameters",
}  # fmt: skip
GUIDE = {"db", "client", "seeded_db", "mock_s3_upload", "mock_inference", "mock_embeddings", "mock_image_file"}


def test_every_fixture_of_the_project_has_its_row() -> None:
    shown = first_column(TESTING_PAGE, "Fixture")
    ours = {name for path in OURS for name in fixtures(path)}
    assert ours - BENEATH <= shown
    assert shown <= ours | {name for path in PLUGINS for name in fixtures(path)}
    assert shown >= GUIDE


def test_every_path_and_import_that_it_names_is_there() -> None:
    text = TESTING_PAGE.read_text()
    for path in set(re.findall(r"`((?:tests|layer|system)/[\w/]+(?:\.py)?)`", text)):
        assert (ROOT / path).exists() or (ROOT / "tests" / "integration" / path).exists(), path
    (block,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    names: dict[str, object] = {}
    exec(block, names)
    assert {"generate_mock_embedding", "seed_all", "scene"} <= set(names)
