"""Examples of a Markdown page, so that tests can hold them against what they are taken from, or run them."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
RIG_PAGE = ROOT / "docs" / "rig.md"
TESTING_PAGE = ROOT / "docs" / "testing.md"

_EXAMPLE = re.compile(r"^<!-- (?P<file>\S+) -->\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def examples(page: Path) -> dict[str, str]:
    """The blocks of a page that say, in a comment before them, which file they are."""
    return {found["file"]: found["text"] for found in _EXAMPLE.finditer(page.read_text())}


def first_column(page: Path, heading: str) -> set[str]:
    """The names in `code` of the first column of the table that begins with this heading."""
    _, _, rest = page.read_text().partition(f"\n| {heading} |")
    rows = rest.partition("\n\n")[0].splitlines()[2:]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


def fixtures(path: Path) -> set[str]:
    """The functions of a module that are decorated as fixtures."""
    functions = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)]
    return {f.name for f in functions if any("pytest.fixture" in ast.unparse(how) for how in f.decorator_list)}
