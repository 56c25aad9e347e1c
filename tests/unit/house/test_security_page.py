"""docs/security.md names the tests that hold what it says, and they are there."""

import ast
import re

from tests.unit.house.project import ROOT, parsed

_NAMED = re.compile(r"`([a-z_/]+\.py)::(test_\w+)`")
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_every_test_that_the_page_names_is_there() -> None:
    named = _NAMED.findall(PAGE)
    assert len(named) == PAGE.count("::") - 1  # the page says once how a test is named
    missing = [
        f"{path}::{test}"
        for path, test in named
        if not (file := ROOT / "tests" / path).exists()
        or test not in {node.name for node in ast.walk(parsed(file)) if isinstance(node, ast.FunctionDef)}
    ]
    assert missing == []


def test_each_of_the_ten_risks_has_a_test() -> None:
    rows = re.findall(r"^\| API(\d+) .*$", PAGE, re.MULTILINE)
    assert rows == [str(number) for number in range(1, 11)]
    assert all(_NAMED.search(row[0]) for row in re.finditer(r"^\| API\d+ .*$", PAGE, re.MULTILINE))
