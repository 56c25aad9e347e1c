"""The template, the functions' apps and the OpenAPI document name the same routes."""

import json
from collections.abc import Iterator
from importlib import import_module

import pytest
from fastapi.routing import APIRoute

from rig.routes import RouteTable
from tests.unit.house.project import stack
from tools.build_openapi import DOCUMENT, current_document

ROUTES = stack().routes
HTTP_FUNCTIONS = sorted(set(ROUTES.values()))


def app_routes(function: str) -> Iterator[tuple[str, str]]:
    """Method and path of each route that a function's app serves, whether or not it is documented."""
    module = import_module(stack().functions[function].handler.rpartition(".")[0])
    for route in module.app.routes:
        assert isinstance(route, APIRoute), f"{route} can't be told by its method and path"
        for method in route.methods:
            yield method, route.path


@pytest.mark.parametrize("function", HTTP_FUNCTIONS)
def test_a_function_serves_the_routes_that_lead_to_it_and_no_others(function: str) -> None:
    table, led = RouteTable(ROUTES), set()
    for method, path in app_routes(function):
        match = table.match(method, path)
        assert match is not None, f"no route of the template leads to {method} {path}"
        assert match.function == function, f"{method} {path} leads to {match.function}"
        assert all(value == f"{{{name}}}" for name, value in match.path_parameters.items() if "{" in path)
        led.add(match.route_key)
    assert led == {key for key, leads_to in ROUTES.items() if leads_to == function}


def test_every_route_of_the_template_is_documented_and_the_other_way_round() -> None:
    document = json.loads(current_document())
    documented = {f"{method.upper()} {path}" for path, operations in document["paths"].items() for method in operations}
    undocumented = {"GET /api/docs", "GET /api/docs/{asset}", "GET /api/openapi.json"}
    # an HTTP API takes a path with and without its last slash as one route
    assert set(ROUTES) - undocumented == {key.removesuffix("/") for key in documented}


def test_the_committed_openapi_document_is_the_one_that_is_served() -> None:
    assert DOCUMENT.read_text() == current_document(), "run make openapi"
