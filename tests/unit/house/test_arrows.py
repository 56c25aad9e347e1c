"""Who may know whom: arrows point down, and nothing that is deployed knows the rig or the tests."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

from tests.unit.house.project import HANDLERS, LAYER, ROOT, imported, logical_id, packages, parsed, stack

LEVELS = (
    {"http", "http_callers", "http_replay"},
    {
        "chat", "completion", "duplicates", "idempotency", "listings", "overlap", "photos", "rates",
        "readiness", "removal", "search", "tasks", "taxonomy",
    },
    {"callbacks", "connecting", "db", "outbox", "storage", "text", "versions", "vision"},
    {"bedrock", "dialects", "fulltext", "isolation", "models", "schemas", "sqlite_tenants", "vectors"},
    {
        "callers", "errors", "events", "fields", "headers", "in_use", "observability", "paging", "preconditions",
        "settings", "tenancy", "vocabulary",
    },
)  # fmt: skip
"""The nouns of the layer, from the top down. A new module says here where it stands."""

LEVEL = {noun: depth for depth, nouns in enumerate(LEVELS) for noun in nouns}
DEPLOYED = [*(ROOT / "functions").rglob("*.py"), *(ROOT / "layers").rglob("*.py"), *(ROOT / "migrations").rglob("*.py")]


def nouns() -> dict[str, set[str]]:
    """Each module or package of the layer, and those that it imports."""
    found: dict[str, set[str]] = {}
    for path in LAYER.rglob("*.py"):
        noun = path.relative_to(LAYER).with_suffix("").parts[0]
        known = {name.split(".")[1] for name in imported(path) if name.startswith("roomlens.")}
        found.setdefault(noun, set()).update(known - {noun, "__version__"})
    del found["__init__"]
    return found


def test_every_module_of_the_layer_has_its_level() -> None:
    assert set(nouns()) == set(LEVEL)


def test_arrows_between_the_levels_point_down() -> None:
    upwards = {
        f"{noun} -> {other}" for noun, known in nouns().items() for other in known if LEVEL[other] < LEVEL[noun]
    }
    assert upwards == set()


def test_modules_of_one_level_do_not_know_each_other_in_a_circle() -> None:
    TopologicalSorter(nouns()).prepare()  # raises CycleError, which names the circle


def test_the_layer_knows_no_handler() -> None:
    handlers = {path.parent.name for path in HANDLERS}
    for path in (ROOT / "layers").rglob("*.py"):
        assert not packages(path) & handlers, path


def test_the_models_layer_knows_nothing_of_the_core() -> None:
    for path in (ROOT / "layers" / "models").rglob("*.py"):
        assert "roomlens" not in packages(path), path


def test_what_is_deployed_knows_neither_the_rig_nor_the_tests() -> None:
    for path in DEPLOYED:
        assert not packages(path) & {"rig", "tests", "benchmarks", "tools"}, path


def test_only_http_knows_fastapi_and_only_settings_the_environment() -> None:
    for path in LAYER.rglob("*.py"):
        names = packages(path)
        if not path.name.startswith("http"):
            assert not names & {"fastapi", "mangum", "starlette"}, path
        if path != LAYER / "settings.py":
            assert "pydantic_settings" not in names, path
        assert "os" not in names, path


def test_functions_without_routes_start_without_fastapi() -> None:
    knowing = {path.parent.name for path in HANDLERS if "roomlens.http" in imported(path)}
    assert {logical_id(name) for name in knowing} == set(stack().routes.values())


def test_only_db_commits() -> None:
    for path in DEPLOYED:
        assert "commit" not in called_methods(path), path


def called_methods(path: Path) -> set[str]:
    return {
        node.func.attr
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
