"""The template, the functions' apps and the OpenAPI document name the same routes."""

import json
from collections.abc import Iterator
from importlib import import_module

from rig.routes import RouteTable
from tests.unit.house.project import stack


def app_routes(function: str) -> Iterator[tuple[str, str]]:
    """Method and path of each route that a function's app serves, whether or not it is documented."""
    from fastapi.routing import APIRoute

    module = import_module(stack().functions[function].handler.rpartition(".")[0])
    for route in module.app.routes:
        assert isinstance(route, APIRoute), f"{route} can't be told by its method and path"
        for method in route.methods:
            yield method, route.path


def test_each_function_serves_the_routes_that_lead_to_it_and_no_others() -> None:
    routes = stack().routes
    table, led = RouteTable(routes), {}
    for function in sorted(set(routes.values())):
        for method, path in app_routes(function):
            match = table.match(method, path)
            assert match is not None, f"no route of the template leads to {method} {path}"
            assert match.function == function, f"{method} {path} leads to {match.function}"
            assert all(value == f"{{{name}}}" for name, value in match.path_parameters.items() if "{" in path)
            led[match.route_key] = function
    assert led == routes


def test_every_route_of_the_template_is_documented_and_the_other_way_round() -> None:
    from tools.build_openapi import current_document

    document = json.loads(current_document())
    documented = {f"{method.upper()} {path}" for path, operations in document["paths"].items() for method in operations}
    undocumented = {"GET /api/docs", "GET /api/docs/{asset}", "GET /api/openapi.json"}
    # an HTTP API takes a path with and without its last slash as one route
    assert set(stack().routes) - undocumented == {key.removesuffix("/") for key in documented}


def test_the_committed_openapi_document_is_the_one_that_is_served() -> None:
    from tools.build_openapi import DOCUMENT, current_document

    assert DOCUMENT.read_text() == current_document(), "run make openapi"
