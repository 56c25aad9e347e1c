"""The rules of the house that a reader of the code could break without noticing."""

import ast
import json
from pathlib import Path

import pytest

from rig.template import load_stack
from tools.build_openapi import DOCUMENT, current_document

ROOT = Path(__file__).parents[2]
LAYER = ROOT / "layers" / "core" / "roomlens"
HANDLERS = sorted((ROOT / "functions").glob("*/app.py"))
STACK = load_stack(ROOT / "template.yaml")
FORBIDDEN_IN_HANDLERS = {"boto3", "botocore", "sqlalchemy", "os", "psycopg2", "rig"}


def imported(path: Path) -> set[str]:
    """The top-level names of all modules that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module or "")
    return names


def tops(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("path", HANDLERS, ids=lambda path: path.parent.name)
def test_a_handler_wires_and_nothing_else(path: Path) -> None:
    assert not tops(imported(path)) & FORBIDDEN_IN_HANDLERS
    assert len(path.read_text().splitlines()) <= 60
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree)
    assert [node for node in ast.walk(tree) if isinstance(node, ast.Try)] == [], "errors are rendered by http, once"


@pytest.mark.parametrize("name", ["inference", "prepare_photo", "analyze_photo", "finish_task"])
def test_event_handlers_start_without_fastapi(name: str) -> None:
    assert "roomlens.http" not in imported(ROOT / "functions" / name / "app.py")


def test_only_http_knows_fastapi_and_only_settings_the_environment() -> None:
    for path in LAYER.rglob("*.py"):
        names = tops(imported(path))
        if path.name != "http.py":
            assert not names & {"fastapi", "mangum", "starlette"}, path
        assert "os" not in names, path
        assert "rig" not in names, path


def test_only_db_commits() -> None:
    for path in [*LAYER.rglob("*.py"), *(ROOT / "functions").rglob("*.py")]:
        calls = [node.func.attr for node in ast.walk(ast.parse(path.read_text())) if _is_method_call(node)]
        assert "commit" not in calls, path


def _is_method_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)


def test_files_stay_short() -> None:
    sources = [
        path
        for folder in ("functions", "layers", "rig", "migrations", "tools", "benchmarks")
        for path in _sources(folder)
    ]
    too_long = {
        str(path.relative_to(ROOT)): lines for path in sources if (lines := len(path.read_text().splitlines())) > 320
    }
    assert too_long == {}


def _sources(folder: str) -> list[Path]:
    return list((ROOT / folder).rglob("*.py"))


def test_every_folder_of_functions_has_its_resource_and_every_resource_its_folder() -> None:
    folders = {path.parent.name for path in HANDLERS}
    in_template = {function.handler.partition(".")[0]: name for name, function in STACK.functions.items()}
    assert set(in_template) == folders | {"migrate"}
    for folder, logical_id in in_template.items():
        assert logical_id == "".join(part.capitalize() for part in folder.split("_")) + "Function"


def test_every_function_has_its_event_file() -> None:
    events = {path.stem for path in (ROOT / "events").glob("*.json")}
    assert events == {path.parent.name for path in HANDLERS} | {"migrate"}


def test_every_route_of_the_template_is_documented_and_the_other_way_round() -> None:
    document = json.loads(current_document())
    documented = {f"{method.upper()} {path}" for path, operations in document["paths"].items() for method in operations}
    undocumented = {"GET /api/docs", "GET /api/docs/{asset}", "GET /api/openapi.json"}
    # an HTTP API takes a path with and without its last slash as one route
    assert set(STACK.routes) - undocumented == {key.removesuffix("/") for key in documented}


def test_the_committed_openapi_document_is_the_one_that_is_served() -> None:
    assert DOCUMENT.read_text() == current_document(), "run make openapi"
