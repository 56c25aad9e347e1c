"""The README's example of a test passes, and what the README names and links to is there."""

import ast
import inspect
import re

import pytest

from tests.pages import README, ROOT, examples, fixtures

EXAMPLE = examples(README)["tests/integration/test_failing_model.py"]
SECTION = README.read_text().partition("\n## Tests\n")[2].partition("\n## ")[0]
GUIDE = {"db", "client", "api", "cloud", "system", "seeded_db", "mock_s3_upload", "mock_inference", "mock_embeddings"}


def test_the_example_passes(request: pytest.FixtureRequest) -> None:
    names: dict[str, object] = {}
    exec(EXAMPLE, names)
    (example,) = (found for name, found in names.items() if name.startswith("test_") and inspect.isfunction(found))
    wanted = inspect.signature(example).parameters
    assert set(wanted) >= {"client", "seeded_db", "mock_inference"}
    example(**{name: request.getfixturevalue(name) for name in wanted})


def test_what_it_names_is_there() -> None:
    named = set(re.findall(r"`(\w+)`", SECTION))
    assert named >= {*GUIDE, "mock_image_file", "seed_all", "generate_mock_embedding"}
    modules = [*(ROOT / "tests" / "fixtures").glob("*.py"), *(ROOT / "rig").glob("pytest_*.py")]
    helpers = {
        node.name
        for file in ("seeding.py", "fakes.py")
        for node in ast.parse((ROOT / "tests" / file).read_text()).body
        if isinstance(node, ast.FunctionDef)
    }
    assert named - {"TEST_DATABASE_URL"} <= {name for path in modules for name in fixtures(path)} | helpers


def test_what_it_links_to_is_there() -> None:
    links = re.findall(r"\]\(([\w./-]+)\)", README.read_text())
    assert {"docs/rig.md", "docs/testing.md", "docs/mutants.md"} <= set(links)
    assert [link for link in links if not (ROOT / link).exists()] == []
