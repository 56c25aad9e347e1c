"""Files and functions that a reader can hold in the head, and handlers that only wire."""

import ast
from pathlib import Path

import pytest

from tests.unit.house.project import HANDLERS, ROOT, packages, parsed

LINES_OF_A_FILE = 300
LINES_OF_A_FUNCTION = 40
LINES_OF_A_HANDLER = 60
CODE = ("functions", "layers", "rig", "migrations", "tools", "benchmarks", "training")
DRAWINGS = ROOT / "tools" / "render"
"""Each of its functions furnishes one room: a list of things with their places, which nothing is gained by cutting."""

SOURCES = [path for folder in CODE for path in sorted((ROOT / folder).rglob("*.py"))]
FORBIDDEN_IN_HANDLERS = {"boto3", "botocore", "sqlalchemy", "os", "psycopg2", "rig"}


def test_files_stay_short() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in SOURCES}
    assert {path: lines for path, lines in lengths.items() if lines > LINES_OF_A_FILE} == {}


def test_functions_stay_short() -> None:
    lengths = {
        f"{path.relative_to(ROOT)}: {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in SOURCES
        if not path.is_relative_to(DRAWINGS)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: lines for name, lines in lengths.items() if lines > LINES_OF_A_FUNCTION} == {}


@pytest.mark.parametrize("path", HANDLERS, ids=lambda path: path.parent.name)
def test_a_handler_wires_and_nothing_else(path: Path) -> None:
    assert not packages(path) & FORBIDDEN_IN_HANDLERS
    assert len(path.read_text().splitlines()) <= LINES_OF_A_HANDLER
    assert ast.get_docstring(parsed(path))
    tried = [node for node in ast.walk(parsed(path)) if isinstance(node, ast.Try)]
    assert tried == [], "errors are rendered by http, once"
