"""The most specific route answers, with and without a slash at the end."""

import pytest

from rig.routes import RouteTable

TABLE = RouteTable(
    {
        "$default": "default",
        "ANY /{everything+}": "everything",
        "GET /api/{thing}": "thing",
        "GET /api/images": "images",
        "ANY /api/images": "any_images",
        "GET /api/images/{image_id}": "image",
        "GET /api/images/{image-id}/similar": "similar",
        "POST /api/query/": "query",
    }
)


@pytest.mark.parametrize(
    ("method", "path", "function", "parameters"),
    [
        ("GET", "/api/images", "images", {}),
        ("PUT", "/api/images", "any_images", {}),
        ("GET", "/api/images/7", "image", {"image_id": "7"}),
        ("GET", "/api/images/7/similar", "similar", {"image-id": "7"}),
        ("GET", "/api/rooms", "thing", {"thing": "rooms"}),
        ("POST", "/api/query/", "query", {}),
        ("POST", "/api/query", "query", {}),
        ("GET", "/api/images/", "images", {}),
        ("GET", "/api/images/7/", "image", {"image_id": "7"}),
        ("GET", "/a/b c", "everything", {"everything": "a/b c"}),
        ("GET", "/", "default", {}),
    ],
)
def test_the_most_specific_route_answers(
    method: str, path: str, function: str, parameters: dict[str, str]
) -> None:
    match = TABLE.match(method, path)
    assert match is not None
    assert (match.function, dict(match.path_parameters)) == (function, parameters)


def test_without_a_default_an_unknown_path_has_no_route() -> None:
    assert RouteTable({"GET /a": "f"}).match("GET", "/a/b") is None
    assert RouteTable({"GET /a": "f"}).match("POST", "/a") is None
    assert RouteTable({"GET /a.c": "f"}).match("GET", "/abc") is None
